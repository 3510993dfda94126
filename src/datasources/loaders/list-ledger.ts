const SLOTS = 16;

/**
 * What single reads have cost that one list would have answered, within the time that such a list lives; and whether the
 * list that was last read ahead has earned its price. One for each list; times in milliseconds on any clock that only moves
 * forwards.
 */
export class ListLedger {
  readonly #lifeMs: number;
  #spent: { from: number; until: number; ms: number }[] = [];
  #priceMs = 0;
  #earnedMs = 0;

  /** `lifeMs`: how long a list is kept. */
  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** Single reads for so much, that the list would have answered. */
  spend(ms: number, at: number): void {
    const last = this.#spent.at(-1);
    // In so many slots as tell when it was, and no more: there may be thousands of batches a second.
    if (!last || at - last.from >= this.#lifeMs / SLOTS) this.#spent.push({ from: at, until: at, ms });
    else {
      last.until = at;
      last.ms += ms;
    }
  }

  lately(at: number): { spentMs: number; hasPaid: boolean } {
    this.#spent = this.#spent.filter(({ until }) => at - until < this.#lifeMs);
    const spentMs = this.#spent.reduce((sum, { ms }) => sum + ms, 0);
    return { spentMs, hasPaid: this.#earnedMs >= this.#priceMs };
  }

  /** A list was read; with `priceMs`, ahead, so that it has to earn it. What was spent before it is paid off. */
  buy(priceMs = 0): void {
    this.#spent = [];
    this.#priceMs = priceMs;
    this.#earnedMs = 0;
  }

  /** The list has answered what single reads would have cost so much for. */
  earn(ms: number): void {
    this.#earnedMs += ms;
  }
}
