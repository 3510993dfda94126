import type { Generations } from '../../../src/datasources/cache/generations.js';
import { createSharedGenerations } from '../../../src/datasources/cache/shared-generations.js';
import { ScriptedHealth, ScriptedStore } from './scripted-store.js';

const DEADLINE_MS = 100;
/** The deadline, and the turns of the event loop after it. */
const GIVEN_UP_MS = DEADLINE_MS + 10;
const NOTICED_AFTER_MS = 250;
const ANNOUNCEMENT_TTL_MS = 15_000;
const GENERATION_TTL_MS = 86_400_000;

function setUp() {
  const store = new ScriptedStore();
  const health = new ScriptedHealth();
  const epochs: { present: string | null } = { present: 'epoch-1' };
  const createNode = () =>
    createSharedGenerations({
      store: store.keyv,
      health,
      epoch: () => epochs.present,
      deadlineMs: DEADLINE_MS,
      announcementTtlMs: ANNOUNCEMENT_TTL_MS,
      generationTtlMs: GENERATION_TTL_MS,
      noticedAfterMs: NOTICED_AFTER_MS,
    });
  return { store, health, epochs, generations: createNode(), createNode };
}

const readOne = async (generations: Generations, name: string) => (await generations.read([name])).get(name);
const aWhile = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** Whether it has resolved, as seen by who does not wait for it. */
function watch(call: Promise<unknown>): { isDone: boolean } {
  const seen = { isDone: false };
  void call.then(() => {
    seen.isDone = true;
  });
  return seen;
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('reading generations', () => {
  it('gives the same ones as long as nobody renews them, to every node', async () => {
    const { generations, createNode } = setUp();
    const first = await generations.read(['cards', 'card:1']);
    expect([...first.keys()]).toEqual(['cards', 'card:1']);
    expect(new Set(first.values()).size).toBe(2);
    expect(await generations.read(['cards', 'card:1'])).toEqual(first);
    expect(await createNode().read(['cards', 'card:1'])).toEqual(first);
  });

  it('creates absent ones, with a life, and those only', async () => {
    const { generations, store } = setUp();
    store.data.set('cards', 'present');
    const read = await generations.read(['cards', 'card:1']);
    expect(read.get('cards')).toBe('epoch-1:present');
    expect(store.calls.map(({ method, keys }) => [method, keys])).toEqual([
      ['getMany', ['cards', 'card:1']],
      ['setMany', ['card:1']],
    ]);
    expect(store.last.rows[0]).toMatchObject({ ttl: GENERATION_TTL_MS });
    expect(read.get('card:1')).toBe(`epoch-1:${store.data.get('card:1')}`);
  });

  it('waits until the store has acknowledged those that it created', async () => {
    const { generations, store } = setUp();
    store.isHeld = true;
    const reading = generations.read(['card:1']);
    const seen = watch(reading);
    store.last.answer();
    await aWhile(0);
    expect([store.last.method, seen.isDone]).toEqual(['setMany', false]);
    store.last.carryOut();
    await aWhile(0);
    expect(seen.isDone).toBe(false);
    store.last.answer();
    expect(await reading).toEqual(new Map([['card:1', `epoch-1:${store.data.get('card:1')}`]]));
  });

  it.each(['fail', 'never'] as const)('passes the tags by when the creation is not acknowledged (%s)', async (how) => {
    const { generations, store, health } = setUp();
    store.isHeld = true;
    const reading = generations.read(['cards', 'card:1']);
    store.last.answer();
    await aWhile(0);
    if (how === 'fail') store.last.fail();
    else await aWhile(GIVEN_UP_MS);
    expect(await reading).toEqual(
      new Map([
        ['cards', null],
        ['card:1', null],
      ]),
    );
    expect(health.failures).toBe(1);
  });

  it.each(['fail', 'never'] as const)(
    'passes the tags by, and says so, when the store does not answer (%s)',
    async (how) => {
      const { generations, store, health } = setUp();
      store.isHeld = true;
      const reading = readOne(generations, 'card:1');
      if (how === 'fail') store.last.fail();
      else await aWhile(GIVEN_UP_MS);
      expect(await reading).toBeNull();
      expect([health.failures, store.calls.length]).toEqual([1, 1]);
    },
  );

  it('passes the tags by when this process was too busy to read the answer, and does not blame the store', async () => {
    const { generations, store, health } = setUp();
    await readOne(generations, 'card:1');
    store.isHeld = true;
    const reading = readOne(generations, 'card:1');
    store.last.answer();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 2 * DEADLINE_MS + 1);
    expect(await reading).toBeNull();
    clock.mockRestore();
    expect([health.failures, health.state()]).toEqual([0, 'up']);
  });

  it.each(['down', 'settling'] as const)('passes the tags by without asking while the store is %s', async (state) => {
    const { generations, store, health } = setUp();
    health.present = state;
    expect(await readOne(generations, 'card:1')).toBeNull();
    expect(store.calls).toEqual([]);
  });

  it('passes the tags by while it is not known which store this is', async () => {
    const { generations, store, epochs } = setUp();
    epochs.present = null;
    expect(await readOne(generations, 'card:1')).toBeNull();
    expect(store.calls).toEqual([]);
  });

  it.each<[string, (node: ReturnType<typeof setUp>) => void]>([
    ['the store was found to be down', ({ health }) => health.reportFailure()],
    ['the store came back and settles', ({ health }) => health.beat()],
    ['the connection broke', ({ epochs }) => Object.assign(epochs, { present: null })],
    ['the store was replaced', ({ epochs }) => Object.assign(epochs, { present: 'epoch-2' })],
  ])('believes nothing that arrives after %s', async (_, happen) => {
    const node = setUp();
    node.store.data.set('card:1', 'old');
    node.store.isHeld = true;
    const reading = readOne(node.generations, 'card:1');
    if (_ === 'the store came back and settles') node.health.reportFailure();
    happen(node);
    node.store.last.answer();
    expect(await reading).toBeNull();
    expect(node.store.calls).toHaveLength(1);
  });

  it('gives others in another epoch, even where the store has brought the old ones back', async () => {
    const { generations, epochs } = setUp();
    const before = await readOne(generations, 'card:1');
    epochs.present = 'epoch-2';
    const after = await readOne(generations, 'card:1');
    expect(after).not.toBe(before);
    expect(after?.split(':')[1]).toBe(before?.split(':')[1]);
  });
});

