import { CircuitState, type IBreaker } from 'cockatiel';

export interface BreakerLimits {
  /** Tries in a row that failed. */
  consecutive: number;
  /** Share of the tries of the last `windowMs`, if there were `minTries` of them. Well above a half, so that an API of which every second answer is good goes on being asked. */
  share: number;
  minTries: number;
  windowMs: number;
}

export const BREAKER_LIMITS: BreakerLimits = Object.freeze({
  consecutive: 15,
  share: 0.75,
  minTries: 30,
  windowMs: 4_000,
});

export interface TryCounts {
  successes: number;
  failures: number;
  /** Failures since the last success. */
  consecutive: number;
}

/** Whether so many failures are enough to stop asking. Pure. */
export function isEnough(
  { successes, failures, consecutive }: TryCounts,
  limits: BreakerLimits = BREAKER_LIMITS,
): boolean {
  if (consecutive >= limits.consecutive) return true;
  const tries = successes + failures;
  return tries >= limits.minTries && failures > limits.share * tries;
}

const SLICES = 4;

/**
 * Counts tries for cockatiel's breaker: failures in a row, for an API that is gone, and a share over a moving window, for one
 * that fails most of the time. cockatiel's own breakers do one of both each, and its window keeps what is long past.
 */
export class FailureCount implements IBreaker {
  readonly #limits: BreakerLimits;
  readonly #now: () => number;
  /** Newest last. */
  #slices: { since: number; successes: number; failures: number }[] = [];
  #consecutive = 0;
  /** For cockatiel's serialisation, which is not used. */
  state: unknown = null;

  constructor({
    limits = BREAKER_LIMITS,
    now = () => performance.now(),
  }: { limits?: BreakerLimits; now?: () => number } = {}) {
    this.#limits = limits;
    this.#now = now;
  }

  success(state: CircuitState): void {
    this.#consecutive = 0;
    if (state === CircuitState.HalfOpen) this.#slices = [];
    this.#present().successes += 1;
  }

  failure(state: CircuitState): boolean {
    this.#consecutive += 1;
    this.#present().failures += 1;
    return state !== CircuitState.Closed || isEnough(this.counts(), this.#limits);
  }

  counts(): TryCounts {
    this.#present();
    const sum = (of: 'successes' | 'failures') => this.#slices.reduce((total, slice) => total + slice[of], 0);
    return { successes: sum('successes'), failures: sum('failures'), consecutive: this.#consecutive };
  }

  #present(): { successes: number; failures: number } {
    const now = this.#now();
    const { windowMs } = this.#limits;
    this.#slices = this.#slices.filter(({ since }) => now - since < windowMs);
    const last = this.#slices.at(-1);
    if (last && now - last.since < windowMs / SLICES) return last;
    const slice = { since: now, successes: 0, failures: 0 };
    this.#slices.push(slice);
    return slice;
  }
}
