import { randomUUID } from 'node:crypto';
import type { Keyv } from 'keyv';
import { Creations } from './creations.js';
import { EVERYTHING } from './entity-cache.js';
import type { Generations } from './generations.js';
import type { NodeRegister } from './node-register.js';
import type { StoreHealth } from './store-health.js';
import { LateAnswerError, withDeadline } from './with-deadline.js';

export interface SharedGenerationsOptions {
  /** Keyv over Redis; `set` and `setMany` reject unless they were acknowledged. */
  store: Keyv;
  health: StoreHealth;
  /** Part of every generation: see `RedisConnection.epoch`. */
  epoch: () => string | null;
  deadlineMs: number;
  /** Longest time that a change can be under way; an announcement left behind by a crash ends then. */
  announcementTtlMs: number;
  /** Life of a generation that nobody reads or renews; longer than that of any value. */
  generationTtlMs: number;
  /** After an outage of this length every node has noticed it (heartbeat interval and deadline, with a margin). */
  noticedAfterMs: number;
  /** The other nodes; absent where only outages for all nodes at once have to be reckoned with. */
  register?: Pick<NodeRegister, 'peerKeys' | 'sinceAliveMs'>;
}

export interface SharedGenerations extends Generations {
  /** Whether a renewal has failed that is not handed in yet: this node must not say that it is alive. */
  isBehind(): boolean;
  /** Makes everything that was cached so far unreachable, for every node. Rejects when that is not acknowledged. */
  dropEverything(): Promise<void>;
}

const MAX_TAGS_AT_ONCE = 1_000;

/** Stands in a tag's place while a change is under way. */
const ANNOUNCEMENT = '~';

/**
 * Generations in a Redis that several gateways share.
 *
 * A renewal that is not acknowledged keeps its tags in `pending`: this node passes them by and hands them in with every
 * heartbeat. Other nodes cannot know of them, so `renew` does not resolve before either the store has acknowledged, or the
 * outage has lasted so long that every node has noticed it and passes the whole cache by. When the store is back, nodes go
 * on doing so for a while (`settling`), in which what is pending is handed in. See docs/adr/0006.
 */
export function createSharedGenerations(options: SharedGenerationsOptions): SharedGenerations {
  const { store, health, epoch, deadlineMs, announcementTtlMs, generationTtlMs, noticedAfterMs, register } = options;
  /** Tags that were not acknowledged yet, each with the renewal that wants it: a later one is not done with an earlier one. */
  const pending = new Map<string, symbol>();
  let waiting: (() => void)[] = [];
  let isBehind = false;

  const creations = new Creations();
  const writeCreated = (entries: { key: string; value: string }[]) =>
    withDeadline(store.setMany(entries.map((entry) => ({ ...entry, ttl: generationTtlMs }))), deadlineMs, {
      isFact: true,
    });

  const passBy = (tags: readonly string[]) => new Map<string, null>(tags.map((name) => [name, null]));

  async function write(tags: readonly string[], makeValue: () => string, ttl: number): Promise<void> {
    await withDeadline(store.setMany(tags.map((key) => ({ key, value: makeValue(), ttl }))), deadlineMs, {
      isFact: true,
    });
  }

  /** All or nothing: `setMany` is one transaction, so no reader sees a narrow tag renewed and a broad one not. */
  async function handIn(tags: readonly string[]): Promise<boolean> {
    try {
      const wanted = new Map(tags.map((name) => [name, pending.get(name)]));
      // So many at once would not fit the queue of the connection; the one tag that all values carry does it too.
      await write(tags.length > MAX_TAGS_AT_ONCE ? [EVERYTHING] : tags, randomUUID, generationTtlMs);
      for (const [name, renewal] of wanted) if (pending.get(name) === renewal) pending.delete(name);
      return true;
    } catch {
      isBehind = true;
      health.reportFailure();
      return false;
    }
  }

  let isHandingIn = false;
  health.onHeartbeat(() => {
    if (isHandingIn) return;
    if (pending.size === 0) {
      // A later renewal of the same tags was acknowledged meanwhile.
      isBehind = false;
      return;
    }
    isHandingIn = true;
    void handIn([...pending.keys()]).then(() => {
      isHandingIn = false;
      if (pending.size > 0) return;
      isBehind = false;
      for (const resolve of waiting) resolve();
      waiting = [];
    });
  });

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });

  return {
    isBehind: () => isBehind,
    dropEverything: () => write([EVERYTHING], randomUUID, generationTtlMs),

    async read(tags) {
      const present = epoch();
      if (health.state() !== 'up' || present === null) return passBy(tags);
      try {
        const peerKeys = register?.peerKeys() ?? [];
        const known = await withDeadline(store.getMany<string>([...tags, ...peerKeys]), deadlineMs);
        // A node that is silent may have changed what it could not make known.
        if (peerKeys.some((_, index) => known[tags.length + index] === undefined)) return passBy(tags);
        // A heartbeat may have been refused while this answer was on its way.
        if (health.state() !== 'up' || epoch() !== present) return passBy(tags);
        const absent = tags.filter((_, index) => known[index] === undefined);
        // Waited for, so that what is read from the API next is younger than its generation. Where two nodes create one at
        // once the later one counts, and what the other stores is never found.
        const created = absent.length > 0 ? await creations.run(absent, writeCreated) : [];
        return new Map(
          tags.map((name, index) => {
            const generation = known[index] ?? (created.shift() as string);
            const isUnderChange = pending.has(name) || generation.startsWith(ANNOUNCEMENT);
            return [name, isUnderChange ? null : `${present}:${generation}`];
          }),
        );
      } catch (error) {
        if (!(error instanceof LateAnswerError)) health.reportFailure();
        return passBy(tags);
      }
    },

    async announce(tags) {
      if (health.state() !== 'up' || tags.length === 0) return;
      try {
        await write(tags, () => ANNOUNCEMENT + randomUUID(), announcementTtlMs);
      } catch {
        health.reportFailure();
      }
    },

    async renew(tags) {
      const renewal = Symbol('renewal');
      for (const name of tags) pending.set(name, renewal);
      if (health.state() !== 'down' && (await handIn(tags))) return true;
      // From here on this node must not say that it is alive: the others cannot know what it has changed.
      isBehind = true;
      for (;;) {
        if (!tags.some((name) => pending.has(name))) return true;
        const silentMs = register ? register.sinceAliveMs() : health.downForMs();
        const leftMs = noticedAfterMs - silentMs;
        if (leftMs <= 0 && (register || health.state() === 'down')) return false;
        await pause(Math.min(leftMs > 0 ? leftMs : deadlineMs, deadlineMs));
      }
    },
  };
}
