export interface RetryBudgetLimits {
  /** Tokens that each call pays in; a repetition costs one. A little below a fifth, so that the rest stays below it with them. */
  share: number;
  /** Tokens at the start, and what an idle gateway gets back to: a lone call may be repeated too. */
  floor: number;
  /** How long one token takes to come back while there are less than `floor`. */
  floorIntervalMs: number;
  /** Most that can be saved up. So little that any 300 calls in a row keep to a fifth, and enough for the chance runs of one failure in ten. */
  ceiling: number;
  /** Tokens that only changes of unknown outcome may take. */
  reserve: number;
}

export const RETRY_BUDGET: RetryBudgetLimits = Object.freeze({
  share: 0.17,
  floor: 10,
  floorIntervalMs: 10_000,
  ceiling: 10,
  reserve: 2,
});

export interface BudgetState {
  tokens: number;
  /** Of the last look, in milliseconds. */
  at: number;
}

/** What has come back by `now`: up to the floor, and not beyond it. */
export function refill(
  { tokens, at }: BudgetState,
  now: number,
  limits: RetryBudgetLimits = RETRY_BUDGET,
): BudgetState {
  const regained = Math.max(0, now - at) / limits.floorIntervalMs;
  return { tokens: tokens >= limits.floor ? tokens : Math.min(limits.floor, tokens + regained), at: now };
}

/** Whether a repetition may be paid for. */
export function affords(tokens: number, isUncertain: boolean, limits: RetryBudgetLimits = RETRY_BUDGET): boolean {
  return tokens >= 1 + (isUncertain ? 0 : limits.reserve);
}

/**
 * Repetitions are at most a fifth of the calls lately, whatever fails: an API in trouble is not given more to do by those
 * who wait for it. One for each upstream.
 */
export class RetryBudget {
  readonly #limits: RetryBudgetLimits;
  readonly #now: () => number;
  #state: BudgetState;

  /** `now`: milliseconds on any clock that only moves forwards. */
  constructor({
    limits = RETRY_BUDGET,
    now = () => performance.now(),
  }: { limits?: RetryBudgetLimits; now?: () => number } = {}) {
    this.#limits = limits;
    this.#now = now;
    this.#state = { tokens: limits.floor, at: now() };
  }

  /** A call begins. */
  payIn(): void {
    const { tokens, at } = refill(this.#state, this.#now(), this.#limits);
    this.#state = { tokens: Math.min(this.#limits.ceiling, tokens + this.#limits.share), at };
  }

  /** Pays for one repetition; false, and nothing paid, when there is not enough. */
  withdraw({ isUncertain }: { isUncertain: boolean }): boolean {
    this.#state = refill(this.#state, this.#now(), this.#limits);
    if (!affords(this.#state.tokens, isUncertain, this.#limits)) return false;
    this.#state.tokens -= 1;
    return true;
  }
}
