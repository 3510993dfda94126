import { Keyv, type KeyvStoreAdapter } from 'keyv';
import {
  createEntityCache,
  type EntityCache,
  type EntityCacheOptions,
} from '../../../src/datasources/cache/entity-cache.js';
import { createLocalGenerations } from '../../../src/datasources/cache/generations.js';
import { createLocalValues } from '../../../src/datasources/cache/values.js';
import { createMetrics, type Metrics } from '../../../src/observability/metrics.js';

type Store = Map<string, unknown> | KeyvStoreAdapter;

/** The cache of a single node over stores of the test's choice; without jitter unless asked for. */
export function createLocalCache(
  options: Partial<EntityCacheOptions> & { valueStore?: Store; generationStore?: Store } = {},
): { cache: EntityCache; metrics: Metrics } {
  const { valueStore = new Map(), generationStore = new Map(), ...rest } = options;
  const metrics = createMetrics();
  const over = (store: Store) => new Keyv({ store, serialize: undefined, deserialize: undefined, useKeyPrefix: false });
  const cache = createEntityCache({
    values: createLocalValues(over(valueStore)),
    generations: createLocalGenerations(over(generationStore)),
    ttlMs: 30_000,
    metrics,
    random: () => 0,
    ...rest,
  });
  return { cache, metrics };
}
