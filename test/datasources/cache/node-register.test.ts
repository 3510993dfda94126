import { createNodeRegister } from '../../../src/datasources/cache/node-register.js';
import { FailingStore } from './failing-store.js';

const ALIVE_MS = 200;
const MISSED_MS = 30_000;
const aWhile = (ms: number) => jest.advanceTimersByTime(ms);

function setUp() {
  let wayMs = 0;
  const store = new FailingStore(
    async () => aWhile(wayMs),
    () => Date.now(),
  );
  const aliveKey = (id: string) => `~alive:${id}`;
  const createNode = (nodeId: string) => {
    const link = store.connect();
    const register = createNodeRegister({
      nodeId,
      command: link.command,
      registerKey: (name) => `register:${name}`,
      generationKey: (name) => `generation:${name}`,
      aliveMs: ALIVE_MS,
      missedMs: MISSED_MS,
    });
    const isAlive = async () => {
      const [value] = await link.keyv('generation').getMany([aliveKey(nodeId)]);
      return value !== undefined;
    };
    return { ...register, beat: (isBehind = false) => register.beat({ isBehind }), isAlive };
  };
  const setWay = (ms: number) => {
    wayMs = ms;
  };
  return { store, createNode, aliveKey, setWay };
}

beforeEach(() => {
  jest.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a node on the register', () => {
  it('says that it is alive from its second heartbeat on, when it knows the clock of the store', async () => {
    const { createNode } = setUp();
    const node = createNode('a');
    await node.beat();
    expect(await node.isAlive()).toBe(false);
    await node.beat();
    expect(await node.isAlive()).toBe(true);
  });

  it('counts as alive for so long after it has said so, and no longer', async () => {
    const { createNode } = setUp();
    const node = createNode('a');
    await node.beat();
    await node.beat();
    aWhile(ALIVE_MS - 1);
    expect([await node.isAlive(), node.sinceAliveMs()]).toEqual([true, ALIVE_MS - 1]);
    aWhile(1);
    expect([await node.isAlive(), node.sinceAliveMs()]).toEqual([false, ALIVE_MS]);
  });

  it('says nothing while it is behind, and the time since then runs on', async () => {
    const { createNode } = setUp();
    const node = createNode('a');
    await node.beat();
    await node.beat();
    aWhile(150);
    await node.beat(true);
    expect(node.sinceAliveMs()).toBe(150);
    aWhile(50);
    expect(await node.isAlive()).toBe(false);
  });

  it.each([0, 5, 33])(
    'never counts as alive once it has been silent for longer, with %i ms each way',
    async (wayMs) => {
      const { createNode, setWay } = setUp();
      const node = createNode('a');
      setWay(wayMs);
      await node.beat();
      setWay(0);
      await node.beat();
      while (node.sinceAliveMs() < ALIVE_MS) aWhile(1);
      expect(await node.isAlive()).toBe(false);
    },
  );

  it('counts the time from what it said last, even where that was not acknowledged: it may have arrived', async () => {
    const { store, createNode } = setUp();
    const node = createNode('a');
    await node.beat();
    await node.beat();
    aWhile(100);
    store.begin({ trouble: 'loses answers', beginsAtMs: 0, lastsMs: 0 });
    await expect(node.beat()).rejects.toThrow();
    expect(await node.isAlive()).toBe(true);
    expect(node.sinceAliveMs()).toBe(0);
  });
});

describe('nodes on one register', () => {
  it('know each other after a heartbeat of each', async () => {
    const { createNode, aliveKey } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    await a.beat();
    expect(a.peerKeys()).toEqual([]);
    await b.beat();
    await a.beat();
    expect([a.peerKeys(), b.peerKeys()]).toEqual([[aliveKey('b')], [aliveKey('a')]]);
  });

  it('miss one that fell silent without a word for as long as its changes could matter', async () => {
    const { createNode, aliveKey } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    await b.beat();
    await a.beat();
    aWhile(MISSED_MS - 1);
    await a.beat();
    expect(a.peerKeys()).toEqual([aliveKey('b')]);
    aWhile(10_000);
    await a.beat();
    expect(a.peerKeys()).toEqual([]);
  });

  it('do not miss one that has left', async () => {
    const { createNode } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    await b.beat();
    await a.beat();
    await b.leave();
    await a.beat();
    expect(a.peerKeys()).toEqual([]);
  });

  it('go on missing those that a store which came back empty has forgotten, until they had time to come back', async () => {
    const { store, createNode, aliveKey } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    await b.beat();
    await a.beat();
    store.begin({ trouble: 'restarts empty', beginsAtMs: 0, lastsMs: 0 });
    store.end();
    await a.beat();
    expect(a.peerKeys()).toEqual([aliveKey('b')]);
    aWhile(4_000);
    await b.beat();
    await a.beat();
    expect(a.peerKeys()).toEqual([aliveKey('b')]);
  });

  it('learn that a heartbeat was not acknowledged', async () => {
    const { store, createNode } = setUp();
    const node = createNode('a');
    store.begin({ trouble: 'is full', beginsAtMs: 0, lastsMs: 0 });
    await expect(node.beat()).rejects.toThrow();
  });
});
