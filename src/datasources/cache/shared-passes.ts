/**
 * Loads that pass the cache by, shared as far as that is safe: whoever comes while a load of the same key is under way
 * may not join it, since it may have begun before a change that he has been told of; he waits for it to end and shares the
 * next one with all who came meanwhile. So a key is never loaded more than once at a time, however many ask.
 */
export class SharedPasses<R> {
  readonly #running = new Map<string, { current: Promise<R>; next: Promise<R> | null }>();

  /** `load` must not reject. */
  run(key: string, load: () => Promise<R>): Promise<R> {
    const running = this.#running.get(key);
    if (!running) return this.#start(key, load);
    running.next ??= running.current.then(() => this.#start(key, load));
    return running.next;
  }

  #start(key: string, load: () => Promise<R>): Promise<R> {
    const current = load();
    const entry = { current, next: null as Promise<R> | null };
    this.#running.set(key, entry);
    void current.then(() => {
      // Whoever waits for the next load starts it in its own turn and takes the place of this one.
      if (entry.next === null) this.#running.delete(key);
    });
    return current;
  }
}
