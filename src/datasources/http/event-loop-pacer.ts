/**
 * Lets long work share the event loop with everything else. Between two small steps such work asks `isTurnOver`, and if so
 * waits for `nextTurn`. All work under one pacer has one turn together in each pass of the loop, however many jobs there
 * are: those that wait go on one by one, first come, first served.
 */
export class EventLoopPacer {
  readonly #turnMs: number;
  #turnStartedAt: number | null = null;
  readonly #waiting: (() => void)[] = [];

  /** `turnMs`: how long paced work may hold the loop before it lets go. A step that has begun is not interrupted. */
  constructor({ turnMs }: { turnMs: number }) {
    this.#turnMs = turnMs;
  }

  isTurnOver(): boolean {
    const startedAt = this.#startTurn();
    return performance.now() - startedAt >= this.#turnMs;
  }

  /** Resolves in a later pass of the loop, after input and output have had their turn. */
  nextTurn(): Promise<void> {
    this.#startTurn();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #startTurn(): number {
    if (this.#turnStartedAt === null) {
      this.#turnStartedAt = performance.now();
      setImmediate(this.#endTurn);
    }
    return this.#turnStartedAt;
  }

  readonly #endTurn = (): void => {
    this.#turnStartedAt = null;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#startTurn();
    next();
  };
}

/** The pacer of the process. There is one event loop, so there is one. */
export const eventLoopPacer = new EventLoopPacer({ turnMs: 4 });
