import { Keyv } from 'keyv';
import { type CacheKey, createEntityCache, type EntityCache } from '../../../src/datasources/cache/entity-cache.js';
import type { Generations } from '../../../src/datasources/cache/generations.js';
import { createNodeRegister, type NodeRegister } from '../../../src/datasources/cache/node-register.js';
import { createSharedGenerations } from '../../../src/datasources/cache/shared-generations.js';
import { createStoreHealth, type StoreHealth } from '../../../src/datasources/cache/store-health.js';
import { createTieredValues } from '../../../src/datasources/cache/values.js';
import { createMetrics } from '../../../src/observability/metrics.js';
import { fc } from '../../support/fast-check.js';
import { CUTS, FailingStore, type Outage, TROUBLES } from './failing-store.js';
import { neverStale, type Pass, type System, type VersionedApi } from './history.js';

const KEY: CacheKey = { key: 'card:a', tags: ['cards', 'card:a'], resource: 'card' };

/** As in `createSharedCacheStores`, five times as fast; `tickMs` is the grain of time here. */
const TIMES = { deadlineMs: 20, intervalMs: 10, aliveMs: 40, noticedAfterMs: 50, settleMs: 100, tickMs: 1 };
/** Far within the deadline: what is tried here is failures, not a store that is far away. */
const LONGEST_CALL_MS = 6;

interface Conditions {
  outage: Outage;
  /** Which node carries out the next operation, in turn. */
  nodes: number[];
  announces: boolean;
}

const during = (troubles: readonly Outage['trouble'][]): fc.Arbitrary<Conditions> =>
  fc.record({
    outage: fc.record({
      trouble: fc.constantFrom(...troubles),
      beginsAtMs: fc.integer({ min: 0, max: 30 }),
      lastsMs: fc.integer({ min: 1, max: 120 }),
    }),
    nodes: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 8 }),
    announces: fc.boolean(),
  });

/** What the cache would be without one of its precautions. */
interface Weakness {
  noticedAfterMs?: number;
  /** Nodes notice nothing unless one of their own calls fails. */
  hasHeartbeat?: boolean;
  intervalMs?: number;
  /** Nodes know nothing of each other. */
  hasRegister?: boolean;
  weaken?: (generations: Generations) => Generations;
}

const realSetImmediate = setImmediate;
const turn = () => new Promise<void>((resolve) => realSetImmediate(resolve));

function createNode(store: FailingStore, nodeId: string, weakness: Weakness) {
  const { deadlineMs, aliveMs, settleMs } = TIMES;
  const { hasHeartbeat = true, hasRegister = true, weaken = (own: Generations) => own } = weakness;
  const link = store.connect();
  const register: NodeRegister = createNodeRegister({
    nodeId,
    command: link.command,
    epoch: () => store.epoch(),
    dropEverything: () => generations.dropEverything(),
    deadlineMs,
    registerKey: (name) => `register:${name}`,
    generationKey: (name) => `generation:${name}`,
    aliveMs,
    missedMs: 6_000,
  });
  let isBehind = () => false;
  const health = createStoreHealth({
    async beat() {
      if (!hasHeartbeat && health.state() === 'up') return;
      if (store.epoch() === null) throw new Error('not connected');
      await register.beat({ isBehind: isBehind() });
    },
    intervalMs: weakness.intervalMs ?? TIMES.intervalMs,
    settleMs,
  });
  const believed: StoreHealth = {
    ...health,
    state: () => health.state(),
  };
  const generations = createSharedGenerations({
    store: link.keyv('generation'),
    health: believed,
    epoch: () => store.epoch(),
    deadlineMs,
    announcementTtlMs: 1_000,
    generationTtlMs: 1_000_000,
    noticedAfterMs: weakness.noticedAfterMs ?? TIMES.noticedAfterMs,
    ...(hasRegister && { register }),
  });
  isBehind = generations.isBehind;
  const values = createTieredValues({
    memory: new Keyv({ store: new Map(), serialize: undefined, deserialize: undefined, useKeyPrefix: false }),
    shared: link.keyv('value'),
    health: believed,
    deadlineMs,
    dehydrate: (value) => value,
    revive: (value) => value,
    isShareable: () => true,
  });
  const cache = createEntityCache({
    values,
    generations: weaken(generations),
    ttlMs: 1_000_000,
    metrics: createMetrics(),
    random: () => 0,
  });
  return { cache, isReady: () => health.state() === 'up' && (!hasRegister || register.peerKeys().length === 1) };
}

