import { createNodeRegister } from '../../../src/datasources/cache/node-register.js';
import { FailingStore } from './failing-store.js';

const ALIVE_MS = 200;
const MISSED_MS = 30_000;
const DEADLINE_MS = 100;
const aWhile = (ms: number) => jest.advanceTimersByTime(ms);
/** Until all is done that nobody waits for. */
const settled = () => jest.advanceTimersByTimeAsync(0);

function setUp() {
  let wayMs = 0;
  const store = new FailingStore(
    async () => aWhile(wayMs),
    () => Date.now(),
  );
  const aliveKey = (id: string) => `~alive:${id}`;
  const createNode = (nodeId: string) => {
    const link = store.connect();
    const sent: string[] = [];
    const dropEverything = jest.fn(async () => {});
    const register = createNodeRegister({
      nodeId,
      command(args) {
        sent.push(args[0] ?? '');
        return link.command(args);
      },
      epoch: () => store.epoch(),
      dropEverything,
      deadlineMs: DEADLINE_MS,
      registerKey: (name) => `register:${name}`,
      generationKey: (name) => `generation:${name}`,
      aliveMs: ALIVE_MS,
      missedMs: MISSED_MS,
    });
    const isAlive = async () => {
      const [value] = await link.keyv('generation').getMany([aliveKey(nodeId)]);
      return value !== undefined;
    };
    const beat = async (isBehind = false) => {
      await register.beat({ isBehind });
      await settled();
    };
    return { ...register, beat, isAlive, sent, dropEverything };
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

  it.each([0, 5, 9])(
    'never counts as alive once it has been silent for longer, with %i ms each way for each command',
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

  it.each([
    ['a heartbeat that failed', 'loses answers', 1],
    ['a server that was replaced', 'restarts empty', 1],
  ] as const)('does not count on the clock of the store after %s', async (_, trouble, failures) => {
    const { store, createNode } = setUp();
    const node = createNode('a');
    await node.beat();
    store.begin({ trouble, beginsAtMs: 0, lastsMs: 0 });
    for (let i = 0; i < failures; i += 1) await expect(node.beat()).rejects.toThrow();
    store.end();
    aWhile(ALIVE_MS);
    await node.beat();
    expect(await node.isAlive()).toBe(false);
    await node.beat();
    expect(await node.isAlive()).toBe(true);
  });

  it('does not count on the clock of another server, even if none of its heartbeats has failed', async () => {
    const { store, createNode } = setUp();
    const node = createNode('a');
    await node.beat();
    // Between two heartbeats.
    store.begin({ trouble: 'restarts empty', beginsAtMs: 0, lastsMs: 0 });
    store.end();
    await node.beat();
    expect(await node.isAlive()).toBe(false);
  });

  it('sends a heartbeat in one go, whoever else there is, so that it takes one round trip', async () => {
    const { createNode } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    for (let round = 0; round < 3; round += 1) for (const node of [a, b]) await node.beat();
    a.sent.length = 0;
    const beat = a.beat();
    expect(a.sent.sort()).toEqual(['MGET', 'SADD', 'SET', 'SET', 'SMEMBERS', 'TIME']);
    await beat;
    expect(a.sent).toHaveLength(6);
  });

  it('fails a heartbeat that is not answered within the deadline', async () => {
    const { store, createNode } = setUp();
    const node = createNode('a');
    store.begin({ trouble: 'hangs', beginsAtMs: 0, lastsMs: 0 });
    const outcome = expect(node.beat()).rejects.toThrow(`within ${DEADLINE_MS} ms`);
    await jest.advanceTimersByTimeAsync(DEADLINE_MS + 10);
    await outcome;
  });

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

  it('miss one that fell silent without a word, then give it up, and with it all that was cached', async () => {
    const { createNode, aliveKey } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    for (let round = 0; round < 2; round += 1) for (const node of [b, a]) await node.beat();
    expect(a.peers()).toEqual({ alive: 1, silent: 0 });
    aWhile(ALIVE_MS);
    await a.beat();
    expect(a.peers()).toEqual({ alive: 0, silent: 1 });
    aWhile(MISSED_MS - ALIVE_MS);
    await a.beat();
    expect([a.peerKeys(), a.dropEverything.mock.calls.length]).toEqual([[aliveKey('b')], 0]);
    aWhile(1);
    await a.beat();
    expect([a.peerKeys(), a.dropEverything.mock.calls.length]).toEqual([[], 1]);
    await a.beat();
    expect(a.peers()).toEqual({ alive: 0, silent: 0 });
    expect(a.dropEverything).toHaveBeenCalledTimes(1);
  });

  it('go on missing it as long as what was cached could not be dropped', async () => {
    const { createNode, aliveKey } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    await b.beat();
    await a.beat();
    await a.beat();
    aWhile(MISSED_MS + 1);
    a.dropEverything.mockRejectedValueOnce(new Error('not acknowledged'));
    await a.beat();
    expect(a.peerKeys()).toEqual([aliveKey('b')]);
    await a.beat();
    expect(a.peerKeys()).toEqual([]);
  });

  it('do not give up one that comes back while they are about to', async () => {
    const { createNode, aliveKey } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    await b.beat();
    await a.beat();
    await a.beat();
    aWhile(MISSED_MS + 1);
    let acknowledge = () => {};
    a.dropEverything.mockReturnValueOnce(new Promise<void>((resolve) => (acknowledge = resolve)));
    await a.beat();
    await b.beat(true);
    await a.beat();
    acknowledge();
    await settled();
    expect(a.peerKeys()).toEqual([aliveKey('b')]);
  });

  it('drop what was cached by the time of one that they never met, before they trust anything', async () => {
    const { createNode, aliveKey } = setUp();
    await createNode('gone').beat();
    aWhile(MISSED_MS);
    const late = createNode('late');
    await late.beat();
    expect([late.peerKeys(), late.dropEverything.mock.calls.length]).toEqual([[aliveKey('gone')], 0]);
    await late.beat();
    expect([late.peerKeys(), late.dropEverything.mock.calls.length]).toEqual([[], 1]);
    const later = createNode('later');
    await later.beat();
    expect(later.peerKeys()).toEqual([aliveKey('late')]);
  });

  it('do not miss one that has left', async () => {
    const { createNode } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    await b.beat();
    await a.beat();
    await b.leave();
    await a.beat();
    expect(a.peerKeys()).toEqual([]);
    expect(a.dropEverything).not.toHaveBeenCalled();
  });

  it('go on missing those that a store which came back empty has forgotten', async () => {
    const { store, createNode, aliveKey } = setUp();
    const [a, b] = [createNode('a'), createNode('b')];
    for (let round = 0; round < 2; round += 1) for (const node of [b, a]) await node.beat();
    store.begin({ trouble: 'restarts empty', beginsAtMs: 0, lastsMs: 0 });
    store.end();
    await a.beat();
    aWhile(MISSED_MS);
    await a.beat();
    expect(a.peerKeys()).toEqual([aliveKey('b')]);
    aWhile(1);
    await a.beat();
    expect(a.peerKeys()).toEqual([]);
  });

  it('learn that a heartbeat was not acknowledged', async () => {
    const { store, createNode } = setUp();
    const node = createNode('a');
    store.begin({ trouble: 'is full', beginsAtMs: 0, lastsMs: 0 });
    await expect(node.beat()).rejects.toThrow();
  });
});
