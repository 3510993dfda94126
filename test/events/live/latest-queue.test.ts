import { LatestQueue, SlowReaderError } from '../../../src/events/live/latest-queue.js';
import { fc } from '../../support/fast-check.js';

interface State {
  id: string;
  version: number;
}

function aQueue(capacity = 3) {
  const journal: string[] = [];
  const queue = new LatestQueue<State>({
    keyOf: ({ id }) => id,
    capacity,
    onPush: (result) => void journal.push(result),
    onEnd: () => void journal.push('end'),
  });
  return { queue, journal };
}
const state = (id: string, version = 1): State => ({ id, version });

describe('a queue of latest states', () => {
  it('hands on at once to a reader who waits', async () => {
    const { queue } = aQueue();
    const next = queue.next();
    queue.push(state('a'));
    expect(await next).toEqual({ value: state('a'), done: false });
    expect(queue.size).toBe(0);
  });

  it('keeps the latest of each entity, in the order in which they began to change', async () => {
    const { queue, journal } = aQueue();
    for (const one of [state('a', 1), state('b', 1), state('a', 2), state('a', 3)]) queue.push(one);
    expect(queue.size).toBe(2);
    expect([(await queue.next()).value, (await queue.next()).value]).toEqual([state('a', 3), state('b', 1)]);
    expect(journal).toEqual(['queued', 'queued', 'coalesced', 'coalesced']);
  });

  it('ends with an error where more entities wait than it may hold, and lets go of all', async () => {
    const { queue, journal } = aQueue(2);
    for (const id of ['a', 'b', 'a', 'c', 'd']) queue.push(state(id));
    expect([queue.size, queue.isEnded]).toEqual([0, true]);
    await expect(queue.next()).rejects.toBeInstanceOf(SlowReaderError);
    expect(await queue.next()).toEqual({ value: undefined, done: true });
    expect(journal).toEqual(['queued', 'queued', 'coalesced', 'overflowed', 'end']);
  });

  it('ends for a reader who waits, and for one who leaves, once', async () => {
    const { queue, journal } = aQueue();
    const next = queue.next();
    queue.end();
    await queue.return();
    queue.push(state('a'));
    expect([await next, await queue.next()]).toEqual([
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
    expect(journal).toEqual(['end']);
  });

  it('never shows an entity older than before, and shows the last state of each, however slow the reader is', async () => {
    const steps = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant('read' as const)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const { queue } = aQueue();
        const pushed = new Map<string, number>();
        const seen = new Map<string, number>();
        const read = async () => {
          const { value } = await queue.next();
          expect(value?.version).toBeGreaterThan(seen.get(value?.id ?? '') ?? 0);
          if (value) seen.set(value.id, value.version);
        };
        for (const step of sequence) {
          if (step !== 'read') {
            pushed.set(step, (pushed.get(step) ?? 0) + 1);
            queue.push(state(step, pushed.get(step)));
          } else if (queue.size > 0) await read();
          expect(queue.size).toBeLessThanOrEqual(3);
        }
        while (queue.size > 0) await read();
        expect(seen).toEqual(pushed);
      }),
    );
  });
});
