import { randomUUID } from 'node:crypto';

/**
 * First generations of tags, made once however many readers of this process find a tag without one at the same time: had
 * each its own, only the last would count, and what the others stored would never be found.
 */
export class Creations {
  readonly #running = new Map<string, Promise<string>>();

  /**
   * A generation for each of the tags, when it has been acknowledged; in the order of `tags`. `write` stores those that
   * nobody is making yet, all in one go; what it rejects with is passed on to all who wait for them.
   */
  run(
    tags: readonly string[],
    write: (entries: { key: string; value: string }[]) => Promise<unknown>,
  ): Promise<string[]> {
    const fresh = tags
      .filter((name) => !this.#running.has(name))
      .map((name) => ({ key: name, value: randomUUID() as string }));
    if (fresh.length > 0) {
      const written = write(fresh);
      for (const { key, value } of fresh) {
        const creation = written.then(() => value).finally(() => this.#running.delete(key));
        creation.catch(() => {});
        this.#running.set(key, creation);
      }
    }
    return Promise.all(tags.map((name) => this.#running.get(name) as Promise<string>));
  }
}