describe('dropping everything', () => {
  it('gives what all values are tagged with a fresh generation, once that is acknowledged', async () => {
    const { generations, store } = setUp();
    const before = await readOne(generations, 'everything');
    await generations.dropEverything();
    expect(await readOne(generations, 'everything')).not.toBe(before);
    store.isAway = true;
    await expect(generations.dropEverything()).rejects.toThrow();
  });
});

describe('announcing a change', () => {
  it('makes every node pass the tags by, and no others, until they are renewed', async () => {
    const { generations, createNode } = setUp();
    const other = createNode();
    const before = await other.read(['cards', 'card:1', 'card:2']);
    await generations.announce(['cards', 'card:1']);
    const meanwhile = await other.read(['cards', 'card:1', 'card:2']);
    expect([...meanwhile.values()]).toEqual([null, null, before.get('card:2')]);
    await generations.renew(['cards', 'card:1']);
    const after = await other.read(['cards', 'card:1', 'card:2']);
    expect([...after.values()]).toEqual([expect.any(String), expect.any(String), before.get('card:2')]);
    expect(after.get('card:1')).not.toBe(before.get('card:1'));
  });

  it('ends by itself, so that a crash does not block a tag for ever', async () => {
    const { generations, store } = setUp();
    await generations.announce(['card:1']);
    expect(store.last.rows).toEqual([{ key: 'card:1', value: expect.any(String), ttl: ANNOUNCEMENT_TTL_MS }]);
  });

  it('is in vain while the store is away, and holds nobody up', async () => {
    const { generations, store, health } = setUp();
    health.present = 'settling';
    await generations.announce(['card:1']);
    expect(store.calls).toEqual([]);
    health.present = 'up';
    store.isAway = true;
    await generations.announce(['card:1']);
    expect([store.calls.length, health.failures]).toEqual([1, 1]);
  });

  it('of nothing is nothing', async () => {
    const { generations, store } = setUp();
    await generations.announce([]);
    expect(store.calls).toEqual([]);
  });
});

