/**
 * What the API does by itself after it has answered: screening, deployment, capture, …
 * With a delay of 0 everything is done before the answer leaves (`drain`), so that callers need not wait; with a
 * longer one each step happens that many milliseconds later, on a timer that does not keep the process alive.
 */
export class Settling {
  readonly #delayMs: number;
  readonly #due: (() => void)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Queues a step. A step checks the state that it starts from: another call may have come first. */
  later(step: () => void): void {
    if (this.#delayMs === 0) {
      this.#due.push(step);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      step();
    }, this.#delayMs);
    timer.unref();
    this.#timers.add(timer);
  }

  /** Does what is due now, and what that makes due. */
  drain(): void {
    for (let step = this.#due.shift(); step; step = this.#due.shift()) step();
  }

  /** Forgets everything that has not happened yet. */
  stop(): void {
    this.#due.length = 0;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
