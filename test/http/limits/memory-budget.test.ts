import { createMemoryBudget } from '../../../src/http/limits/memory-budget.js';

function aBudget(options: { limit?: number; maxKeys?: number } = {}) {
  const clock = { nowMs: 1_000_000 };
  const { limit = 100, maxKeys = 1_000 } = options;
  return { clock, budget: createMemoryBudget({ limit, windowMs: 60_000, maxKeys, now: () => clock.nowMs }) };
}

describe('a budget in memory', () => {
  it('gives until it is spent, to the last point', async () => {
    const { budget } = aBudget();
    expect(await budget.spend('a', 60)).toEqual({ isGranted: true, remaining: 40, resetMs: 60_000 });
    expect(await budget.spend('a', 40)).toEqual({ isGranted: true, remaining: 0, resetMs: 60_000 });
    expect(await budget.spend('a', 1)).toEqual({ isGranted: false, remaining: 0, resetMs: 60_000 });
  });

  it('takes nothing for what it refuses, so that something smaller still fits', async () => {
    const { budget } = aBudget();
    await budget.spend('a', 60);
    expect(await budget.spend('a', 41)).toMatchObject({ isGranted: false, remaining: 40 });
    expect(await budget.spend('a', 40)).toMatchObject({ isGranted: true, remaining: 0 });
  });

  it('is whole again a window after the first spending, not earlier', async () => {
    const { budget, clock } = aBudget();
    await budget.spend('a', 100);
    clock.nowMs += 59_999;
    expect(await budget.spend('a', 1)).toEqual({ isGranted: false, remaining: 0, resetMs: 1 });
    clock.nowMs += 1;
    expect(await budget.spend('a', 1)).toEqual({ isGranted: true, remaining: 99, resetMs: 60_000 });
  });

  it('is not kept empty by a clock that was set back', async () => {
    const { budget, clock } = aBudget();
    await budget.spend('a', 100);
    clock.nowMs -= 3_600_000;
    expect(await budget.spend('a', 1)).toMatchObject({ isGranted: true });
  });

  it('is one for each key', async () => {
    const { budget } = aBudget();
    await budget.spend('a', 100);
    expect(await budget.spend('b', 100)).toMatchObject({ isGranted: true });
  });

  it('forgets the key that was used longest ago when there are too many', async () => {
    const { budget } = aBudget({ maxKeys: 3 });
    for (const key of ['a', 'b', 'c', 'a', 'd']) await budget.spend(key, 50);
    expect(await budget.spend('a', 50)).toMatchObject({ isGranted: false });
    expect(await budget.spend('b', 50)).toMatchObject({ remaining: 50 });
  });

  it('does not give more than it has when many ask at once', async () => {
    const { budget } = aBudget();
    const states = await Promise.all(Array.from({ length: 50 }, () => budget.spend('a', 3)));
    expect(states.filter(({ isGranted }) => isGranted)).toHaveLength(33);
  });
});
