import type { State } from '../../../bench/consistency/history.js';
import { findViolations } from '../../../bench/consistency/regular-register.js';
import { createSharedCacheStores } from '../../../src/datasources/cache/cache-stores.js';
import { createEntityCache } from '../../../src/datasources/cache/entity-cache.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createMetrics } from '../../../src/observability/metrics.js';
import { describeWithRedis, type RedisServer, startRedisServer } from '../../support/redis.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';
import { closeAfterAll } from '../../support/teardown.js';
import { type CacheNode, createDeletingNodes, runCacheNodes } from './cache-nodes.js';

/** The entity cache as a gateway puts it together, with a connection of its own that now and then is slow. */
async function startSharedNode(redis: RedisServer): Promise<CacheNode> {
  const proxy = await startTcpProxy({ port: redis.port });
  closeAfterAll(proxy.close);
  proxy.set({ delayMs: () => (Math.random() < 0.3 ? Math.random() * 5 : 0) });
  const stores = createSharedCacheStores({
    redisUrl: `redis://127.0.0.1:${proxy.port}`,
    programme: { baseUrl: new URL('http://127.0.0.1/'), apiKey: 'one programme' },
    logger: createLogger({ level: 'silent' }),
    longestChangeMs: 10_000,
    codec: { dehydrate: (value) => value, revive: (value) => value, isShareable: () => true },
  });
  closeAfterAll(stores.close);
  const cache = createEntityCache({ ...stores, ttlMs: 30_000, metrics: createMetrics() });
  return {
    async read(register, load) {
      const key = { key: register, tags: [register], resource: 'register' };
      const [result] = await cache.readMany<State>([key], async () => [{ value: await load() }]);
      if (!result || 'error' in result) throw result?.error ?? new Error('no result');
      return result.value;
    },
    async write(register, commit) {
      await cache.announce([register]);
      const state = await commit();
      await cache.invalidate([register]);
      return state;
    },
  };
}

/** A node trusts nothing before it has watched its Redis for a while. */
async function untilInUse({ read }: CacheNode): Promise<void> {
  for (let loads = 0, reads = 0; loads === reads; reads += 1) {
    await read('warm-up', async () => {
      loads += 1;
      return { version: '0' };
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the check for stale reads', () => {
  it('finds them in a cache that deletes after a write', async () => {
    const { history } = await runCacheNodes({ nodes: createDeletingNodes(2), reads: 5_000, writes: 500 });
    const violations = findViolations(history);
    expect(violations.length).toBeGreaterThan(0);
    expect(new Set(violations.map(({ kind }) => kind))).toEqual(new Set(['stale']));
  });

  it('finds none without a cache', async () => {
    const node: CacheNode = { read: (_, load) => load(), write: (_, commit) => commit() };
    const { history, loads } = await runCacheNodes({ nodes: [node, node], reads: 2_000, writes: 200 });
    expect(loads).toBeGreaterThanOrEqual(2_000);
    expect(findViolations(history)).toEqual([]);
  });
});

describeWithRedis('entity caches on one Redis', () => {
  it('never give what was there before a write that was answered', async () => {
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    const nodes = await Promise.all([startSharedNode(redis), startSharedNode(redis)]);
    await Promise.all(nodes.map(untilInUse));
    const { history, loads } = await runCacheNodes({ nodes, reads: 5_000, writes: 500 });
    expect(findViolations(history)).toEqual([]);
    // Correct because nothing is cached would not do.
    expect(loads).toBeLessThan(history.reads.length);
  });
});
