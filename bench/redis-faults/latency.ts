/** One request of the load. Times in milliseconds of one clock. */
export interface Sample {
  kind: 'read' | 'write';
  /** When it had to leave by the schedule; waiting counts from here, so a stall is not hidden by fewer requests. */
  dueAt: number;
  answeredAt: number;
  /** Why it failed; null when it did not. */
  failure: string | null;
}

/** Waiting times of those requests that were due between two moments. */
export function waitsBetween(samples: readonly Sample[], from: number, until: number): number[] {
  return samples
    .filter(({ dueAt }) => dueAt >= from && dueAt < until)
    .map(({ dueAt, answeredAt }) => answeredAt - dueAt);
}

/** Nearest-rank percentile; null of nothing. `share` is from 0 to 1. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** A look at the caches of all gateways together, over the time since the look before. Shares are null when nothing was read. */
export interface CacheLook {
  at: number;
  /** Of the reads that the cache answered. */
  hit: number | null;
  /** Of the reads that passed the cache by: Redis was away, or a mutation was under way. */
  passed: number | null;
}

/** Mean share over the looks between two moments; null without any. */
export function meanShare(
  looks: readonly CacheLook[],
  name: 'hit' | 'passed',
  from: number,
  until: number,
): number | null {
  const shares = looks.filter(({ at }) => at > from && at <= until).flatMap((look) => look[name] ?? []);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

export interface Recovery {
  /** Until no more reads pass the cache by than usual, give or take a tenth: every gateway uses it again. */
  inUseMs: number | null;
  /** Until four fifths of the usual hit rate: it is warm again, which depends on how much is read. */
  warmMs: number | null;
}

/** Times from `since` to the end of the first of two looks in a row that are as usual; null where that was not seen. */
export function recoveryOf(
  looks: readonly CacheLook[],
  since: number,
  usual: { hit: number; passed: number },
): Recovery {
  const after = looks.filter(({ at }) => at > since);
  const firstOfTwo = (isUsual: (look: CacheLook) => boolean) => {
    const found = after.find((look, index) => {
      const next = after[index + 1];
      return isUsual(look) && next !== undefined && isUsual(next);
    });
    return found ? found.at - since : null;
  };
  return {
    inUseMs: firstOfTwo(({ passed }) => passed !== null && passed <= usual.passed + 0.1),
    warmMs: firstOfTwo(({ hit }) => hit !== null && hit >= 0.8 * usual.hit),
  };
}
