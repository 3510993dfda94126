import {
  affords,
  type BudgetState,
  RETRY_BUDGET,
  RetryBudget,
  refill,
} from '../../../src/datasources/http/retry-budget.js';

const { floor, floorIntervalMs: interval, ceiling, reserve } = RETRY_BUDGET;

describe('what comes back with time', () => {
  it.each<[what: string, state: BudgetState, now: number, tokens: number]>([
    ['nothing, at once', { tokens: 3, at: 100 }, 100, 3],
    ['half a token', { tokens: 3, at: 0 }, interval / 2, 3.5],
    ['one token an interval', { tokens: 3, at: 0 }, 2 * interval, 5],
    ['all, up to the floor', { tokens: 0, at: 0 }, 1_000 * interval, floor],
    ['nothing above the floor', { tokens: floor + 1, at: 0 }, 1_000 * interval, floor + 1],
    ['nothing for a clock that stands still', { tokens: 3, at: 500 }, 400, 3],
  ])('%s', (_what, state, now, tokens) => {
    expect(refill(state, now)).toEqual({ tokens, at: now });
  });
});

it.each([
  [0, false, false],
  [0.99, true, false],
  [1, true, true],
  [1, false, false],
  [reserve + 0.99, false, false],
  [reserve + 1, false, true],
  [ceiling, true, true],
])('with %p tokens a repetition (of something uncertain: %p) is paid for: %p', (tokens, isUncertain, isPaid) => {
  expect(affords(tokens, isUncertain)).toBe(isPaid);
});

describe('a retry budget', () => {
  const aBudget = (now = () => 0) => new RetryBudget({ now });
  const withdrawAll = (budget: RetryBudget, isUncertain = false) => {
    let paid = 0;
    while (budget.withdraw({ isUncertain })) paid += 1;
    return paid;
  };

  it('lets a lone call be repeated as often as the policy likes', () => {
    expect(withdrawAll(aBudget())).toBeGreaterThanOrEqual(3);
  });

  it('keeps something back for changes whose outcome only a repetition can tell', () => {
    const budget = aBudget();
    withdrawAll(budget);
    expect(withdrawAll(budget, true)).toBe(reserve);
  });

  it('saves no more than its ceiling', () => {
    const budget = aBudget();
    for (let calls = 0; calls < 100_000; calls += 1) budget.payIn();
    expect(withdrawAll(budget, true)).toBe(ceiling);
  });

  it('gets back to its floor while nothing happens', () => {
    let now = 0;
    const budget = aBudget(() => now);
    withdrawAll(budget, true);
    now += floor * interval;
    expect(withdrawAll(budget, true)).toBe(floor);
  });

  // Amplification as the transport would see it: calls of up to four tries against an API that fails so often.
  it.each([0.01, 0.1, 0.3, 0.5, 0.9, 1])(
    'keeps the requests below 1.2 for each call of 2,000 that fail with probability %p',
    (probability) => {
      let seed = 7;
      const random = () => {
        seed = (seed * 16_807) % 2_147_483_647;
        return seed / 2_147_483_647;
      };
      const budget = aBudget();
      let sent = 0;
      let lost = 0;
      for (let call = 0; call < 2_000; call += 1) {
        budget.payIn();
        for (let tries = 1; ; tries += 1) {
          sent += 1;
          if (random() >= probability) break;
          if (tries < 4 && budget.withdraw({ isUncertain: false })) continue;
          lost += 1;
          break;
        }
      }
      expect(sent / 2_000).toBeLessThanOrEqual(1.2);
      if (probability <= 0.1) expect(lost).toBeLessThanOrEqual(2);
    },
  );
});
