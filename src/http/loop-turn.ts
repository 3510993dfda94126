export interface TurnLimits {
  /** How long operations that arrived together may keep the event loop before no more are taken in. */
  longestMs: number;
  /** So many are taken in however long it takes: a single heavy operation is no overload. */
  fewest: number;
}

export const TURN_LIMITS: TurnLimits = Object.freeze({ longestMs: 500, fewest: 16 });

/** Whether one more is taken in, after so many in so long a time. Pure. */
export function hasRoom(taken: number, durationMs: number, limits: TurnLimits = TURN_LIMITS): boolean {
  return taken < limits.fewest || durationMs <= limits.longestMs;
}

/**
 * Tells when there is more to do than the CPU can. An operation whose values are all in memory is done before the next
 * request is looked at, so a count of those under way never tells: they pile up unread, in the connections. But a turn of the
 * event loop takes longer and longer then; once it has taken too long the rest of that turn is refused, which is quick.
 */
export class LoopTurn {
  readonly #limits: TurnLimits;
  readonly #afterTurn: (done: () => void) => void;
  #startedAt: number | null = null;
  #taken = 0;

  constructor({
    limits = TURN_LIMITS,
    afterTurn = (done: () => void) => void setImmediate(done),
  }: {
    limits?: TurnLimits;
    afterTurn?: (done: () => void) => void;
  } = {}) {
    this.#limits = limits;
    this.#afterTurn = afterTurn;
  }

  /** `now`: milliseconds on any clock that only moves forwards. */
  admits(now: number): boolean {
    if (this.#startedAt === null) {
      this.#startedAt = now;
      this.#taken = 0;
      this.#afterTurn(() => {
        this.#startedAt = null;
      });
    }
    if (!hasRoom(this.#taken, now - this.#startedAt, this.#limits)) return false;
    this.#taken += 1;
    return true;
  }
}
