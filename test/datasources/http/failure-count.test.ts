import { CircuitState } from 'cockatiel';
import { BREAKER_LIMITS, FailureCount, isEnough, type TryCounts } from '../../../src/datasources/http/failure-count.js';

const { consecutive: inARow, minTries, share, windowMs } = BREAKER_LIMITS;
const limitOf = Math.floor(minTries * share);

describe('when failures are enough', () => {
  it.each<[what: string, counts: TryCounts, isOpening: boolean]>([
    ['nothing at all', { successes: 0, failures: 0, consecutive: 0 }, false],
    ['one short of so many in a row', { successes: 0, failures: inARow - 1, consecutive: inARow - 1 }, false],
    ['so many in a row', { successes: 0, failures: inARow, consecutive: inARow }, true],
    ['so many in a row after a thousand good ones', { successes: 1_000, failures: inARow, consecutive: inARow }, true],
    ['a bad share of too few', { successes: 1, failures: minTries - 2, consecutive: 1 }, false],
    ['just the share, of enough', { successes: minTries - limitOf, failures: limitOf, consecutive: 1 }, false],
    [
      'more than the share, of enough',
      { successes: minTries - limitOf - 1, failures: limitOf + 1, consecutive: 1 },
      true,
    ],
    ['every tenth', { successes: 900, failures: 100, consecutive: 2 }, false],
    ['every second', { successes: 500, failures: 500, consecutive: 5 }, false],
  ])('%s', (_what, counts, isOpening) => {
    expect(isEnough(counts)).toBe(isOpening);
  });
});

describe('counting', () => {
  const { Closed, HalfOpen } = CircuitState;

  it('forgets what is longer ago than its window, but for the run of failures', () => {
    let now = 0;
    const count = new FailureCount({ now: () => now });
    count.success(Closed);
    count.failure(Closed);
    now = windowMs - 1;
    count.failure(Closed);
    expect(count.counts()).toEqual({ successes: 1, failures: 2, consecutive: 2 });
    now = windowMs;
    expect(count.counts()).toEqual({ successes: 0, failures: 1, consecutive: 2 });
    now = 10 * windowMs;
    expect(count.counts()).toEqual({ successes: 0, failures: 0, consecutive: 2 });
  });

  it('keeps a bounded number of slices, however many tries there are', () => {
    let now = 0;
    const count = new FailureCount({ now: () => now });
    for (; now < 20 * windowMs; now += 7) count.success(Closed);
    const { successes } = count.counts();
    expect(successes).toBeLessThanOrEqual(Math.ceil(windowMs / 7) + 1);
    expect(successes).toBeGreaterThan(windowMs / 7 / 2);
  });

  it('ends a run of failures with a success', () => {
    const count = new FailureCount({ now: () => 0 });
    for (let i = 1; i < inARow; i += 1) expect(count.failure(Closed)).toBe(false);
    count.success(Closed);
    expect(count.failure(Closed)).toBe(false);
    expect(count.counts().consecutive).toBe(1);
  });

  it('lets any failed trial open the breaker again, and begins anew after a good one', () => {
    const count = new FailureCount({ now: () => 0 });
    count.failure(Closed);
    expect(count.failure(HalfOpen)).toBe(true);
    count.success(HalfOpen);
    expect(count.counts()).toEqual({ successes: 1, failures: 0, consecutive: 0 });
  });
});
