import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import type { CacheKey, CacheReadListener, EntityCache, Load } from '../cache/entity-cache.js';
import { UpstreamFailure } from '../http/upstream-failure.js';
import type { ApiReader } from './api-reader.js';
import { type ObservedCosts, planBatch } from './batch-plan.js';
import type { EntityList, ListedEntity } from './entity-list.js';
import { ListLedger } from './list-ledger.js';
import type { ReadCause, ReadTrace } from './read-trace.js';
import type { ListedResource } from './resource.js';

/** Reads whole lists through the cache, and decides which batches are answered from one. One for the process. */
export interface ListReader {
  /** Throws what the read failed with. */
  readList<T extends ListedEntity>(resource: ListedResource<T>, cause?: ReadCause): Promise<EntityList<T>>;
  /** The whole list, if the batch is worth it or if it is at hand; null for single reads. */
  listFor<T extends ListedEntity>(
    resource: ListedResource<T> | undefined,
    batch: { name: string; size: number },
    options: { mayList: boolean } & ReadCause,
  ): Promise<EntityList<T> | null>;
  /** When the reading of a list began, for what is made from it: a value is as old as its list. */
  ageOf(list: object): { loadedAt: number };
  isRecent(list: object): boolean;
}

export interface ListReaderOptions {
  api: ApiReader;
  cache: EntityCache;
  observed: ObservedCosts;
  metrics: Metrics;
  logger: Logger;
  /** How long a list is kept; 0, also the default: not at all, so that none is read ahead. */
  listLifeMs?: number | undefined;
  plan?: typeof planBatch;
}

/** Entities about to change by themselves are not taken from a list that is older. */
const BRIEF_MS = 2_000;

function isTooLarge(error: unknown): boolean {
  return error instanceof UpstreamFailure && error.kind === 'too-large';
}

const listKeyOf = ({ listTag }: { listTag: string }): CacheKey => ({
  key: `list:${listTag}`,
  tags: [listTag],
  resource: listTag,
});

/** Tells the trace of a request, if it has one, how its reads of the cache went. */
export const listenerOf = (trace: ReadTrace | undefined): CacheReadListener | undefined =>
  trace && (({ tags }, result) => trace.cacheRead({ tag: tags[0] ?? '', result }));

export function createListReader(options: ListReaderOptions): ListReader {
  const { api, cache, observed, metrics, logger, listLifeMs = 0, plan = planBatch } = options;
  const listSizes = new Map<string, number>();
  const ledgers = new Map<string, ListLedger>();
  /** When the lists that this process has read were read; those of other nodes have an age that is not known. */
  const loadTimes = new WeakMap<object, number>();

  function ledgerOf(listTag: string): ListLedger {
    const ledger = ledgers.get(listTag) ?? new ListLedger(listLifeMs);
    ledgers.set(listTag, ledger);
    return ledger;
  }

  async function loadList<T extends ListedEntity>(
    resource: ListedResource<T>,
    maxEntities: number,
    cause: ReadCause,
  ): Promise<EntityList<T>> {
    const startedAt = performance.now();
    const { listTag } = resource;
    try {
      const list = await api.loadList(resource, { ...cause, maxEntities });
      listSizes.set(listTag, list.length);
      loadTimes.set(list, startedAt);
      observed.observeList({ entities: list.length, durationMs: performance.now() - startedAt });
      return list;
    } catch (error) {
      // How long it really is remains unknown: longer than it was worth, so it is not tried again soon.
      if (isTooLarge(error)) listSizes.set(listTag, Math.max(maxEntities * 2, listSizes.get(listTag) ?? 0));
      throw error;
    }
  }

  async function readList<T extends ListedEntity>(
    resource: ListedResource<T>,
    { trace, deadline }: ReadCause = {},
    maxEntities = Number.POSITIVE_INFINITY,
  ): Promise<EntityList<T>> {
    for (;;) {
      let isOwnLoad = false;
      const load: Load<EntityList<T>> = async (_missing, waiters) => {
        isOwnLoad = true;
        return [{ value: await loadList(resource, maxEntities, { trace, deadline: waiters }) }];
      };
      const terms = { onRead: listenerOf(trace), deadline };
      const [result] = await cache.readMany<EntityList<T>>([listKeyOf(resource)], load, terms);
      if (result && 'value' in result) return result.value;
      const error = result?.error;
      // Somebody else's load, which was not worth more to them than this one is to us.
      if (!isOwnLoad && isTooLarge(error)) continue;
      throw error;
    }
  }

  /** For what will be asked for next, so nobody waits for it and nobody hears of a failure; not if it would not be kept. */
  async function readAhead<T extends ListedEntity>(resource: ListedResource<T>, maxEntities: number): Promise<void> {
    const load: Load<EntityList<T>> = async (_missing, waiters) => [
      { value: await loadList(resource, maxEntities, { deadline: waiters }) },
    ];
    const [result] = await cache.readMany<EntityList<T>>([listKeyOf(resource)], load, { isOnlyToKeep: true });
    if (result && 'value' in result) {
      ledgerOf(resource.listTag).buy(observed.costs.singleMs + result.value.length * observed.costs.listEntityMs);
    }
  }

  /** What is known of the size of a list: its own, else that of the longest list read so far. */
  function knownSizeOf(listTag: string): number | null {
    return listSizes.get(listTag) ?? (listSizes.size > 0 ? Math.max(...listSizes.values()) : null);
  }

  const ageOf = (list: object) => ({ loadedAt: loadTimes.get(list) ?? Number.NEGATIVE_INFINITY });

  return {
    readList: (resource, cause) => readList(resource, cause),
    ageOf,
    isRecent: (list) => performance.now() - ageOf(list).loadedAt < BRIEF_MS,

    async listFor<T extends ListedEntity>(
      resource: ListedResource<T> | undefined,
      { name, size }: { name: string; size: number },
      { mayList, trace, deadline }: { mayList: boolean } & ReadCause,
    ) {
      if (!resource) return null;
      const { listTag } = resource;
      const ledger = ledgerOf(listTag);
      const { costs } = observed;
      const known = await cache.peek<EntityList<T>>(listKeyOf(resource));
      if (known) {
        ledger.earn(size * costs.singleMs);
        return known;
      }
      const now = performance.now();
      const listSize = knownSizeOf(listTag);
      const lately = listLifeMs > 0 ? ledger.lately(now) : null;
      const planned = plan({ size, listSize, mayList, lately, costs });
      const { choice } = planned;
      metrics.batchPlans.inc({ resource: name, choice });
      const spentMs = lately?.spentMs ?? 0;
      logger.debug({ resource: name, size, listSize, choice, spentMs, ...costs }, 'batch planned');
      trace?.batch({ resource: name, size, listSize, choice });
      if (planned.choice !== 'list') {
        if (mayList) ledger.spend(size * costs.singleMs, now);
        if (planned.choice === 'ahead') {
          ledger.buy();
          readAhead(resource, planned.maxEntities).catch((err: unknown) => {
            logger.warn({ err, resource: listTag }, 'a list was not read ahead');
          });
        }
        return null;
      }
      try {
        // A list that turns out longer than was thought is given up before it costs more than what it saves.
        const list = await readList(resource, { trace, deadline }, planned.maxEntities);
        ledger.buy();
        return list;
      } catch (error) {
        // The single reads may still succeed, and each fails by itself if not.
        if (error instanceof UpstreamFailure) return null;
        throw error;
      }
    },
  };
}
