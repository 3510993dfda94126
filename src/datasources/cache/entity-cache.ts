import type { Metrics } from '../../observability/metrics.js';
import type { Deadline } from '../deadline.js';
import { Flight, settleWithin } from './flight.js';
import type { Generations } from './generations.js';
import { SharedPasses } from './shared-passes.js';
import type { StoredValue, Values } from './values.js';

/** Where a value is kept and what it was made from. */
export interface CacheKey {
  /** Unique among all values, e.g. `card:ID`. Never holds anything of the caller: authorization comes after the cache. */
  key: string;
  tags: readonly string[];
  /** Label for metrics. */
  resource: string;
}

/** A tag that every value carries: invalidating it empties the cache. For when what a change touched cannot be told. */
export const EVERYTHING = 'everything';

/**
 * A value, or why there is none. Errors are handed out and never stored. `isSettled` false: the value is about to change
 * by itself (a card that is being issued, say), so it is kept for a moment only. `loadedAt` (on the clock of the cache) when
 * it is older than this load; `-Infinity` keeps it out of the cache.
 */
export type ReadResult<T> = { value: T; isSettled?: boolean; loadedAt?: number } | { error: unknown };

/** How a read of the cache went: `joined` waits for another reader's load, `passed` has to do without the cache. */
export type CacheResult = 'hit' | 'miss' | 'joined' | 'passed';

export type CacheReadListener = (key: CacheKey, result: CacheResult) => void;

/**
 * Loads the missing ones; results, or promises of them that do not reject, in the order of `missing`. `deadline` is that of all
 * who wait for one of them, which may be more than the one who asked.
 */
export type Load<T> = (
  missing: readonly CacheKey[],
  deadline: Deadline | undefined,
) => Promise<readonly (ReadResult<T> | Promise<ReadResult<T>>)[]>;

export interface ReadTerms {
  onRead?: CacheReadListener | undefined;
  /** How long the reader waits. What has not arrived by then is an error; the rest stands. */
  deadline?: Deadline | undefined;
  /** Nobody waits for the value: where it would not be kept it is not loaded, and the result is an error. */
  isOnlyToKeep?: boolean;
}

export interface EntityCache {
  /**
   * Reads many values, in the order of `keys`. What is not stored is loaded with one call of `load`, or waited for where
   * another reader loads it under the same generations.
   */
  readMany<T>(keys: readonly CacheKey[], load: Load<T>, terms?: ReadTerms): Promise<ReadResult<T>[]>;
  /** What is stored under the key's present generations, without loading. */
  peek<T>(key: CacheKey): Promise<T | undefined>;
  /** Before a change is sent: readers pass the tags by until it has been made known (`invalidate`). */
  announce(tags: readonly string[]): Promise<void>;
  /**
   * Makes every value under the tags unreachable. To be called after the API has committed a change and before its
   * answer leaves. Broad tags (lists) go first in `tags`: a reader that fills single values from a list takes their
   * generations first and that of the list after. False where that was not acknowledged (see `Generations.renew`).
   */
  invalidate(tags: readonly string[]): Promise<boolean>;
}

export interface EntityCacheOptions {
  values: Values;
  generations: Generations;
  /** Longest life of a value, counted from when its load began; 0 turns the cache off. */
  ttlMs: number;
  /** Longest life of "there is no such entity" and of values that are not settled. */
  briefTtlMs?: number;
  metrics: Metrics;
  random?: () => number;
  /** Milliseconds on any clock that only moves forwards. */
  now?: () => number;
}

