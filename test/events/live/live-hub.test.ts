import type { Changes } from '../../../src/datasources/cache/changed-entities.js';
import type { EventBus, Gap } from '../../../src/events/bus/event-bus.js';
import { SlowReaderError } from '../../../src/events/live/latest-queue.js';
import type { LiveEntity, Selection } from '../../../src/events/live/live-entity.js';
import { createLiveHub, type LiveHubOptions } from '../../../src/events/live/live-hub.js';
import { createLiveMetrics } from '../../../src/observability/live-metrics.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createMetrics } from '../../../src/observability/metrics.js';
import { closeAfterAll } from '../../support/teardown.js';
import { aCardState, createFakeApi, instantOf } from './fake-api.js';

/** Until everything that was begun has come to rest. */
const settled = async () => {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

function setUp(options: Partial<LiveHubOptions> = {}) {
  const api = createFakeApi();
  const published: Changes[] = [];
  let hear: (changes: Changes) => void = () => {};
  let miss: (gap: Gap) => void = () => {};
  const bus: EventBus = {
    publish: (changes) => void published.push(changes),
    onChanges: (listener) => {
      hear = listener;
    },
    onGap: (listener) => {
      miss = listener;
    },
    close: async () => {},
  };
  const metrics = createLiveMetrics(createMetrics().registry);
  const hub = createLiveHub({
    bus,
    reads: api.reads,
    metrics,
    logger: createLogger({ level: 'silent' }),
    resyncPauseMs: 0,
    now: () => Date.parse(instantOf(1_000)),
    ...options,
  });
  closeAfterAll(async () => hub.close());
  const eventCounts = async () =>
    Object.fromEntries((await metrics.events.get()).values.map(({ labels, value }) => [labels.result, value]));
  return {
    api,
    hub,
    published,
    metrics,
    eventCounts,
    hear: (changes: Changes) => hear(changes),
    miss: (gap: Gap) => miss(gap),
  };
}

/** Reads a subscription to the end into an array. */
function collect(states: AsyncIterableIterator<LiveEntity>): LiveEntity[] {
  const seen: LiveEntity[] = [];
  void (async () => {
    for await (const state of states) seen.push(state);
  })().catch(() => {});
  return seen;
}
const cardRef = (id: string) => ({ kind: 'card' as const, id });

describe('the hub', () => {
  it('reads an entity that changed once for all who watch it, and tells the other nodes which it is', async () => {
    const { api, hub, published } = setUp();
    api.cards.set('1', aCardState('1', 1));
    const selections: Selection[] = [
      { kind: 'card' },
      { kind: 'card', id: '1' },
      { kind: 'card', accountId: 'account-of-1' },
      { kind: 'card', customerId: 'owner-of-1' },
      { kind: 'card', id: '2' },
      { kind: 'card', customerId: 'owner-of-2' },
      { kind: 'account' },
    ];
    const seen = selections.map((selection) => collect(hub.watch(selection)));
    hub.changed([cardRef('1')]);
    await settled();
    const told = [aCardState('1', 1)];
    expect(seen).toEqual([told, told, told, told, [], [], []]);
    expect(api.calls).toEqual(['card 1', 'owner account-of-1']);
    expect(published).toEqual([[cardRef('1')]]);
  });

  it('reads nothing for nobody, and no owner where nobody asks', async () => {
    const { api, hub } = setUp();
    api.cards.set('1', aCardState('1', 1));
    hub.changed([cardRef('1')]);
    collect(hub.watch({ kind: 'card', id: '2' }));
    hub.changed([cardRef('1')]);
    await settled();
    expect(api.calls).toEqual([]);
    collect(hub.watch({ kind: 'card', id: '1' }));
    hub.changed([cardRef('1')]);
    await settled();
    expect(api.calls).toEqual(['card 1']);
  });

  it('passes on what other nodes have changed, and does not send it back to them', async () => {
    const { api, hub, hear, published } = setUp();
    api.cards.set('1', aCardState('1', 1));
    const seen = collect(hub.watch({ kind: 'card' }));
    hear([cardRef('1')]);
    await settled();
    expect([seen, published]).toEqual([[aCardState('1', 1)], []]);
  });

  it('sends no state twice, none that is older, and none of what does not exist', async () => {
    const { api, hub, eventCounts } = setUp();
    const seen = collect(hub.watch({ kind: 'card' }));
    for (const state of [aCardState('1', 5, 'TERMINATED'), aCardState('1', 5, 'TERMINATED'), aCardState('1', 3)]) {
      api.cards.set('1', state);
      hub.changed([cardRef('1'), cardRef('made-up')]);
      await settled();
    }
    expect(seen).toEqual([aCardState('1', 5, 'TERMINATED')]);
    expect(await eventCounts()).toEqual({ published: 1, unchanged: 1, stale: 1, absent: 3 });
  });

  it('sends what could not be read at first as soon as it can', async () => {
    const { api, hub } = setUp();
    api.cards.set('1', aCardState('1', 1));
    const seen = collect(hub.watch({ kind: 'card' }));
    api.isAway = true;
    hub.changed([cardRef('1')]);
    await settled();
    api.isAway = false;
    hub.changed([cardRef('1')]);
    await settled();
    expect(seen).toEqual([aCardState('1', 1)]);
  });

  it('ends the subscription of a reader for whom too much waits, and no other', async () => {
    const { api, hub, metrics } = setUp({ queueCapacity: 2 });
    const slow = hub.watch({ kind: 'card' });
    const quick = collect(hub.watch({ kind: 'card' }));
    for (const id of ['1', '2', '3', '4']) {
      api.cards.set(id, aCardState(id, 1));
      hub.changed([cardRef(id)]);
      await settled();
    }
    await expect(slow.next()).rejects.toBeInstanceOf(SlowReaderError);
    expect(quick).toHaveLength(4);
    expect((await metrics.subscribers.get()).values).toEqual([{ labels: { kind: 'card' }, value: 1 }]);
  });

  it('ends all subscriptions when it closes, and forgets those who left', async () => {
    const { hub, metrics } = setUp();
    const one = hub.watch({ kind: 'card' });
    const other = hub.watch({ kind: 'account' });
    await one.return?.();
    const next = other.next();
    hub.close();
    expect(await next).toEqual({ value: undefined, done: true });
    expect((await metrics.subscribers.get()).values.map(({ value }) => value)).toEqual([0, 0]);
  });
});

describe('after a gap', () => {
  const gap = (version: number): Gap => ({ reason: 'reconnected', sinceMs: Date.parse(instantOf(version)) });

  it('sends what has changed since, by each selection read once, and nothing that is known', async () => {
    const { api, hub, miss, metrics } = setUp();
    for (const id of ['known', 'changed', 'old']) api.cards.set(id, aCardState(id, 1));
    const everything = collect(hub.watch({ kind: 'card' }));
    const own = collect(hub.watch({ kind: 'card', accountId: 'account-of-changed' }));
    const same = collect(hub.watch({ kind: 'card', accountId: 'account-of-changed' }));
    hub.changed([cardRef('known'), cardRef('changed')]);
    await settled();
    // Meanwhile nothing is heard.
    api.cards.set('changed', aCardState('changed', 500, 'INACTIVE'));
    api.cards.set('new', aCardState('new', 501));
    api.calls.length = 0;
    miss(gap(400));
    await settled();
    expect(everything.slice(2)).toEqual([aCardState('changed', 500, 'INACTIVE'), aCardState('new', 501)]);
    expect([own, same].map((seen) => seen.slice(1))).toEqual([
      [aCardState('changed', 500, 'INACTIVE')],
      [aCardState('changed', 500, 'INACTIVE')],
    ]);
    expect(api.calls).toEqual(['list all', 'list account-of-changed']);
    expect((await metrics.resyncs.get()).values).toEqual([{ labels: { reason: 'reconnected' }, value: 1 }]);
  });

  it('looks at single entities one by one, also where the API has no list', async () => {
    const { api, hub, miss } = setUp();
    api.cards.set('1', aCardState('1', 1));
    const seen = collect(hub.watch({ kind: 'card', id: '1' }));
    api.cards.set('1', aCardState('1', 500, 'INACTIVE'));
    collect(hub.watch({ kind: 'authorisation' }));
    miss(gap(400));
    await settled();
    expect(seen).toEqual([aCardState('1', 500, 'INACTIVE')]);
    expect(api.calls).toEqual(['card 1']);
  });

  it('goes on trying while the API is away too', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    try {
      const { api, hub, miss } = setUp();
      const seen = collect(hub.watch({ kind: 'card' }));
      api.cards.set('1', aCardState('1', 500));
      api.isAway = true;
      miss(gap(400));
      await settled();
      api.isAway = false;
      await jest.advanceTimersByTimeAsync(5_000);
      await settled();
      expect(seen).toEqual([aCardState('1', 500)]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('does the same where a node cannot tell what it has changed', async () => {
    const { api, hub, hear, published } = setUp();
    const seen = collect(hub.watch({ kind: 'card' }));
    api.cards.set('1', aCardState('1', 1_000));
    hear('everything');
    await settled();
    expect(seen).toEqual([aCardState('1', 1_000)]);
    hub.changed('everything');
    expect(published).toEqual(['everything']);
  });
});
