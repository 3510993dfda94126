import { tag } from '../../../src/datasources/cache/cache-tags.js';
import type { EntityKind } from '../../../src/datasources/cache/changed-entities.js';
import type { EntityCache } from '../../../src/datasources/cache/entity-cache.js';
import type { LiveEntity, LiveReads } from '../../../src/events/live/live-entity.js';

/** A card as the API keeps it. `version` counts its changes and makes its instant. */
export const aCardState = (id: string, version: number, status = 'ACTIVE'): LiveEntity =>
  Object.freeze({ id, accountId: `account-of-${id}`, status, updatedAt: instantOf(version) });

export const instantOf = (version: number) => new Date(Date.UTC(2026, 10, 21) + version * 1_000).toISOString();

/** Cards that change, read through a cache; owners are made of account IDs. Counts what reached it. */
export function createFakeApi(cache?: EntityCache) {
  const cards = new Map<string, LiveEntity>();
  const calls: string[] = [];
  const api = { isAway: false };

  async function load(kind: EntityKind, id: string): Promise<LiveEntity | null> {
    calls.push(`${kind} ${id}`);
    if (api.isAway) throw new Error('the API is away');
    const state = kind === 'card' ? (cards.get(id) ?? null) : null;
    // On its way back anything may overtake it.
    await new Promise((resolve) => setImmediate(resolve));
    return state;
  }

  const reads: LiveReads = {
    async read(kind, id) {
      if (!cache) return load(kind, id);
      const key = { key: `${kind}:${id}`, tags: [tag.card(id)], resource: kind };
      const [result] = await cache.readMany<LiveEntity | null>([key], async () => [{ value: await load(kind, id) }]);
      if (!result || 'error' in result) throw result?.error ?? new Error('no result');
      return result.value;
    },
    async ownerOf(_kind, { accountId }) {
      calls.push(`owner ${accountId}`);
      return accountId ? accountId.replace('account-of-', 'owner-of-') : null;
    },
    async list({ kind, accountId }) {
      if (api.isAway) throw new Error('the API is away');
      if (kind !== 'card') return null;
      calls.push(`list ${accountId ?? 'all'}`);
      return [...cards.values()].filter((card) => accountId === undefined || card.accountId === accountId);
    },
  };
  return Object.assign(api, { cards, calls, reads });
}