describe('renewing generations', () => {
  it('is done as soon as the store has acknowledged it, and not before', async () => {
    const { generations, store } = setUp();
    store.data.set('card:1', 'old');
    store.isHeld = true;
    const seen = watch(generations.renew(['cards', 'card:1']));
    await aWhile(DEADLINE_MS - 1);
    expect(seen.isDone).toBe(false);
    store.last.carryOut();
    store.last.answer();
    await aWhile(0);
    expect(seen.isDone).toBe(true);
    expect(store.data.get('card:1')).not.toBe('old');
  });

  it('is one transaction: nobody sees the tag of a card renewed and that of its list not', async () => {
    const { generations, store } = setUp();
    await generations.renew(['cards', 'account:1:cards', 'card:1']);
    expect(store.calls.map(({ method, keys }) => [method, keys])).toEqual([
      ['setMany', ['cards', 'account:1:cards', 'card:1']],
    ]);
    expect(new Set(store.last.rows.map(({ value }) => value)).size).toBe(3);
    expect(store.last.rows.map(({ ttl }) => ttl)).toEqual([GENERATION_TTL_MS, GENERATION_TTL_MS, GENERATION_TTL_MS]);
  });

  it('is tried while the store settles: the others hand in what they have at that time', async () => {
    const { generations, store, health } = setUp();
    health.present = 'settling';
    await generations.renew(['card:1']);
    expect(store.data.has('card:1')).toBe(true);
  });

  it.each(['fail', 'never'] as const)(
    'that is not acknowledged (%s) waits until it was handed in with a heartbeat',
    async (how) => {
      const { generations, store, health } = setUp();
      store.isHeld = true;
      const seen = watch(generations.renew(['card:1']));
      if (how === 'fail') store.last.fail();
      else await aWhile(GIVEN_UP_MS);
      await aWhile(0);
      expect([health.state(), seen.isDone]).toEqual(['down', false]);
      health.downMs = 120;
      health.beat();
      await aWhile(0);
      expect([store.calls.length, store.last.keys, seen.isDone]).toEqual([2, ['card:1'], false]);
      store.last.carryOut();
      store.last.answer();
      await aWhile(0);
      expect(seen.isDone).toBe(true);
    },
  );

  it('tries with every heartbeat until it is acknowledged, once at a time', async () => {
    const { generations, store, health } = setUp();
    store.isHeld = true;
    const seen = watch(generations.renew(['card:1']));
    store.last.fail();
    await aWhile(0);
    health.beat();
    health.beat();
    await aWhile(0);
    expect(store.calls).toHaveLength(2);
    store.last.fail();
    await aWhile(0);
    expect([health.state(), seen.isDone]).toEqual(['down', false]);
    health.beat();
    await aWhile(0);
    expect(store.calls).toHaveLength(3);
    store.last.carryOut();
    store.last.answer();
    await aWhile(0);
    expect(seen.isDone).toBe(true);
    health.beat();
    expect(store.calls).toHaveLength(3);
  });

  it('that cannot be handed in is done when every node has noticed that the store is away', async () => {
    const { generations, store, health } = setUp();
    store.isAway = true;
    const seen = watch(generations.renew(['card:1']));
    for (health.downMs = 0; health.downMs < NOTICED_AFTER_MS; health.downMs += 10) {
      await aWhile(10);
      expect(seen.isDone).toBe(false);
    }
    await aWhile(DEADLINE_MS);
    expect(seen.isDone).toBe(true);
  });

  it('waits on when the store came back before all had noticed: those who did not still believe it', async () => {
    const { generations, store, health } = setUp();
    store.isHeld = true;
    const seen = watch(generations.renew(['card:1']));
    store.last.fail();
    await aWhile(0);
    health.downMs = NOTICED_AFTER_MS - 1;
    health.beat();
    await aWhile(1_000);
    expect([health.state(), seen.isDone]).toEqual(['down', false]);
  });

  it('does not ask a store that has been away for so long, and is done at once', async () => {
    const { generations, store, health } = setUp();
    health.present = 'down';
    health.downMs = NOTICED_AFTER_MS;
    await generations.renew(['card:1']);
    expect(store.calls).toEqual([]);
  });

  it('tells whether it was acknowledged, at once or with a heartbeat, or only waited out', async () => {
    const { generations, store, health } = setUp();
    expect(await generations.renew(['card:1'])).toBe(true);
    store.isHeld = true;
    const late = generations.renew(['card:1']);
    store.last.fail();
    await aWhile(0);
    health.beat();
    await aWhile(0);
    store.last.carryOut();
    store.last.answer();
    expect(await late).toBe(true);
    health.present = 'down';
    health.downMs = NOTICED_AFTER_MS;
    expect(await generations.renew(['card:1'])).toBe(false);
  });

  it('leaves this node passing by what it could not hand in, even when it is the only one to know', async () => {
    const { generations, store, health } = setUp();
    store.data.set('card:1', 'old').set('card:2', 'present');
    health.present = 'down';
    health.downMs = NOTICED_AFTER_MS;
    await generations.renew(['card:1']);
    health.present = 'up';
    expect([...(await generations.read(['card:1', 'card:2'])).values()]).toEqual([null, 'epoch-1:present']);
    health.beat();
    await aWhile(0);
    expect(await readOne(generations, 'card:1')).toMatch(/^epoch-1:/);
    expect(store.data.get('card:1')).not.toBe('old');
  });

  it('of many at once during an outage is handed in together', async () => {
    const { generations, store, health } = setUp();
    health.present = 'down';
    const seen = [['cards', 'card:1'], ['cards', 'card:2'], ['account:1']].map((tags) =>
      watch(generations.renew(tags)),
    );
    await aWhile(0);
    expect(seen.map(({ isDone }) => isDone)).toEqual([false, false, false]);
    health.beat();
    await aWhile(0);
    expect(store.calls.map(({ keys }) => keys)).toEqual([['cards', 'card:1', 'card:2', 'account:1']]);
    expect(seen.map(({ isDone }) => isDone)).toEqual([true, true, true]);
  });
});

