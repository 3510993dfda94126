import type { EntityCache } from '../../../src/datasources/cache/entity-cache.js';
import type { UpstreamClient } from '../../../src/datasources/http/upstream-client.js';
import type { MutationMemory } from '../../../src/datasources/mutations/mutation-memory.js';
import type { MutationPlan } from '../../../src/datasources/mutations/mutation-plan.js';
import {
  createMutationRunner,
  type MutationRunnerOptions,
} from '../../../src/datasources/mutations/mutation-runner.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createMetrics } from '../../../src/observability/metrics.js';

export const KEY = '9b2f0a44-1c1d-4f6e-8a7b-0c5d3e2f1a00';

/** A creation under a key of the client; its result is the ID of what was made. */
export const aCreation = (changes: Partial<MutationPlan<string>> = {}): MutationPlan<string> => ({
  mutation: 'createCard',
  key: { value: KEY, isFresh: false },
  isReachable: async () => true,
  call: { method: 'POST', route: '/accounts/{id}/cards', params: { id: 'a1' }, body: { type: 'virtual' } },
  complete: async (body) => String(body),
  entityIdOf: (result) => result,
  read: async (id) => id,
  touches: () => ['cards'],
  ...changes,
});

const NO_CACHE: EntityCache = {
  readMany: () => Promise.reject(new Error('a mutation reads past the cache')),
  peek: () => Promise.reject(new Error('a mutation reads past the cache')),
  announce: async () => {},
  invalidate: async () => true,
};

export function aRunner(
  parts: { client: UpstreamClient; memory: MutationMemory; now: () => Date } & Partial<MutationRunnerOptions>,
) {
  const metrics = createMetrics();
  const runner = createMutationRunner({
    cache: NO_CACHE,
    metrics,
    logger: createLogger({ level: 'silent' }),
    callerId: 'caller',
    onChange: () => {},
    readCard: async () => null,
    ...parts,
  });
  return { run: runner.run, metrics };
}
