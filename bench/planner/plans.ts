import type { ResourceReaderOptions } from '../../src/datasources/loaders/resource-reader.js';

/** How batches of reads are carried out; undefined is the gateway's own planner. */
export const PLANS = {
  planner: undefined,
  single: () => ({ choice: 'single' }),
  // To its end, however long it is: else this would be lists given up, and single reads after all.
  list: ({ size, mayList }) =>
    mayList && size > 1 ? { choice: 'list', maxEntities: Number.POSITIVE_INFINITY } : { choice: 'single' },
} as const satisfies Record<string, ResourceReaderOptions['plan']>;

export type PlanName = keyof typeof PLANS;
export const PLAN_NAMES = Object.keys(PLANS) as PlanName[];
