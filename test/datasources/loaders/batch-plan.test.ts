import {
  ASSUMED_LIST_SIZE,
  type BatchPlan,
  NEGLIGIBLE_MS,
  ObservedCosts,
  planBatch,
  TYPICAL_COSTS,
  worthwhileListSize,
} from '../../../src/datasources/loaders/batch-plan.js';

const choose = (batch: Parameters<typeof planBatch>[0]) => planBatch(batch).choice;
const boundOf = (plan: BatchPlan) => (plan.choice === 'single' ? null : plan.maxEntities);

// A single read costs 1 ms, an entity of a list 6 µs: the list pays while (size - 1) * 1 ms > entities * 6 µs.
it.each([
  [0, 10, 'single'],
  [1, 0, 'single'],
  [1, 10, 'single'],
  [2, 0, 'list'],
  [2, 166, 'list'],
  [2, 167, 'single'],
  [4, 499, 'list'],
  [7, 1_000, 'single'],
  [8, 1_000, 'list'],
  [61, 10_000, 'single'],
  [62, 10_000, 'list'],
  [20, 50_000, 'single'],
  [600, 100_000, 'single'],
  [602, 100_000, 'list'],
])('a batch of %i out of a list of %i is read as %s', (size, listSize, choice) => {
  expect(choose({ size, listSize, mayList: true })).toBe(choice);
});

it('takes a list for a short one while nothing is known of any', () => {
  expect(choose({ size: 4, listSize: null, mayList: true })).toBe('single');
  expect(choose({ size: 5, listSize: null, mayList: true })).toBe('list');
  expect(worthwhileListSize(5, TYPICAL_COSTS)).toBeGreaterThanOrEqual(ASSUMED_LIST_SIZE);
});

it.each([2, 5, 20, 600])('lets a list be twice as long as %i single reads are worth', (size) => {
  const longest = worthwhileListSize(size * TYPICAL_COSTS.singleMs, TYPICAL_COSTS);
  const plan = planBatch({ size, listSize: longest - 1, mayList: true });
  expect([plan.choice, boundOf(plan)]).toEqual(['list', 2 * longest]);
  expect(choose({ size, listSize: longest + 1, mayList: true })).toBe('single');
});

// A list of 50,000 costs 301 ms, one of 1,000 costs 7 ms: less than it is worth to think about.
describe('what single reads have cost lately', () => {
  it.each([
    [20, 50_000, 0, 'single'],
    [8, 50_000, 292, 'single'],
    [8, 50_000, 293, 'ahead'],
    [1, 50_000, 299, 'single'],
    [1, 50_000, 300, 'ahead'],
    [2, 1_000, NEGLIGIBLE_MS - 3, 'single'],
    [2, 1_000, NEGLIGIBLE_MS - 2, 'ahead'],
    [8, 1_000, 1_000, 'list'],
    [0, 50_000, 1_000, 'single'],
  ])('a batch of %i out of a list of %i after %i ms is read as %s', (size, listSize, spentMs, choice) => {
    expect(choose({ size, listSize, mayList: true, lately: { spentMs, hasPaid: true } })).toBe(choice);
  });

  it('must be twice the price after a list that has not earned its own', () => {
    const batch = { size: 8, listSize: 50_000, mayList: true };
    expect(choose({ ...batch, lately: { spentMs: 593, hasPaid: false } })).toBe('single');
    expect(choose({ ...batch, lately: { spentMs: 594, hasPaid: false } })).toBe('ahead');
  });

  it('lets the list be twice as long as that is worth', () => {
    const plan = planBatch({ size: 8, listSize: 5_000, mayList: true, lately: { spentMs: 93, hasPaid: true } });
    expect([plan.choice, boundOf(plan)]).toEqual(['ahead', 2 * worthwhileListSize(101, TYPICAL_COSTS)]);
  });

  it('causes no list for a caller who must not, and none that would not be kept', () => {
    const batch = { size: 8, listSize: 50_000, mayList: true, lately: { spentMs: 1e6, hasPaid: true } };
    expect(choose(batch)).toBe('ahead');
    expect(choose({ ...batch, mayList: false })).toBe('single');
    expect(choose({ ...batch, lately: null })).toBe('single');
  });
});

describe('the costs that were observed', () => {
  it('begin with what is typical', () => {
    expect(new ObservedCosts().costs).toEqual(TYPICAL_COSTS);
  });

  it('move towards what reads have cost lately', () => {
    const observed = new ObservedCosts();
    for (let i = 0; i < 100; i += 1) {
      observed.observeSingles({ size: 10, durationMs: 20 });
      observed.observeList({ entities: 1_000, durationMs: 2 + 12 });
    }
    expect(observed.costs.singleMs).toBeCloseTo(2, 1);
    expect(observed.costs.listEntityMs).toBeCloseTo(0.012, 3);
  });

  it('are not carried away by one slow answer, nor by many', () => {
    const observed = new ObservedCosts();
    observed.observeSingles({ size: 1, durationMs: 5_000 });
    expect(observed.costs.singleMs).toBeLessThan(1.5);
    for (let i = 0; i < 1_000; i += 1) observed.observeSingles({ size: 1, durationMs: 5_000 });
    expect(observed.costs.singleMs).toBeLessThanOrEqual(4);
  });

  it('learn nothing of the price of an entity from a short list', () => {
    const observed = new ObservedCosts();
    observed.observeList({ entities: 13, durationMs: 100 });
    expect(observed.costs).toEqual(TYPICAL_COSTS);
  });
});

it.each([0, 1, 2, 1_000])('never lists for a caller who must not cause it, whatever the size (%i)', (size) => {
  expect(choose({ size, listSize: 0, mayList: false })).toBe('single');
});

it('follows the costs that it is given', () => {
  const batch = { size: 10, listSize: 1_000, mayList: true };
  expect(choose({ ...batch, costs: TYPICAL_COSTS })).toBe('list');
  expect(choose({ ...batch, costs: { singleMs: 0.4, listEntityMs: 0.006 } })).toBe('single');
  expect(choose({ ...batch, costs: { singleMs: 1, listEntityMs: 0.01 } })).toBe('single');
});
