import type { Keyv } from 'keyv';
import type { StoreHealth } from './store-health.js';
import { LateAnswerError, withDeadline } from './with-deadline.js';

/** Wrapped, because Keyv cannot tell a stored `undefined` or `null` from nothing. */
export interface StoredValue<T = unknown> {
  value: T;
}

/** Where values are kept, by key and generations. Losing them is harmless; a failure counts as having none. */
export interface Values {
  getMany<T>(addresses: readonly string[]): Promise<(StoredValue<T> | undefined)[]>;
  set<T>(address: string, stored: StoredValue<T>, lifeMs: number): Promise<void>;
}

export function createLocalValues(memory: Keyv): Values {
  return {
    getMany: <T>(addresses: readonly string[]) => memory.getMany<StoredValue<T>>([...addresses]),
    async set(address, stored, lifeMs) {
      await memory.set(address, stored, lifeMs);
    },
  };
}

export interface TieredValuesOptions {
  memory: Keyv;
  shared: Keyv;
  health: StoreHealth;
  deadlineMs: number;
  /** Makes what is stored into something that JSON can carry. */
  dehydrate: (value: unknown) => unknown;
  /** Makes the JSON that the shared store gave back into what was stored (frozen, lists sorted). */
  revive: (value: unknown) => unknown;
  /** Whether a value is small enough to travel; the lists of a whole programme are not, and stay in memory. */
  isShareable: (value: unknown) => boolean;
}

/** The memory of this node in front of a store that several share. */
export function createTieredValues(options: TieredValuesOptions): Values {
  const { memory, shared, health, deadlineMs, dehydrate, revive, isShareable } = options;

  async function fromShared(addresses: readonly string[]): Promise<(StoredValue | undefined)[]> {
    if (health.state() !== 'up' || addresses.length === 0) return [];
    try {
      const rows = await withDeadline(shared.getMany<StoredValue>([...addresses], { raw: true }), deadlineMs);
      return await Promise.all(
        rows.map(async (row, index) => {
          if (!row?.value) return undefined;
          const stored: StoredValue = { value: revive(row.value.value) };
          const lifeMs = (row.expires ?? 0) - Date.now();
          if (lifeMs > 0) await memory.set(addresses[index] as string, stored, lifeMs);
          return stored;
        }),
      );
    } catch (error) {
      if (!(error instanceof LateAnswerError)) health.reportFailure();
      return [];
    }
  }

  return {
    async getMany<T>(addresses: readonly string[]) {
      const near = await memory.getMany<StoredValue<T>>([...addresses]);
      const missing = addresses.filter((_, index) => near[index] === undefined);
      if (missing.length === 0) return near;
      const far = await fromShared(missing);
      const found = new Map(missing.map((address, index) => [address, far[index] as StoredValue<T> | undefined]));
      return addresses.map((address, index) => near[index] ?? found.get(address));
    },
    async set(address, stored, lifeMs) {
      await memory.set(address, stored, lifeMs);
      if (health.state() !== 'up' || !isShareable(stored.value)) return;
      // Nobody waits for it: other nodes read from the API until it is there.
      withDeadline(shared.set(address, { value: dehydrate(stored.value) }, lifeMs), deadlineMs).catch(() => {});
    },
  };
}
