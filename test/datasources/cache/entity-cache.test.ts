import {
  type CacheKey,
  type EntityCache,
  EVERYTHING,
  type ReadResult,
} from '../../../src/datasources/cache/entity-cache.js';
import { createLocalCache } from './local-cache.js';

const keyOf = (id: string): CacheKey => ({ key: `card:${id}`, tags: [`card:${id}`], resource: 'card' });
const A = keyOf('a');
const B = keyOf('b');

/** A load that waits to be told what it found. */
function aHeldLoad<T>() {
  let answer: (results: ReadResult<T>[]) => void = () => {};
  const load = jest.fn((_: readonly CacheKey[]) => new Promise<ReadResult<T>[]>((resolve) => (answer = resolve)));
  return { load, answer: (...results: ReadResult<T>[]) => answer(results) };
}

/** Until everything that can go on without an answer has gone on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const loadOf = (value: unknown, isSettled?: boolean) =>
  jest.fn(async (missing: readonly CacheKey[]) =>
    missing.map(() => ({ value, ...(isSettled !== undefined && { isSettled }) })),
  );
const read = async (cache: EntityCache, load: ReturnType<typeof loadOf>) => (await cache.readMany([A], load))[0];

describe('a read', () => {
  it('loads what is missing, once, and is a hit from then on', async () => {
    const { cache, metrics } = createLocalCache();
    const load = loadOf('v1');
    expect(await read(cache, load)).toMatchObject({ value: 'v1' });
    expect(await read(cache, load)).toEqual({ value: 'v1' });
    expect(load).toHaveBeenCalledTimes(1);
    const { values } = await metrics.cacheReads.get();
    expect(values.map(({ labels, value }) => [labels.resource, labels.result, value])).toEqual([
      ['card', 'miss', 1],
      ['card', 'hit', 1],
    ]);
  });

  it('loads only what is missing, with one call, and answers in the order of its keys', async () => {
    const { cache } = createLocalCache();
    const load = jest.fn(async (missing: readonly CacheKey[]) => missing.map(({ key }) => ({ value: `of ${key}` })));
    await cache.readMany([B], load);
    const results = await cache.readMany([A, B, keyOf('c')], load);
    expect(results.map((result) => 'value' in result && result.value)).toEqual(['of card:a', 'of card:b', 'of card:c']);
    expect(load.mock.calls.map(([missing]) => missing.map(({ key }) => key))).toEqual([
      ['card:b'],
      ['card:a', 'card:c'],
    ]);
  });

  it('of nothing loads nothing', async () => {
    const load = loadOf('v1');
    expect(await createLocalCache().cache.readMany([], load)).toEqual([]);
    expect(load).not.toHaveBeenCalled();
  });

  it('joins a load that another reader has under way', async () => {
    const { cache, metrics } = createLocalCache();
    const { load, answer } = aHeldLoad<string>();
    const never = loadOf('never');
    const first = cache.readMany([A], load);
    await settle();
    const second = cache.readMany([A], never);
    await settle();
    answer({ value: 'v1' });
    expect([await first, await second]).toMatchObject([[{ value: 'v1' }], [{ value: 'v1' }]]);
    expect(never).not.toHaveBeenCalled();
    expect((await metrics.cacheReads.get()).values.map(({ labels }) => labels.result)).toEqual(['miss', 'joined']);
  });

  it('hands an error to all who wait for it, and stores it for nobody', async () => {
    const { cache } = createLocalCache();
    const { load, answer } = aHeldLoad<string>();
    const waiting = [cache.readMany([A, B], load), settle().then(() => cache.readMany([A], load))];
    await settle();
    await settle();
    const error = new Error('API away');
    answer({ error }, { value: 'b1' });
    expect(await Promise.all(waiting)).toMatchObject([[{ error }, { value: 'b1' }], [{ error }]]);
    const again = loadOf('v1');
    expect(await read(cache, again)).toMatchObject({ value: 'v1' });
    expect(again).toHaveBeenCalledTimes(1);
  });

  it('gives each key the error when the load as a whole throws, and one where the load returns too little', async () => {
    const { cache } = createLocalCache();
    const error = new Error('API away');
    expect(await cache.readMany([A, B], () => Promise.reject(error))).toEqual([{ error }, { error }]);
    expect(await cache.readMany([A, B], async () => [{ value: 1 }])).toMatchObject([
      { value: 1 },
      { error: expect.any(Error) },
    ]);
  });

  it.each([null, undefined, 0, '', false])('keeps %p, which is a value too', async (value) => {
    const { cache } = createLocalCache();
    const load = loadOf(value);
    await read(cache, load);
    expect(await read(cache, load)).toEqual({ value });
    expect(load).toHaveBeenCalledTimes(1);
  });
});

describe('the life of a value', () => {
  let nowMs = 1_700_000_000_000;
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each<[string, unknown, boolean | undefined, number, number]>([
    ['a settled value lives as long as it may', 'v1', undefined, 0, 30_000],
    ['up to a tenth shorter, so that not everything expires at once', 'v1', true, 0.999, 27_003],
    ['that there is none is believed for a moment', null, undefined, 0, 2_000],
    ['what is about to change is kept for a moment', 'issuing', false, 0, 2_000],
  ])('%s', async (_, value, isSettled, random, lifeMs) => {
    const { cache } = createLocalCache({ random: () => random, now: () => nowMs });
    const load = loadOf(value, isSettled);
    await read(cache, load);
    nowMs += lifeMs;
    await read(cache, load);
    expect(load).toHaveBeenCalledTimes(1);
    nowMs += 1;
    await read(cache, load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('is never longer than that of everything, however brief that is', async () => {
    const { cache } = createLocalCache({ ttlMs: 1_000, now: () => nowMs });
    const load = loadOf(null);
    await read(cache, load);
    nowMs += 1_001;
    await read(cache, load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('begins with its load, so what took too long to come is handed out and not stored', async () => {
    const { cache } = createLocalCache({ ttlMs: 1_000, now: () => nowMs });
    const slow = jest.fn(async () => {
      nowMs += 1_000;
      return [{ value: 'late' }];
    });
    expect(await cache.readMany([A], slow)).toMatchObject([{ value: 'late' }]);
    expect(await cache.peek(A)).toBeUndefined();
  });

  it('of 0 turns the cache off: every read loads, nothing is joined or kept', async () => {
    const { cache } = createLocalCache({ ttlMs: 0 });
    const load = loadOf('v1');
    await Promise.all([read(cache, load), read(cache, load)]);
    await read(cache, load);
    expect(load).toHaveBeenCalledTimes(3);
    expect(await cache.peek(A)).toBeUndefined();
    await cache.announce(['card:a']);
    await cache.invalidate(['card:a']);
  });
});

describe('an invalidation', () => {
  it('makes what carries the tag unreachable, and nothing else', async () => {
    const { cache, metrics } = createLocalCache();
    const load = loadOf('v1');
    await cache.readMany([A, B], load);
    await cache.invalidate(['cards', 'card:a']);
    await cache.readMany([A, B], load);
    expect(load.mock.calls.map(([missing]) => missing.map(({ key }) => key))).toEqual([
      ['card:a', 'card:b'],
      ['card:a'],
    ]);
    expect((await metrics.cacheInvalidations.get()).values[0]?.value).toBe(2);
  });

  it('of one of several tags is enough', async () => {
    const { cache } = createLocalCache();
    const key = { key: 'x', tags: ['one', 'two'], resource: 'x' };
    const load = loadOf('v1');
    for (const name of ['one', 'two']) {
      await cache.readMany([key], load);
      await cache.invalidate([name]);
      expect(await cache.peek(key)).toBeUndefined();
    }
  });

  it('of everything empties the cache', async () => {
    const { cache } = createLocalCache();
    await cache.readMany([A, B], loadOf('v1'));
    await cache.invalidate([EVERYTHING]);
    expect([await cache.peek(A), await cache.peek(B)]).toEqual([undefined, undefined]);
  });

  it('during a load makes what the load finds unreachable, and later readers do not join it', async () => {
    const { cache } = createLocalCache();
    const overtaken = aHeldLoad<string>();
    const later = aHeldLoad<string>();
    const first = cache.readMany([A], overtaken.load);
    await settle();
    await cache.invalidate(['card:a']);
    const second = cache.readMany([A], later.load);
    await settle();
    expect(later.load).toHaveBeenCalledTimes(1);
    later.answer({ value: 'new' });
    expect(await second).toMatchObject([{ value: 'new' }]);
    overtaken.answer({ value: 'old' });
    expect(await first).toMatchObject([{ value: 'old' }]);
    expect(await cache.readMany([A], loadOf('never'))).toMatchObject([{ value: 'new' }]);
  });

  it('renews the tags in the order in which they are named, one after the other', async () => {
    const renewed: string[] = [];
    class Journal extends Map<string, unknown> {
      override set(name: string, value: unknown): this {
        renewed.push(name);
        return super.set(name, value);
      }
    }
    const { cache } = createLocalCache({ generationStore: new Journal() });
    await cache.invalidate(['cards', 'account:1:cards', 'card:a']);
    expect(renewed).toEqual(['cards', 'account:1:cards', 'card:a']);
  });

  it('of nothing does nothing', async () => {
    const { cache } = createLocalCache();
    await cache.readMany([A], loadOf('v1'));
    await cache.invalidate([]);
    expect(await cache.peek(A)).toBe('v1');
  });
});

it('peeks at what is stored without loading or joining', async () => {
  const { cache } = createLocalCache();
  const { load, answer } = aHeldLoad<string>();
  expect(await cache.peek(A)).toBeUndefined();
  const reading = cache.readMany([A], load);
  await settle();
  expect(await cache.peek(A)).toBeUndefined();
  answer({ value: 'v1' });
  await reading;
  expect(await cache.peek(A)).toBe('v1');
});

it('loses nothing but time when its stores forget', async () => {
  const valueStore = new Map();
  const generationStore = new Map();
  const { cache } = createLocalCache({ valueStore, generationStore });
  const load = loadOf('v1');
  for (const store of [valueStore, generationStore]) {
    await read(cache, load);
    store.clear();
  }
  await read(cache, load);
  expect(load).toHaveBeenCalledTimes(3);
});
