import { NEGLIGIBLE_MS, planBatch, TYPICAL_COSTS } from '../../../src/datasources/loaders/batch-plan.js';
import { ListLedger } from '../../../src/datasources/loaders/list-ledger.js';
import { fc } from '../../support/fast-check.js';

const LIFE_MS = 30_000;

/** One batch of reads of what was never read before, `afterMs` the one before; a change may have made the list worthless. */
interface Batch {
  afterMs: number;
  size: number;
  isAfterChange: boolean;
}

interface Load {
  listSize: number;
  batches: readonly Batch[];
}

interface Cost {
  ms: number;
  lists: number;
}

/** What a load costs, in the planner's own prices: by the planner, always one by one, always with the list. */
function costsOf({ listSize, batches }: Load): Record<'planner' | 'single' | 'list', Cost> {
  const { singleMs, listEntityMs } = TYPICAL_COSTS;
  const listMs = singleMs + listSize * listEntityMs;
  const total = { planner: { ms: 0, lists: 0 }, single: { ms: 0, lists: 0 }, list: { ms: 0, lists: 0 } };
  const goodUntil = { planner: 0, list: 0 };
  const ledger = new ListLedger(LIFE_MS);
  let now = 1;
  const buy = (who: 'planner' | 'list') => {
    total[who].ms += listMs;
    total[who].lists += 1;
    goodUntil[who] = now + LIFE_MS;
  };
  for (const { afterMs, size, isAfterChange } of batches) {
    now += afterMs;
    if (isAfterChange) goodUntil.planner = goodUntil.list = 0;
    const singlesMs = size * singleMs;
    total.single.ms += singlesMs;
    if (goodUntil.list <= now) buy('list');
    if (goodUntil.planner > now) {
      ledger.earn(singlesMs);
      continue;
    }
    const { choice } = planBatch({ size, listSize, mayList: true, lately: ledger.lately(now) });
    if (choice !== 'list') {
      ledger.spend(singlesMs, now);
      total.planner.ms += singlesMs;
    }
    if (choice !== 'single') {
      buy('planner');
      ledger.buy(choice === 'ahead' ? listMs : 0);
    }
  }
  return total;
}

const aLoad: fc.Arbitrary<Load> = fc.record({
  listSize: fc.integer({ min: 0, max: 100_000 }),
  batches: fc.array(
    fc.record({
      afterMs: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 2 * LIFE_MS })),
      size: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 600 })),
      isAfterChange: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
    }),
    { minLength: 1, maxLength: 300 },
  ),
});

it('never costs more than twice what single reads do, whatever comes', () => {
  fc.assert(
    fc.property(aLoad, (load) => {
      const { planner, single } = costsOf(load);
      expect(planner.ms).toBeLessThanOrEqual(2 * single.ms + 1e-6);
    }),
    { numRuns: 500 },
  );
});

it('never costs more than four times what lists do, and a little for each, whatever comes', () => {
  fc.assert(
    fc.property(aLoad, (load) => {
      const { planner, list } = costsOf(load);
      expect(planner.ms).toBeLessThanOrEqual(4 * list.ms + NEGLIGIBLE_MS * list.lists + 1e-6);
    }),
    { numRuns: 500 },
  );
});

const steadily = (options: { everyMs: number; size: number; changeEvery?: number }): Batch[] =>
  Array.from({ length: Math.ceil((20 * LIFE_MS) / options.everyMs) }, (_, index) => ({
    afterMs: options.everyMs,
    size: options.size,
    isAfterChange: options.changeEvery !== undefined && index % options.changeEvery === 0,
  }));

describe('a load that goes on as it is, in a programme of 50,000', () => {
  it.each([
    ['many small batches', { everyMs: 20, size: 8 }, 2.1],
    ['single reads of many callers', { everyMs: 10, size: 1 }, 2.1],
    ['fewer than would pay a list', { everyMs: 3_000, size: 20 }, 1],
    ['about as many as pay a list', { everyMs: 800, size: 8 }, 2.1],
    ['many small batches, and a change every second', { everyMs: 20, size: 8, changeEvery: 50 }, 1.6],
  ])('%s: costs at most so many times the better of the two', (_, options, factor) => {
    const { planner, single, list } = costsOf({ listSize: 50_000, batches: steadily(options) });
    expect(planner.ms / Math.min(single.ms, list.ms)).toBeLessThanOrEqual(factor);
  });

  it('costs a twentieth of single reads where lists would cost a fortieth', () => {
    const { planner, single } = costsOf({ listSize: 50_000, batches: steadily({ everyMs: 20, size: 8 }) });
    expect(single.ms / planner.ms).toBeGreaterThan(15);
  });
});
