import { createOperationTime, FixedDeadline, reasonOf } from '../../src/datasources/deadline.js';

describe('a deadline', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('ends as a timeout when its time is over, and not before', () => {
    const { signal } = new FixedDeadline(performance.now() + 100);
    jest.advanceTimersByTime(99);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(2);
    expect(reasonOf(signal).kind).toBe('timeout');
  });

  it('is over from the start when its time has passed', () => {
    expect(new FixedDeadline(performance.now() - 1).signal.aborted).toBe(true);
  });

  it('ends as cancelled when nobody waits, also for who looks later', () => {
    const deadline = new FixedDeadline(performance.now() + 100);
    deadline.cancel();
    expect(reasonOf(deadline.signal).kind).toBe('cancelled');
    jest.advanceTimersByTime(200);
    expect(reasonOf(deadline.signal).kind).toBe('cancelled');
  });

  it('keeps its reason when the client hangs up afterwards', () => {
    const deadline = new FixedDeadline(performance.now() + 100);
    const { signal } = deadline;
    jest.advanceTimersByTime(101);
    deadline.cancel();
    expect(reasonOf(signal).kind).toBe('timeout');
  });

  it('needs no timer until somebody listens, and none after its end', () => {
    const deadline = new FixedDeadline(performance.now() + 100);
    expect(jest.getTimerCount()).toBe(0);
    void deadline.signal;
    expect(jest.getTimerCount()).toBe(1);
    deadline.end();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the time of an operation', () => {
  it.each([
    [10_000, 9_400, 9_700],
    [300, 270, 285],
    [1, 0.9, 0.95],
  ])('of %i ms leaves a mutation %d ms, and what it reads back %d', (deadlineMs, changesMs, afterMs) => {
    const time = createOperationTime({ startedAt: 1_000, deadlineMs });
    expect(time.reads.at).toBe(1_000 + deadlineMs);
    expect(time.changes.at).toBeCloseTo(1_000 + changesMs);
    expect(time.afterChanges.at).toBeCloseTo(1_000 + afterMs);
  });

  it('ends the reads of a client that hangs up, and nothing of a mutation', () => {
    const time = createOperationTime({ startedAt: performance.now(), deadlineMs: 60_000 });
    time.hangUp();
    expect(reasonOf(time.reads.signal).kind).toBe('cancelled');
    expect(time.changes.signal.aborted).toBe(false);
    expect(time.afterChanges.signal.aborted).toBe(false);
    for (const deadline of [time.changes, time.afterChanges]) (deadline as FixedDeadline).end();
  });
});
