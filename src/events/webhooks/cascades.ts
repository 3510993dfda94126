import { tag } from '../../datasources/cache/cache-tags.js';
import type { Changes, EntityRef } from '../../datasources/cache/changed-entities.js';
import type { EntityCache } from '../../datasources/cache/entity-cache.js';
import type { Logger } from '../../observability/logger.js';
import { ChangeReads } from '../live/change-reads.js';
import type { LiveReads } from '../live/live-entity.js';

/** Makes what changes along with an entity unreachable too, when only the entity itself was reported. */
export interface Cascades {
  /** Returns at once. To be called when the entity, and the list of what is below it, have been invalidated. */
  follow(change: EntityRef): void;
  close(): void;
}

export interface CascadesOptions {
  cache: Pick<EntityCache, 'invalidate'>;
  reads: Pick<LiveReads, 'list'>;
  /** Told once what is cached of them is unreachable. */
  onChanges: (changes: Changes) => void;
  logger: Logger;
  retryDelaysMs?: readonly number[];
}

/** Few: callers' own reads come first. */
const MAX_PARALLEL = 4;

/**
 * A customer takes its accounts along, and an account its cards. Whether the API reports those as well is not documented
 * (docs/adr/0019), and a cached card does not tell the cache whose it is; so the list below is read. Many reports of one
 * entity that come together cost one read.
 */
export function createCascades({ cache, reads, onChanges, logger, retryDelaysMs }: CascadesOptions): Cascades {
  async function invalidate(tags: readonly string[], changes: readonly EntityRef[]): Promise<void> {
    if (changes.length === 0) return;
    const isAcknowledged = await cache.invalidate(tags);
    onChanges(changes);
    if (!isAcknowledged) throw new Error('the shared store has not acknowledged the invalidation');
  }

  const steps = new ChangeReads({
    maxParallel: MAX_PARALLEL,
    ...(retryDelaysMs && { retryDelaysMs }),
    async deliver({ kind, id }) {
      if (kind === 'customer') {
        const accounts = (await reads.list({ kind: 'account', customerId: id })) ?? [];
        const ids = accounts.map((account) => account.id);
        const tags = [tag.accounts, ...ids.map(tag.accountCards), ...ids.map(tag.account)];
        await invalidate(
          tags,
          ids.map((below) => ({ kind: 'account', id: below })),
        );
        for (const below of ids) steps.add({ kind: 'account', id: below });
      }
      if (kind === 'account') {
        const cards = (await reads.list({ kind: 'card', accountId: id })) ?? [];
        await invalidate(
          [tag.cards, ...cards.map((card) => tag.card(card.id))],
          cards.map((card) => ({ kind: 'card', id: card.id })),
        );
      }
    },
    onGivenUp: ({ kind }, err) => logger.warn({ resource: kind, err }, 'what changed along with it may show late'),
    onOverflow: () => logger.warn('too many changes at once: what changed along with them may show late'),
  });

  return {
    follow(change) {
      if (change.kind === 'customer' || change.kind === 'account') steps.add(change);
    },
    close: () => steps.close(),
  };
}