describe('two renewals of one tag', () => {
  it('are both carried out: the acknowledgement of the first says nothing of the second, which failed', async () => {
    const { generations, store, health } = setUp();
    store.isHeld = true;
    const first = watch(generations.renew(['cards', 'card:1']));
    const [firstCall] = store.calls;
    firstCall?.carryOut();
    // Another node stores the list under this generation, before the second change has committed.
    const seenByReader = store.data.get('cards');

    const second = watch(generations.renew(['cards', 'card:2']));
    store.last.fail();
    await aWhile(0);
    firstCall?.answer();
    await aWhile(0);
    expect(second.isDone).toBe(false);

    health.beat();
    await aWhile(0);
    expect([store.calls.length, store.last.keys]).toEqual([3, ['cards', 'card:2']]);
    store.last.carryOut();
    store.last.answer();
    await aWhile(DEADLINE_MS);
    expect([first.isDone, second.isDone]).toEqual([true, true]);
    expect(store.data.get('cards')).not.toBe(seenByReader);
  });

  it('are both carried out when the second comes while the first is being handed in', async () => {
    const { generations, store, health } = setUp();
    store.isHeld = true;
    void generations.renew(['cards']);
    store.last.fail();
    await aWhile(0);
    health.beat();
    const handIn = store.last;
    handIn.carryOut();
    const seenByReader = store.data.get('cards');
    const second = watch(generations.renew(['cards']));
    await aWhile(0);
    const own = store.last;
    expect(own).not.toBe(handIn);
    handIn.answer();
    await aWhile(0);
    expect(second.isDone).toBe(false);
    own.carryOut();
    own.answer();
    await aWhile(0);
    expect(second.isDone).toBe(true);
    expect(store.data.get('cards')).not.toBe(seenByReader);
  });
});

