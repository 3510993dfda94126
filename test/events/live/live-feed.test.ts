import { LatestQueue } from '../../../src/events/live/latest-queue.js';
import type { LiveEntity } from '../../../src/events/live/live-entity.js';
import { createLiveFeed } from '../../../src/events/live/live-feed.js';
import { createLiveMetrics } from '../../../src/observability/live-metrics.js';
import { createMetrics } from '../../../src/observability/metrics.js';
import { aCardState } from './fake-api.js';

function setUp(isVisible: (entity: LiveEntity) => Promise<boolean>) {
  const queue = new LatestQueue<LiveEntity>({ keyOf: ({ id }) => id, capacity: 100 });
  const metrics = createLiveMetrics(createMetrics().registry);
  const feed = createLiveFeed({
    hub: { watch: () => queue },
    isVisible: (_selection, entity) => isVisible(entity),
    metrics,
    retryDelaysMs: [1, 1],
  });
  const counts = async () =>
    Object.fromEntries((await metrics.deliveries.get()).values.map(({ labels, value }) => [labels.result, value]));
  return { queue, states: feed.watch({ kind: 'card' }), counts };
}

describe('the feed of one caller', () => {
  it('asks at every event whether the caller may see it, and leaves out what not', async () => {
    const visible = new Set(['1', '3']);
    const { queue, states, counts } = setUp(async ({ id }) => visible.has(id));
    for (const id of ['1', '2', '3']) queue.push(aCardState(id, 1));
    expect([(await states.next()).value?.id, (await states.next()).value?.id]).toEqual(['1', '3']);
    visible.delete('1');
    queue.push(aCardState('1', 2));
    queue.push(aCardState('3', 2));
    expect((await states.next()).value?.id).toBe('3');
    expect(await counts()).toEqual({ sent: 3, hidden: 2 });
  });

  it('asks again where it could not be told, and ends with an error where it cannot be', async () => {
    let asked = 0;
    const { queue, states } = setUp(async () => {
      asked += 1;
      if (asked < 3 || asked > 3) throw new Error('away');
      return true;
    });
    queue.push(aCardState('1', 1));
    expect((await states.next()).value?.id).toBe('1');
    queue.push(aCardState('1', 2));
    await expect(states.next()).rejects.toThrow('away');
    expect(asked).toBe(6);
    expect(queue.isEnded).toBe(true);
  });

  it('ends with its reader', async () => {
    const { queue, states } = setUp(async () => true);
    await states.return?.();
    expect(queue.isEnded).toBe(true);
  });
});
