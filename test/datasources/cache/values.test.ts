import { Keyv, type KeyvStoreAdapter } from 'keyv';
import { createTieredValues, type StoredValue } from '../../../src/datasources/cache/values.js';
import { entityCodec } from '../../../src/datasources/loaders/entity-codec.js';
import { EntityList } from '../../../src/datasources/loaders/entity-list.js';
import { ScriptedHealth } from './scripted-store.js';

/** A store that knows text only, as Redis does; it can refuse, hang, and say what it was asked. */
class TextStore implements KeyvStoreAdapter {
  readonly opts = {};
  readonly texts = new Map<string, string>();
  readonly asked: string[][] = [];
  fault: 'none' | 'refuses' | 'hangs' = 'none';

  async get<Value>(key: string) {
    return (await this.getMany<Value>([key]))[0];
  }

  async getMany<Value>(keys: string[]) {
    this.asked.push(keys);
    await this.#suffer();
    return keys.map((key) => this.texts.get(key) as Value | undefined);
  }

  async set(key: string, value: unknown) {
    await this.#suffer();
    if (typeof value !== 'string') throw new Error('not text');
    this.texts.set(key, value);
    return true;
  }

  async delete(key: string) {
    return this.texts.delete(key);
  }

  async clear() {
    this.texts.clear();
  }

  on() {
    return this;
  }

  async #suffer(): Promise<void> {
    if (this.fault === 'refuses') throw new Error('refused');
    if (this.fault === 'hangs') await new Promise(() => {});
  }
}

const LIFE_MS = 30_000;

function setUp(isShareable: (value: unknown) => boolean = entityCodec.isShareable) {
  const store = new TextStore();
  const health = new ScriptedHealth();
  const createNode = () =>
    createTieredValues({
      memory: new Keyv({ store: new Map(), serialize: undefined, deserialize: undefined, useKeyPrefix: false }),
      shared: new Keyv({ store, useKeyPrefix: false, throwOnErrors: true }),
      health,
      deadlineMs: 20,
      ...entityCodec,
      isShareable,
    });
  return { store, health, values: createNode(), other: createNode() };
}

