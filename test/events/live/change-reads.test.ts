import type { EntityRef } from '../../../src/datasources/cache/changed-entities.js';
import { ChangeReads, type ChangeReadsOptions } from '../../../src/events/live/change-reads.js';

const ref = (id: string): EntityRef => ({ kind: 'card', id });

function setUp(options: Partial<ChangeReadsOptions> = {}) {
  const journal: string[] = [];
  const open: { id: string; done: () => void; fail: () => void }[] = [];
  const reads = new ChangeReads({
    deliver: ({ id }) =>
      new Promise((resolve, reject) => {
        journal.push(`read ${id}`);
        open.push({ id, done: resolve, fail: () => reject(new Error('away')) });
      }),
    onGivenUp: ({ id }) => void journal.push(`given up ${id}`),
    onOverflow: () => void journal.push('overflow'),
    ...options,
  });
  const settle = async (how: 'done' | 'fail', id: string) => {
    const index = open.findIndex((one) => one.id === id);
    open.splice(index, 1)[0]?.[how]();
    await jest.advanceTimersByTimeAsync(0);
  };
  return { reads, journal, settle };
}

describe('the reads that changes cause', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('are one at a time for an entity: what comes meanwhile has it read once more', async () => {
    const { reads, journal, settle } = setUp();
    for (let count = 0; count < 5; count += 1) reads.add(ref('a'));
    expect(journal).toEqual(['read a']);
    await settle('done', 'a');
    expect(journal).toEqual(['read a', 'read a']);
    await settle('done', 'a');
    expect(journal).toEqual(['read a', 'read a']);
  });

  it('are so many at a time, in the order of the changes', async () => {
    const { reads, journal, settle } = setUp({ maxParallel: 2 });
    for (const id of ['a', 'b', 'c', 'd', 'c']) reads.add(ref(id));
    expect(journal).toEqual(['read a', 'read b']);
    await settle('done', 'b');
    await settle('done', 'a');
    expect(journal).toEqual(['read a', 'read b', 'read c', 'read d']);
  });

  it('are tried again, later each time, and given up in the end', async () => {
    const { reads, journal, settle } = setUp({ retryDelaysMs: [10, 100] });
    reads.add(ref('a'));
    await settle('fail', 'a');
    await jest.advanceTimersByTimeAsync(9);
    expect(journal).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    await settle('fail', 'a');
    await jest.advanceTimersByTimeAsync(99);
    expect(journal).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(1);
    await settle('fail', 'a');
    expect(journal).toEqual(['read a', 'read a', 'read a', 'given up a']);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(journal).toHaveLength(4);
  });

  it('do not wait for their turn when another change comes', async () => {
    const { reads, journal, settle } = setUp({ retryDelaysMs: [1_000] });
    reads.add(ref('a'));
    await settle('fail', 'a');
    reads.add(ref('a'));
    expect(journal).toEqual(['read a', 'read a']);
    await settle('done', 'a');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(journal).toEqual(['read a', 'read a']);
  });

  it('are dropped together when too many wait, and whoever has to know is told', async () => {
    const { reads, journal, settle } = setUp({ maxParallel: 1, maxWaiting: 2 });
    for (const id of ['a', 'b', 'c', 'b', 'd']) reads.add(ref(id));
    expect(journal).toEqual(['read a', 'overflow']);
    await settle('done', 'a');
    expect(journal).toEqual(['read a', 'overflow']);
    reads.add(ref('e'));
    expect(journal.at(-1)).toBe('read e');
  });

  it('end with the closing, those that wait for a retry too', async () => {
    const { reads, journal, settle } = setUp({ retryDelaysMs: [10] });
    reads.add(ref('a'));
    reads.add(ref('b'));
    await settle('fail', 'a');
    reads.close();
    await settle('fail', 'b');
    reads.add(ref('c'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(journal).toEqual(['read a', 'read b']);
  });
});
