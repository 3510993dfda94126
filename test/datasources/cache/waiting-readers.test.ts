import type { CacheKey, ReadResult } from '../../../src/datasources/cache/entity-cache.js';
import { SharedPasses } from '../../../src/datasources/cache/shared-passes.js';
import { type Deadline, FixedDeadline } from '../../../src/datasources/deadline.js';
import { createLocalCache } from './local-cache.js';

const keyOf = (id: string): CacheKey => ({ key: `card:${id}`, tags: [`card:${id}`], resource: 'card' });
const [A, B] = [keyOf('a'), keyOf('b')];
const settle = () => new Promise((resolve) => setImmediate(resolve));

const waiters: FixedDeadline[] = [];
function aWaiter(): FixedDeadline {
  const waiter = new FixedDeadline(performance.now() + 60_000);
  waiters.push(waiter);
  return waiter;
}
afterEach(() => {
  for (const waiter of waiters.splice(0)) waiter.end();
});

type Result = ReadResult<string>;

/** Loads that wait, each key by itself, to be told what they found. */
function heldLoads() {
  const loads: { deadline: Deadline | undefined; answer: ((result: Result) => void)[] }[] = [];
  const load = async (missing: readonly CacheKey[], deadline: Deadline | undefined) => {
    const answer: ((result: Result) => void)[] = [];
    loads.push({ deadline, answer });
    return missing.map(() => new Promise<Result>((resolve) => answer.push(resolve)));
  };
  return { loads, load };
}

describe('readers who wait for the same load', () => {
  it('leave each at his own deadline; the load goes on for the others', async () => {
    const { cache } = createLocalCache();
    const { loads, load } = heldLoads();
    const [first, second] = [aWaiter(), aWaiter()];
    const one = cache.readMany([A], load, { deadline: first });
    await settle();
    const other = cache.readMany([A], load, { deadline: second });
    await settle();
    first.cancel();
    expect(await one).toMatchObject([{ error: { kind: 'cancelled' } }]);
    expect(loads[0]?.deadline?.signal.aborted).toBe(false);
    loads[0]?.answer[0]?.({ value: 'v1' });
    expect(await other).toMatchObject([{ value: 'v1' }]);
    expect(loads).toHaveLength(1);
  });

  it('give it up together, and who comes then begins another', async () => {
    const { cache } = createLocalCache();
    const { loads, load } = heldLoads();
    const gone = [aWaiter(), aWaiter()];
    const reads = gone.map((deadline) => cache.readMany([A], load, { deadline }));
    await settle();
    for (const waiter of gone) waiter.cancel();
    expect(loads[0]?.deadline?.signal.aborted).toBe(true);
    const later = cache.readMany([A], load, { deadline: aWaiter() });
    await settle();
    expect(loads).toHaveLength(2);
    for (const read of reads) expect(await read).toMatchObject([{ error: { kind: 'cancelled' } }]);
    loads[1]?.answer[0]?.({ value: 'v2' });
    expect(await later).toMatchObject([{ value: 'v2' }]);
    // The load that was given up ends late, and takes nothing away from the one that replaced it.
    loads[0]?.answer[0]?.({ error: new Error('given up') });
    expect(await cache.readMany([A], load, { deadline: aWaiter() })).toMatchObject([{ value: 'v2' }]);
  });

  it('get what has arrived by their deadline; only the rest is late', async () => {
    const { cache } = createLocalCache();
    const { loads, load } = heldLoads();
    const waiter = aWaiter();
    const reading = cache.readMany([A, B], load, { deadline: waiter });
    await settle();
    loads[0]?.answer[0]?.({ value: 'v1' });
    await settle();
    waiter.cancel();
    expect(await reading).toMatchObject([{ value: 'v1' }, { error: { kind: 'cancelled' } }]);
  });

  it('do so without a cache too', async () => {
    const { cache } = createLocalCache({ ttlMs: 0 });
    const { loads, load } = heldLoads();
    const waiter = aWaiter();
    const reading = cache.readMany([A, B], load, { deadline: waiter });
    await settle();
    expect(loads[0]?.deadline).toBe(waiter);
    loads[0]?.answer[1]?.({ value: 'v1' });
    await settle();
    waiter.cancel();
    expect(await reading).toMatchObject([{ error: { kind: 'cancelled' } }, { value: 'v1' }]);
  });

  it('need not wait for the rest of somebody else’s batch', async () => {
    const { cache } = createLocalCache();
    const { loads, load } = heldLoads();
    void cache.readMany([A, B], load, { deadline: aWaiter() });
    await settle();
    const joined = cache.readMany([B], load, { deadline: aWaiter() });
    await settle();
    loads[0]?.answer[1]?.({ value: 'v1' });
    expect(await joined).toMatchObject([{ value: 'v1' }]);
    expect(loads).toHaveLength(1);
  });
});

describe('loads that pass the cache by', () => {
  function setUp() {
    const passes = new SharedPasses<number>();
    const loads: { deadline: Deadline; answer(value: number): void }[] = [];
    const read = (waiter?: Deadline) =>
      passes.run('cards', (deadline) => new Promise((answer) => void loads.push({ deadline, answer })), waiter);
    return { loads, read };
  }

  it('are given up when nobody waits', () => {
    const { loads, read } = setUp();
    const waiter = aWaiter();
    void read(waiter);
    waiter.cancel();
    expect(loads[0]?.deadline.signal.aborted).toBe(true);
  });

  it('are not begun for those who have gone before their turn', async () => {
    const { loads, read } = setUp();
    const first = read();
    const waiter = aWaiter();
    void read(waiter);
    waiter.cancel();
    const later = read(aWaiter());
    loads[0]?.answer(1);
    expect(await first).toBe(1);
    await settle();
    expect(loads).toHaveLength(2);
    loads[1]?.answer(2);
    expect(await later).toBe(2);
    await settle();
    void read(waiter);
    expect(loads).toHaveLength(3);
  });
});
