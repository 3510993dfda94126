import type { ResourceReaderOptions } from '../../src/datasources/loaders/resource-reader.js';

/** How batches of reads are carried out; undefined is the gateway's own planner. */
export const PLANS = {
  planner: undefined,
  single: () => 'single',
  list: ({ size, mayList }) => (mayList && size > 1 ? 'list' : 'single'),
} as const satisfies Record<string, ResourceReaderOptions['plan']>;

export type PlanName = keyof typeof PLANS;
export const PLAN_NAMES = Object.keys(PLANS) as PlanName[];
