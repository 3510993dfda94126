import type { CacheKey } from '../../../src/datasources/cache/entity-cache.js';
import { fc } from '../../support/fast-check.js';
import { neverStale, type Pass, SlowStore, type System, type VersionedApi } from './history.js';
import { createLocalCache } from './local-cache.js';

const KEY: CacheKey = { key: 'card:a', tags: ['cards', 'card:a'], resource: 'card' };

function overEntityCache(api: VersionedApi, pass: Pass): System {
  const { cache } = createLocalCache({ valueStore: new SlowStore(pass), generationStore: new SlowStore(pass) });
  return {
    async read() {
      const [result] = await cache.readMany<number>([KEY], async () => [{ value: await api.get() }]);
      if (!result || 'error' in result) throw result?.error ?? new Error('no result');
      return result.value;
    },
    async write() {
      await cache.announce(['card:a']);
      const version = await api.change();
      await cache.invalidate(KEY.tags);
      return version;
    },
  };
}

/** What many caches do: look, load, store; and delete after a change. */
function overDeletingCache(api: VersionedApi, pass: Pass): System {
  const store = new SlowStore(pass);
  return {
    async read() {
      const stored: unknown = await store.get('card:a');
      if (typeof stored === 'number') return stored;
      const version = await api.get();
      await store.set('card:a', version);
      return version;
    },
    async write() {
      const version = await api.change();
      await store.delete('card:a');
      return version;
    },
  };
}

/** Generations, but everybody joins whatever load is under way. */
function overJoiningCache(api: VersionedApi, pass: Pass): System {
  const { read, write } = overEntityCache(api, pass);
  let flight: Promise<number> | undefined;
  return {
    write,
    read() {
      flight ??= read().finally(() => {
        flight = undefined;
      });
      return flight;
    },
  };
}

describe('reads and writes at the same time', () => {
  it('are never given what was there before a write that was answered', async () => {
    await fc.assert(neverStale(overEntityCache), { numRuns: 150 });
  });

  it.each([
    ['a cache that deletes after a change', overDeletingCache],
    ['a cache whose readers join any load', overJoiningCache],
  ])('%s is found out by the same test', async (_, createSystem) => {
    const { failed, errorInstance } = await fc.check(neverStale(createSystem), {
      numRuns: 2_000,
      endOnFailure: true,
      seed: 1,
    });
    expect(failed).toBe(true);
    expect(String(errorInstance)).toMatch(/read version \d+ after the answer to write \d+/);
  });
});