describe('a node that is behind: it has changed what the others cannot know of', () => {
  it('is so from a renewal that failed until it was handed in', async () => {
    const { generations, store, health } = setUp();
    store.isHeld = true;
    void generations.renew(['card:1']);
    expect(generations.isBehind()).toBe(false);
    store.last.fail();
    await aWhile(0);
    expect(generations.isBehind()).toBe(true);
    health.beat();
    await aWhile(0);
    expect(generations.isBehind()).toBe(true);
    store.last.carryOut();
    store.last.answer();
    await aWhile(0);
    expect(generations.isBehind()).toBe(false);
  });

  it('is so at once while the store is down, and not only when the renewal is answered', async () => {
    const { generations, health } = setUp();
    health.present = 'down';
    const seen = watch(generations.renew(['card:1']));
    await aWhile(0);
    expect([generations.isBehind(), seen.isDone]).toEqual([true, false]);
  });

  it('is not so for ever when a later renewal of the same tags has succeeded', async () => {
    const { generations, store, health } = setUp();
    store.isHeld = true;
    const first = watch(generations.renew(['card:1']));
    const failing = store.last;
    const second = watch(generations.renew(['card:1']));
    const succeeding = store.last;
    failing.fail();
    await aWhile(0);
    succeeding.carryOut();
    succeeding.answer();
    await aWhile(DEADLINE_MS);
    expect([first.isDone, second.isDone, generations.isBehind()]).toEqual([true, true, true]);
    health.beat();
    expect([generations.isBehind(), store.calls.length]).toEqual([false, 2]);
  });
});

describe('nodes that know each other', () => {
  function setUpWithPeers() {
    const store = new ScriptedStore();
    const health = new ScriptedHealth();
    const register = { silentMs: 0, peers: ['~alive:b', '~alive:c'] };
    const generations = createSharedGenerations({
      store: store.keyv,
      health,
      epoch: () => 'epoch-1',
      deadlineMs: DEADLINE_MS,
      announcementTtlMs: ANNOUNCEMENT_TTL_MS,
      generationTtlMs: GENERATION_TTL_MS,
      noticedAfterMs: NOTICED_AFTER_MS,
      register: { peerKeys: () => register.peers, sinceAliveMs: () => register.silentMs },
    });
    return { store, health, register, generations };
  }

  it('pass everything by while one of them is silent, and ask for that in the same call', async () => {
    const { store, generations } = setUpWithPeers();
    store.data.set('card:1', 'present').set('~alive:b', '1');
    expect(await readOne(generations, 'card:1')).toBeNull();
    expect(store.calls.map(({ keys }) => keys)).toEqual([['card:1', '~alive:b', '~alive:c']]);
    store.data.set('~alive:c', '1');
    expect(await readOne(generations, 'card:1')).toBe('epoch-1:present');
  });

  it('create no generation in the place of a node that is silent', async () => {
    const { store, generations } = setUpWithPeers();
    store.data.set('~alive:b', '1');
    await generations.read(['card:1']);
    expect(store.calls.map(({ method }) => method)).toEqual(['getMany']);
  });

  it('answer a renewal that was not acknowledged when they have been silent for long enough, down or not', async () => {
    const { store, health, register, generations } = setUpWithPeers();
    store.isAway = true;
    const seen = watch(generations.renew(['card:1']));
    await aWhile(0);
    health.present = 'settling';
    register.silentMs = NOTICED_AFTER_MS - 1;
    await aWhile(DEADLINE_MS);
    expect(seen.isDone).toBe(false);
    register.silentMs = NOTICED_AFTER_MS;
    await aWhile(DEADLINE_MS);
    expect(seen.isDone).toBe(true);
  });
});
