import { randomUUID } from 'node:crypto';
import type { Keyv } from 'keyv';
import { Creations } from './creations.js';

/**
 * The present generation of each tag: a random token. Random and not counted, so that eviction, restarts and races are
 * harmless: a tag whose generation is lost gets one that was never used (docs/adr/0006).
 */
export interface Generations {
  /**
   * Present generations, absent ones created. Null for a tag whose values must neither be taken from the cache nor put
   * there at present: somebody is changing what it stands for, or the store cannot be asked.
   */
  read(tags: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
  /** Before a change is sent: readers pass the tags by until `renew`, or until the longest time that a change can take. */
  announce(tags: readonly string[]): Promise<void>;
  /**
   * After a change: fresh generations. When this resolves, no reader on any node that shares the store is given what was
   * cached before. Broad tags (lists) go first. False where the store has not acknowledged that: this node will hand it in,
   * and every other one passes the cache by meanwhile; but should this one end now, nobody will.
   */
  renew(tags: readonly string[]): Promise<boolean>;
}

/** For a single node: whoever reads and writes is in this process. */
export function createLocalGenerations(store: Keyv): Generations {
  const creations = new Creations();
  return {
    async read(tags) {
      const known = await store.getMany<string>([...tags]);
      const absent = tags.filter((_, index) => known[index] === undefined);
      const created = absent.length > 0 ? await creations.run(absent, (entries) => store.setMany(entries)) : [];
      return new Map(tags.map((name, index) => [name, known[index] ?? (created.shift() as string)]));
    },
    // A crash takes cache and generations with it, so there is nothing to protect a reader from.
    announce: async () => {},
    async renew(tags) {
      for (const name of tags) await store.set(name, randomUUID());
      return true;
    },
  };
}