/** Two nodes on one store, of which one or both are without it for a while. */
function overTwoNodes(weakness: Weakness = {}) {
  return async (api: VersionedApi, pass: Pass, { outage, nodes, announces }: Conditions): Promise<System> => {
    jest.useFakeTimers({ now: 1_700_000_000_000 });
    let isPreparing = true;
    const store = new FailingStore(
      async (label) => (isPreparing ? undefined : pass(label)),
      () => Date.now(),
    );
    const both = [createNode(store, 'first', weakness), createNode(store, 'second', weakness)] as const;

    const readFrom = async (cache: EntityCache, load: () => Promise<number>) => {
      const [result] = await cache.readMany<number>([KEY], async () => [{ value: await load() }]);
      if (!result || 'error' in result) throw result?.error ?? new Error('no result');
      return result.value;
    };
    while (!both.every(({ isReady }) => isReady())) {
      jest.advanceTimersByTime(TIMES.tickMs);
      await turn();
    }
    for (const { cache } of both) await readFrom(cache, async () => 0);
    store.takeSnapshot();
    isPreparing = false;

    const startedAt = Date.now();
    const { beginsAtMs, lastsMs } = outage;
    setTimeout(() => store.begin(outage), beginsAtMs);
    setTimeout(() => store.end(), beginsAtMs + lastsMs);
    void (async () => {
      // For ever: what is left of it when the clients are done is never scheduled.
      for (;;) {
        await pass(`${Date.now() - startedAt} ms`);
        if (!store.holdsTime(TIMES.tickMs, LONGEST_CALL_MS)) jest.advanceTimersByTime(TIMES.tickMs);
      }
    })();

    let operations = 0;
    const nextCache = () => both[(nodes[operations++ % nodes.length] ?? 0) as 0 | 1].cache;
    return {
      read: () => readFrom(nextCache(), () => api.get()),
      async write() {
        const cache = nextCache();
        if (announces) await cache.announce(KEY.tags);
        const version = await api.change();
        await cache.invalidate(KEY.tags);
        return version;
      },
    };
  };
}

// Thousands of schedules are tried until one shows the weakness; how long that takes says nothing.
jest.setTimeout(120_000);

const STALE = /read version \d+ after the answer to write \d+/;
const check = (weakness: Weakness, conditions: fc.Arbitrary<Conditions>) =>
  fc.check(neverStale(overTwoNodes(weakness), conditions), { numRuns: 3_000, endOnFailure: true, seed: 1 });

afterEach(() => {
  jest.useRealTimers();
});

describe('reads and writes on two nodes whose shared store fails', () => {
  it('are never given what was there before a write that was answered', async () => {
    await fc.assert(neverStale(overTwoNodes(), during(TROUBLES)), { numRuns: 100 });
  });

  it.each<[string, Weakness]>([
    ['a write that is answered before every node has noticed the outage', { noticedAfterMs: 0, hasRegister: false }],
    ['nodes that do not watch the store', { hasHeartbeat: false, hasRegister: false }],
    [
      'a write that does not wait',
      {
        weaken: (generations) => ({
          ...generations,
          async renew(tags) {
            void generations.renew(tags);
            return true;
          },
        }),
      },
    ],
  ])('%s is found out by the same test', async (_, weakness) => {
    const { failed, errorInstance } = await check(weakness, during(TROUBLES));
    expect(failed).toBe(true);
    expect(String(errorInstance)).toMatch(STALE);
  });
});

describe('reads and writes on two nodes of which one is cut off from the shared store', () => {
  it('are never given what was there before a write that was answered', async () => {
    await fc.assert(neverStale(overTwoNodes(), during(CUTS)), { numRuns: 100 });
  });

  it('would be, if the nodes knew nothing of each other', async () => {
    const { failed, errorInstance } = await check({ hasRegister: false }, during(CUTS));
    expect(failed).toBe(true);
    expect(String(errorInstance)).toMatch(STALE);
  });
});
