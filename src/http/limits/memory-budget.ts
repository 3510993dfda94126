import { BoundedMap } from '../../datasources/cache/bounded-map.js';
import type { Budget, BudgetOptions } from './budget.js';

interface Window {
  spent: number;
  startedAtMs: number;
}

/**
 * Budgets in the memory of this process. Of so many keys that `maxKeys` does not hold them, the ones used longest ago are
 * forgotten: whoever has that many addresses has as many budgets anyway.
 */
export function createMemoryBudget(options: BudgetOptions & { maxKeys: number; now: () => number }): Budget {
  const { limit, windowMs, maxKeys, now } = options;
  const windows = new BoundedMap<Window>({ maxWeight: maxKeys });

  function windowOf(key: string, nowMs: number): Window {
    const window = windows.get(key);
    // A clock that was set back must not keep a budget empty for longer than a window.
    if (window && nowMs >= window.startedAtMs && nowMs < window.startedAtMs + windowMs) return window;
    const fresh = { spent: 0, startedAtMs: nowMs };
    windows.set(key, fresh);
    return fresh;
  }

  return {
    async spend(key, points) {
      const nowMs = now();
      const window = windowOf(key, nowMs);
      const isGranted = window.spent + points <= limit;
      if (isGranted) window.spent += points;
      return {
        isGranted,
        remaining: limit - window.spent,
        resetMs: window.startedAtMs + windowMs - nowMs,
      };
    },
  };
}
