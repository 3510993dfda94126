/** More different entities have changed than may wait for a reader; whoever it is has to begin anew. */
export class SlowReaderError extends Error {
  constructor() {
    super('too many events wait for a reader');
    this.name = 'SlowReaderError';
  }
}

export interface LatestQueueOptions<T> {
  /** States with the same key replace each other. */
  keyOf(item: T): string;
  /** Different keys that may wait. */
  capacity: number;
  /** `coalesced`: a newer state took the place of one that was not read yet. */
  onPush?(result: 'queued' | 'coalesced' | 'overflowed'): void;
  /** When the reader has gone, or `end` was called. */
  onEnd?(): void;
}

/**
 * What waits for one slow reader: of each entity only the latest state, in the order in which the entities changed. When more
 * entities wait than there is room for, nothing is left out silently: the reader gets a `SlowReaderError`.
 */
export class LatestQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #options: LatestQueueOptions<T>;
  readonly #waiting = new Map<string, T>();
  #reader: ((result: IteratorResult<T, undefined>) => void) | null = null;
  #isEnded = false;
  #hasOverflowed = false;

  constructor(options: LatestQueueOptions<T>) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  push(item: T): void {
    const { keyOf, capacity, onPush } = this.#options;
    if (this.#isEnded) return;
    const reader = this.#reader;
    if (reader) {
      this.#reader = null;
      onPush?.('queued');
      reader({ value: item, done: false });
      return;
    }
    const key = keyOf(item);
    const isNew = !this.#waiting.has(key);
    if (isNew && this.#waiting.size >= capacity) {
      onPush?.('overflowed');
      this.#hasOverflowed = true;
      this.end();
      return;
    }
    this.#waiting.set(key, item);
    onPush?.(isNew ? 'queued' : 'coalesced');
  }

  /** Nothing more is taken, what waits is dropped, and the reader is told. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#waiting.clear();
    const reader = this.#reader;
    this.#reader = null;
    reader?.({ value: undefined, done: true });
    this.#options.onEnd?.();
  }

  /** One reader at a time. */
  next(): Promise<IteratorResult<T, undefined>> {
    for (const [key, value] of this.#waiting) {
      this.#waiting.delete(key);
      return Promise.resolve({ value, done: false });
    }
    if (this.#hasOverflowed) {
      this.#hasOverflowed = false;
      return Promise.reject(new SlowReaderError());
    }
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