const valuesOf = (rows: (StoredValue | undefined)[]) => rows.map((row) => row?.value);
/** Until what nobody waits for has happened. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

const CARD = Object.freeze({ id: 'c1', createdAt: '2024-01-01T00:00:00.000Z', billingAddress: { city: 'London' } });

describe('values in two tiers', () => {
  it('are found in the memory of the node that stored them, as the very same object and without asking', async () => {
    const { values, store } = setUp();
    await values.set('card:c1@g', { value: CARD }, LIFE_MS);
    const [found] = await values.getMany<typeof CARD>(['card:c1@g']);
    expect(found?.value).toBe(CARD);
    expect(store.asked).toEqual([]);
  });

  it('are found by other nodes, alike and frozen, and from then on in their own memory', async () => {
    const { values, other, store } = setUp();
    await values.set('card:c1@g', { value: CARD }, LIFE_MS);
    await settle();
    const [found] = await other.getMany<typeof CARD>(['card:c1@g']);
    expect(found?.value).toEqual(CARD);
    expect([Object.isFrozen(found?.value), Object.isFrozen(found?.value.billingAddress)]).toEqual([true, true]);
    const [again] = await other.getMany(['card:c1@g']);
    expect(again?.value).toBe(found?.value);
    expect(store.asked).toEqual([['card:c1@g']]);
  });

  it('travel as lists, too', async () => {
    const { values, other } = setUp();
    const list = new EntityList([CARD, { ...CARD, id: 'c0', createdAt: '2023-01-01T00:00:00.000Z' }]);
    await values.set('list@g', { value: list }, LIFE_MS);
    await settle();
    const [found] = await other.getMany<typeof list>(['list@g']);
    expect(found?.value).toBeInstanceOf(EntityList);
    expect(found?.value.items).toEqual(list.items);
    expect(found?.value.get('c1')).toEqual(CARD);
  });

  it.each([null, 0, '', false, []])('that there is %p is a value for other nodes, too', async (value) => {
    const { values, other } = setUp();
    await values.set('x@g', { value }, LIFE_MS);
    await settle();
    const [found] = await other.getMany(['x@g']);
    expect(found).toBeDefined();
    expect(entityCodec.dehydrate(found?.value)).toEqual(value);
  });

  it('are asked for with one call, only those that are not in memory, and answered in order', async () => {
    const { values, other, store } = setUp();
    for (const name of ['a', 'b', 'c']) await values.set(name, { value: name }, LIFE_MS);
    await settle();
    await other.set('b', { value: 'own b' }, LIFE_MS);
    expect(valuesOf(await other.getMany(['c', 'none', 'b', 'a']))).toEqual(['c', undefined, 'own b', 'a']);
    expect(store.asked).toEqual([['c', 'none', 'a']]);
    expect(await other.getMany([])).toEqual([]);
  });

  it('that are too large to travel stay with the node that has them', async () => {
    const { values, other, store } = setUp();
    const items = Array.from({ length: 501 }, (_, index) => ({ ...CARD, id: `c${index}` }));
    await values.set('list@g', { value: new EntityList(items) }, LIFE_MS);
    await values.set('short@g', { value: new EntityList(items.slice(1)) }, LIFE_MS);
    await settle();
    expect([...store.texts.keys()]).toEqual(['short@g']);
    expect(valuesOf(await values.getMany(['list@g']))[0]).toHaveLength(501);
    expect(await other.getMany(['list@g'])).toEqual([undefined]);
  });

  it('live no longer in the memory of another node than where they come from', async () => {
    const { values, other, store } = setUp();
    let nowMs = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
    await values.set('x', { value: 'v' }, 1_000);
    await settle();
    nowMs += 600;
    expect(valuesOf(await other.getMany(['x']))).toEqual(['v']);
    nowMs += 399;
    expect(valuesOf(await other.getMany(['x']))).toEqual(['v']);
    nowMs += 2;
    expect(store.texts.has('x')).toBe(true);
    expect(await other.getMany(['x'])).toEqual([undefined]);
    clock.mockRestore();
  });
});

describe('values while the shared store is in trouble', () => {
  it.each(['refuses', 'hangs'] as const)('count as none where it %s, and the failure is reported', async (fault) => {
    const { values, other, store, health } = setUp();
    await values.set('far', { value: 1 }, LIFE_MS);
    await settle();
    await other.set('near', { value: 2 }, LIFE_MS);
    store.fault = fault;
    expect(valuesOf(await other.getMany(['far', 'near']))).toEqual([undefined, 2]);
    expect(health.failures).toBe(1);
    store.fault = 'none';
    expect(valuesOf(await other.getMany(['far']))).toEqual([undefined]);
    health.present = 'up';
    expect(valuesOf(await other.getMany(['far']))).toEqual([1]);
  });

  it('count as none where it holds what is no value', async () => {
    const { other, store, health } = setUp();
    store.texts.set('foreign', '{"value":null}').set('number', '3').set('broken', '{"value":');
    expect(await other.getMany(['foreign', 'number'])).toEqual([undefined, undefined]);
    expect(health.failures).toBe(0);
    expect(await other.getMany(['broken'])).toEqual([undefined]);
  });

  it.each(['down', 'settling'] as const)(
    'are kept in memory only while it is %s, and it is not asked',
    async (state) => {
      const { values, store, health } = setUp();
      health.present = state;
      await values.set('x', { value: 1 }, LIFE_MS);
      await settle();
      expect(valuesOf(await values.getMany(['x', 'y']))).toEqual([1, undefined]);
      expect([store.asked.length, store.texts.size]).toEqual([0, 0]);
    },
  );

  it.each(['refuses', 'hangs'] as const)('are stored without waiting for it (%s)', async (fault) => {
    const { values, store } = setUp();
    store.fault = fault;
    await values.set('x', { value: 1 }, LIFE_MS);
    expect(valuesOf(await values.getMany(['x']))).toEqual([1]);
    // A rejection that nobody handles would end the process.
    await new Promise((resolve) => setTimeout(resolve, 30));
  });
});
