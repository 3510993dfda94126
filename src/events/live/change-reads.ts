import type { EntityRef } from '../../datasources/cache/changed-entities.js';

export interface ChangeReadsOptions {
  /** Reads one entity and tells those who watch it; rejects when it could not be read. */
  deliver(change: EntityRef): Promise<void>;
  /** When an entity could not be read again and again. */
  onGivenUp(change: EntityRef, error: unknown): void;
  /** When so many wait that looking at everything costs less. What waited is dropped. */
  onOverflow(): void;
  maxParallel?: number;
  maxWaiting?: number;
  /** Waiting times before the second, third, … try. */
  retryDelaysMs?: readonly number[];
}

interface Entry {
  change: EntityRef;
  failures: number;
}

const keyOf = ({ kind, id }: EntityRef) => `${kind}:${id}`;

/**
 * The reads that changes cause: so many at a time, one at a time for each entity, in the order of the changes. A change
 * that comes while its entity is being read has it read once more, since that read may have begun before; so however
 * many changes come, an entity waits once, and the last read is younger than the last change.
 */
export class ChangeReads {
  readonly #options: ChangeReadsOptions;
  readonly #waiting = new Map<string, Entry>();
  readonly #running = new Map<string, { isOutdated: boolean }>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #isClosed = false;

  constructor(options: ChangeReadsOptions) {
    this.#options = options;
  }

  add(change: EntityRef): void {
    this.#enqueue({ change, failures: 0 });
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #enqueue(entry: Entry): void {
    if (this.#isClosed) return;
    const { maxWaiting = 10_000 } = this.#options;
    const key = keyOf(entry.change);
    const running = this.#running.get(key);
    if (running) {
      running.isOutdated = true;
      return;
    }
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    if (!this.#waiting.has(key) && this.#waiting.size + this.#timers.size >= maxWaiting) {
      this.#waiting.clear();
      for (const timer of this.#timers.values()) clearTimeout(timer);
      this.#timers.clear();
      this.#options.onOverflow();
      return;
    }
    if (!this.#waiting.has(key)) this.#waiting.set(key, entry);
    this.#startWaiting();
  }

  #startWaiting(): void {
    const { maxParallel = 32 } = this.#options;
    for (const [key, entry] of this.#waiting) {
      if (this.#running.size >= maxParallel) return;
      this.#waiting.delete(key);
      void this.#run(key, entry);
    }
  }

  async #run(key: string, entry: Entry): Promise<void> {
    const run = { isOutdated: false };
    this.#running.set(key, run);
    const outcome = await this.#options.deliver(entry.change).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    this.#running.delete(key);
    if (run.isOutdated) this.add(entry.change);
    else if (outcome) this.#retry(key, entry, outcome.error);
    this.#startWaiting();
  }

  #retry(key: string, { change, failures }: Entry, error: unknown): void {
    const { retryDelaysMs = [250, 1_000, 4_000, 16_000] } = this.#options;
    const delayMs = retryDelaysMs[failures];
    if (delayMs === undefined) this.#options.onGivenUp(change, error);
    if (delayMs === undefined || this.#isClosed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.#enqueue({ change, failures: failures + 1 });
    }, delayMs);
    timer.unref();
    this.#timers.set(key, timer);
  }
}
