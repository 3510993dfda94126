import {
  ASSUMED_LIST_SIZE,
  ObservedCosts,
  planBatch,
  TYPICAL_COSTS,
  worthwhileListSize,
} from '../../../src/datasources/loaders/batch-plan.js';

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
])('a batch of %i out of a list of %i is read as %s', (size, listSize, plan) => {
  expect(planBatch({ size, listSize, mayList: true })).toBe(plan);
});

it('takes a list for a short one while nothing is known of any', () => {
  expect(planBatch({ size: 4, listSize: null, mayList: true })).toBe('single');
  expect(planBatch({ size: 5, listSize: null, mayList: true })).toBe('list');
  expect(worthwhileListSize(5, TYPICAL_COSTS)).toBeGreaterThanOrEqual(ASSUMED_LIST_SIZE);
});

it.each([2, 5, 20, 600])('gives a list up where %i single reads would have been cheaper', (size) => {
  const longest = worthwhileListSize(size, TYPICAL_COSTS);
  expect(planBatch({ size, listSize: longest - 1, mayList: true })).toBe('list');
  expect(planBatch({ size, listSize: longest + 1, mayList: true })).toBe('single');
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
  expect(planBatch({ size, listSize: 0, mayList: false })).toBe('single');
});

it('follows the costs that it is given', () => {
  const batch = { size: 10, listSize: 1_000, mayList: true };
  expect(planBatch({ ...batch, costs: TYPICAL_COSTS })).toBe('list');
  expect(planBatch({ ...batch, costs: { singleMs: 0.4, listEntityMs: 0.006 } })).toBe('single');
  expect(planBatch({ ...batch, costs: { singleMs: 1, listEntityMs: 0.01 } })).toBe('single');
});
