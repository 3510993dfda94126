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

const NOW_AND_THEN = () => (Math.random() < 0.3 ? Math.random() * 5 : 0);

interface SharedNode extends CacheNode {
  close(): Promise<void>;
  /** `gateway_…{state="…"}`, as `/metrics` shows it. */
  gauge(name: string, state: string): Promise<string | undefined>;
}

/** The entity cache as a gateway puts it together, with a connection of its own; `delayMs` for each way. */
async function startSharedNode(redis: RedisServer, delayMs: () => number = NOW_AND_THEN): Promise<SharedNode> {
  const proxy = await startTcpProxy({ port: redis.port });
  closeAfterAll(proxy.close);
  proxy.set({ delayMs });
  const metrics = createMetrics();
  const stores = createSharedCacheStores({
    redisUrl: `redis://127.0.0.1:${proxy.port}`,
    programme: { baseUrl: new URL('http://127.0.0.1/'), apiKey: 'one programme' },
    logger: createLogger({ level: 'silent' }),
    metrics,
    longestChangeMs: 10_000,
    codec: { dehydrate: (value) => value, revive: (value) => value, isShareable: () => true },
  });
  closeAfterAll(stores.close);
  const cache = createEntityCache({ ...stores, ttlMs: 30_000, metrics });
  return {
    close: stores.close,
    async gauge(name, state) {
      const text = await metrics.registry.metrics();
      return new RegExp(`^gateway_${name}\\{state="${state}"\\} (.+)$`, 'm').exec(text)?.[1];
    },
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

  it('is of use on a Redis that is 60 ms away: a heartbeat is one round trip, and it has 100 ms', async () => {
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    await untilInUse(await startSharedNode(redis, () => 30));
  });

  it('tell how the Redis is and who else is there', async () => {
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    const [node, other] = await Promise.all([startSharedNode(redis), startSharedNode(redis)]);
    const until = async (name: string, state: string, value: string) => {
      while ((await node.gauge(name, state)) !== value) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    expect(await node.gauge('shared_store_state', 'down')).toBe('1');
    await until('shared_store_state', 'up', '1');
    expect(await node.gauge('shared_store_state', 'down')).toBe('0');
    await until('other_gateways', 'alive', '1');
    await other.close();
    await until('other_gateways', 'alive', '0');
    expect(await node.gauge('other_gateways', 'silent')).toBe('0');
    redis.stop();
    await until('shared_store_state', 'down', '1');
    redis.resume();
    await until('shared_store_state', 'settling', '1');
  });
});