/** Protocol: docs/adr/0006-cache-generations.md. */
export function createEntityCache(options: EntityCacheOptions): EntityCache {
  const { values, generations, ttlMs, metrics } = options;
  const briefTtlMs = Math.min(ttlMs, options.briefTtlMs ?? 2_000);
  const random = options.random ?? Math.random;
  const now = options.now ?? (() => performance.now());
  const flights = new Map<string, { flight: Flight; result: Promise<ReadResult<unknown>> }>();
  const passes = new SharedPasses<ReadResult<unknown>>();

  /** Up to a tenth shorter, so that what was stored together does not expire together. */
  const lifeOf = ({ value, isSettled = true }: { value: unknown; isSettled?: boolean }) =>
    (value === null || !isSettled ? briefTtlMs : ttlMs) * (1 - random() / 10);

  /** Key and present generations; null where the cache has to be passed by. */
  async function addressesOf(keys: readonly CacheKey[]): Promise<(string | null)[]> {
    const present = await generations.read([...new Set([EVERYTHING, ...keys.flatMap(({ tags }) => tags)])]);
    return keys.map(({ key, tags }) => {
      const parts = [EVERYTHING, ...tags].map((name) => present.get(name) ?? null);
      return parts.includes(null) ? null : `${key}@${parts.join('.')}`;
    });
  }

  function startFlights<T>(
    missing: readonly { key: CacheKey; address: string | null }[],
    load: Load<T>,
    waiter: Deadline | undefined,
  ): Promise<ReadResult<T>>[] {
    const startedAt = now();
    const flight = new Flight();
    flight.join(waiter);
    const forget = (address: string) => {
      if (flights.get(address)?.flight === flight) flights.delete(address);
    };
    const loading = load(
      missing.map(({ key }) => key),
      flight,
    ).catch((error: unknown) => missing.map(() => ({ error })));
    const started = missing.map(({ address }, index) => {
      const result = loading.then(async (results): Promise<ReadResult<T>> => {
        const loaded = await (results[index] ?? { error: new Error('a load returned too few results') });
        try {
          const lifeMs = 'value' in loaded ? Math.floor(lifeOf(loaded) - (now() - (loaded.loadedAt ?? startedAt))) : 0;
          if (address !== null && 'value' in loaded && lifeMs > 0)
            await values.set(address, { value: loaded.value }, lifeMs);
        } finally {
          if (address !== null) forget(address);
        }
        return loaded;
      });
      if (address !== null) flights.set(address, { flight, result });
      return result;
    });
    // What is given up fails a moment later; whoever comes in between must not share that.
    const giveUp = () => {
      for (const { address } of missing) if (address !== null) forget(address);
    };
    if (flight.signal.aborted) giveUp();
    else flight.signal.addEventListener('abort', giveUp, { once: true });
    void Promise.allSettled(started).then(() => flight.land());
    return started;
  }

  return {
    async readMany<T>(
      keys: readonly CacheKey[],
      load: Load<T>,
      { onRead, deadline, isOnlyToKeep = false }: ReadTerms = {},
    ): Promise<ReadResult<T>[]> {
      const late = (error: unknown): ReadResult<T> => ({ error });
      // Made for this reader alone: others who pass by share a load, and must not be given this.
      const notKept = (): ReadResult<T> => ({ error: new Error('it would not be kept') });
      if (keys.length === 0) return [];
      if (ttlMs === 0 && isOnlyToKeep) return keys.map(notKept);
      if (ttlMs === 0) return settleWithin(await load(keys, deadline), deadline, late);
      const addresses = await addressesOf(keys);
      const reachable = addresses.filter((address) => address !== null);
      const stored = await values.getMany<T>(reachable);
      const hits = new Map<string, StoredValue<T> | undefined>(
        reachable.map((address, index) => [address, stored[index]]),
      );

      const results: (ReadResult<T> | Promise<ReadResult<T>> | undefined)[] = [];
      const missing: { key: CacheKey; address: string | null; index: number }[] = [];
      keys.forEach((key, index) => {
        const address = addresses[index] ?? null;
        const hit = address === null ? undefined : hits.get(address);
        const joined = hit || address === null ? undefined : flights.get(address);
        joined?.flight.join(deadline);
        results[index] = hit ? { value: hit.value } : (joined?.result as Promise<ReadResult<T>> | undefined);
        if (address === null && isOnlyToKeep) results[index] = notKept();
        else if (!hit && !joined) missing.push({ key, address, index });
        const result: CacheResult = hit ? 'hit' : joined ? 'joined' : address === null ? 'passed' : 'miss';
        metrics.cacheReads.inc({ resource: key.resource, result });
        onRead?.(key, result);
      });
      const [only] = missing;
      if (only && only.address === null && keys.length === 1) {
        // A batch of several is planned as a whole and so not shared; what matters most, a long list, is always alone.
        const passing = passes.run(
          only.key.key,
          (waiters) => startFlights([only], load, waiters)[0] as Promise<ReadResult<T>>,
          deadline,
        );
        return settleWithin([passing as Promise<ReadResult<T>>], deadline, late);
      }
      if (missing.length > 0) {
        const started = startFlights(missing, load, deadline);
        missing.forEach(({ index }, position) => {
          results[index] = started[position];
        });
      }
      return settleWithin(results as (ReadResult<T> | Promise<ReadResult<T>>)[], deadline, late);
    },

    async peek<T>(key: CacheKey): Promise<T | undefined> {
      if (ttlMs === 0) return undefined;
      const [address] = await addressesOf([key]);
      if (!address) return undefined;
      const [stored] = await values.getMany<T>([address]);
      return stored?.value;
    },

    async announce(tags) {
      if (ttlMs > 0) await generations.announce(tags);
    },

    async invalidate(tags) {
      if (ttlMs === 0 || tags.length === 0) return true;
      const isAcknowledged = await generations.renew(tags);
      metrics.cacheInvalidations.inc(tags.length);
      return isAcknowledged;
    },
  };
}
