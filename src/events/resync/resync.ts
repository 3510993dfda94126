import type { EntityCache } from '../../datasources/cache/entity-cache.js';
import type { UpstreamClient } from '../../datasources/http/upstream-client.js';
import { WireFormatError } from '../../datasources/wire/decode.js';
import type { Logger } from '../../observability/logger.js';
import { type DatedEntity, hasChangedSince, LISTED_KINDS, type ListedKind, tagsOfChanged } from './listed-kinds.js';

export interface ResyncOptions {
  client: UpstreamClient;
  cache: Pick<EntityCache, 'invalidate'>;
  /** Told what was invalidated, once that is acknowledged, so that subscribers hear of it. */
  onInvalidated: (tags: readonly string[]) => void;
  logger: Logger;
}

/** What one kind of entity came to. */
export interface ResyncedKind {
  /** `customer`, `account`, `card`. */
  kind: string;
  /** Entities in the list. */
  listed: number;
  /** Those of them that have changed since. */
  changed: number;
}

export interface Resync {
  /**
   * Reads the lists of the API and makes whatever is cached of the entities that have changed since that moment unreachable.
   * What one kind fails with does not keep the others from it.
   * @throws {ResyncError} when not all of it could be done; it may be repeated
   */
  run(request: { since: Date; signal?: AbortSignal }): Promise<readonly ResyncedKind[]>;
}

/** Part of it was not done. The message names no entity. */
export class ResyncError extends Error {
  override readonly name = 'ResyncError';
  constructor(
    readonly kinds: readonly string[],
    cause: unknown,
  ) {
    super(`not all of ${kinds.join(', ')} could be compared or invalidated`, { cause });
  }
}

/** How far our clock and that of the API may differ; signatures would be refused long before. */
export const CLOCK_MARGIN_MS = 60_000;

interface Reading {
  listed: number;
  changed: DatedEntity[];
  unreadable: number;
}

/**
 * Finds out what no webhook has told of. It need not know what is cached where: a cached value is at most as old as the
 * cache lets it become, so only what has changed since that long ago can be cached as it was before.
 */
export function createResync({ client, cache, onInvalidated, logger }: ResyncOptions): Resync {
  async function read({ resource }: ListedKind, since: Date): Promise<Reading> {
    // Called anew for each try, so nothing is done about what it finds before it has found everything.
    const readItems = async (groups: AsyncIterable<unknown[]>): Promise<Reading> => {
      const reading: Reading = { listed: 0, changed: [], unreadable: 0 };
      for await (const group of groups) {
        for (const item of group) {
          reading.listed += 1;
          const entity = decode(resource, item);
          if (entity === null) reading.unreadable += 1;
          else if (hasChangedSince(entity, since)) reading.changed.push(entity);
        }
      }
      return reading;
    };
    return (await client.call({ method: 'GET', route: resource.listRoute, readItems })).body as Reading;
  }

  async function resyncKind(kind: ListedKind, since: Date, signal: AbortSignal | undefined): Promise<ResyncedKind> {
    const { name: label } = kind.resource;
    const { listed, changed, unreadable } = await read(kind, since);
    signal?.throwIfAborted();
    const tags = tagsOfChanged(kind, changed);
    if (tags.length > 0) {
      if (!(await cache.invalidate(tags))) throw new Error('the shared store has not acknowledged the invalidation');
      onInvalidated(tags);
    }
    if (unreadable > 0)
      logger.warn({ resource: label, unreadable }, 'entities in a list could not be read and are left out');
    return { kind: label, listed, changed: changed.length };
  }

  return {
    async run({ since, signal }) {
      const from = new Date(since.getTime() - CLOCK_MARGIN_MS);
      const done: ResyncedKind[] = [];
      const failed: { kind: string; error: unknown }[] = [];
      for (const kind of LISTED_KINDS) {
        signal?.throwIfAborted();
        try {
          done.push(await resyncKind(kind, from, signal));
        } catch (error) {
          failed.push({ kind: kind.resource.name, error });
        }
      }
      const [first] = failed;
      if (first)
        throw new ResyncError(
          failed.map(({ kind }) => kind),
          first.error,
        );
      return done;
    },
  };
}

function decode({ decode }: ListedKind['resource'], item: unknown): DatedEntity | null {
  try {
    return decode(item, () => {});
  } catch (error) {
    if (error instanceof WireFormatError) return null;
    throw error;
  }
}
