import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import type { EntityCache, Load, ReadResult } from '../cache/entity-cache.js';
import type { UpstreamClient } from '../http/upstream-client.js';
import type { UnknownValueListener } from '../wire/decode.js';
import { type ApiReader, createApiReader, type Entity } from './api-reader.js';
import { ObservedCosts, type planBatch } from './batch-plan.js';
import { startEach } from './each-at-most.js';
import { EntityList, type ListedEntity } from './entity-list.js';
import { createListReader, listenerOf } from './list-reader.js';
import type { ReadCause } from './read-trace.js';
import type { ChildList, ListedResource, Resource } from './resource.js';

export interface ReadOptions extends ReadCause {
  /** Whether a batch may be answered with a list of the whole programme. Not for a caller limited to one customer. */
  mayList: boolean;
}

/**
 * Reads entities and lists of the API through the cache. One for the process: callers differ only in what they may
 * cause (`ReadOptions`), never in what is cached. Authorization is the caller's business, after the read.
 */
export interface ResourceReader extends Omit<ApiReader, 'loadList'> {
  /** In the order of `ids`; null for an ID that the API does not know. */
  readMany<T extends Entity>(
    resource: Resource<T> | (Resource<T> & ListedResource<T & ListedEntity>),
    ids: readonly string[],
    options: ReadOptions,
  ): Promise<ReadResult<T | null>[]>;
  /** In the order of `parentIds`; empty for a parent that the API does not know. */
  readChildren<T extends ListedEntity>(
    children: ChildList<T>,
    parentIds: readonly string[],
    options: ReadOptions,
  ): Promise<ReadResult<EntityList<T>>[]>;
  /** Throws what the read failed with. */
  readList<T extends ListedEntity>(resource: ListedResource<T>, cause?: ReadCause): Promise<EntityList<T>>;
}

export interface ResourceReaderOptions {
  client: UpstreamClient;
  cache: EntityCache;
  metrics: Metrics;
  logger: Logger;
  onUnknownValue: UnknownValueListener;
  /** How long the cache keeps a list; 0, also the default: not at all. */
  listLifeMs?: number | undefined;
  /** For measurements: another way to decide between single reads and a list. */
  plan?: typeof planBatch;
}

/** Single reads of one batch that are under way at a time. */
const MAX_PARALLEL_READS = 32;

function isListed<T extends Entity>(resource: Resource<T>): resource is Resource<T> & ListedResource<T & ListedEntity> {
  return 'listRoute' in resource;
}

export function createResourceReader(options: ResourceReaderOptions): ResourceReader {
  const { cache, metrics, logger, listLifeMs, plan } = options;
  const api = createApiReader(options);
  const observed = new ObservedCosts();
  const lists = createListReader({ api, cache, observed, metrics, logger, listLifeMs, ...(plan && { plan }) });
  const { listFor, ageOf, isRecent } = lists;

  function isSettled<T extends Entity>(resource: Resource<T>, entity: T | null): boolean {
    return entity === null || (resource.isSettled?.(entity) ?? true);
  }

  async function settle<T>(read: Promise<T>, isValueSettled: (value: T) => boolean): Promise<ReadResult<T>> {
    return read.then(
      (value) => ({ value, isSettled: isValueSettled(value) }),
      (error: unknown) => ({ error }),
    );
  }

  /** Carries out the single reads of a batch, so many at a time, and learns from them what one costs. */
  function readSingly<K, T>(keys: readonly K[], read: (key: K) => Promise<ReadResult<T>>): Promise<ReadResult<T>>[] {
    const startedAt = performance.now();
    const reads = startEach(MAX_PARALLEL_READS, keys, read);
    void Promise.all(reads).then((results) => {
      if (!results.every((result) => 'value' in result)) return;
      observed.observeSingles({ size: keys.length, durationMs: performance.now() - startedAt });
    });
    return reads;
  }

  /** Answers from the list where it can, and reads the rest one by one; results in the order of `ids`. */
  function fromListOrSingly<T>(
    ids: readonly string[],
    fromList: (id: string) => ReadResult<T> | null,
    read: (id: string) => Promise<ReadResult<T>>,
  ): (ReadResult<T> | Promise<ReadResult<T>>)[] {
    const listed = ids.map(fromList);
    const rest = ids.filter((_, index) => listed[index] === null);
    const singles = readSingly(rest, read);
    return listed.map((result) => result ?? (singles.shift() as Promise<ReadResult<T>>));
  }

  return {
    readFresh: api.readFresh,
    readChildrenFresh: api.readChildrenFresh,
    decodeAnswer: api.decodeAnswer,
    decodeCreated: api.decodeCreated,
    readList: lists.readList,

    readMany<T extends Entity>(resource: Resource<T>, ids: readonly string[], readOptions: ReadOptions) {
      const { name } = resource;
      const { trace, deadline } = readOptions;
      const keys = ids.map((id) => ({ key: `${name}:${id}`, tags: [resource.tag(id)], resource: name, id }));
      const load: Load<T | null> = async (missing, waiters) => {
        const missed = (missing as typeof keys).map(({ id }) => id);
        const cause = { ...readOptions, deadline: waiters };
        const whole = isListed(resource) ? resource : undefined;
        const list = await listFor(whole, { name, size: missed.length }, cause);
        const fromList = (id: string): ReadResult<T | null> | null => {
          // An ID that a list leaves out is asked for by itself: whether lists hold everything is not documented.
          const value = list?.get(id) as T | undefined;
          if (!list || !value) return null;
          if (isSettled(resource, value)) return { value, ...ageOf(list) };
          return isRecent(list) ? { value, isSettled: false, ...ageOf(list) } : null;
        };
        return fromListOrSingly(missed, fromList, (id) =>
          settle<T | null>(api.readFresh(resource, id, cause), (entity) => isSettled(resource, entity)),
        );
      };
      return cache.readMany<T | null>(keys, load, { onRead: listenerOf(trace), deadline });
    },

    readChildren<T extends ListedEntity>(
      children: ChildList<T>,
      parentIds: readonly string[],
      readOptions: ReadOptions,
    ) {
      const { name, tag, whole, child, parentIdOf, isVolatile } = children;
      const { trace, deadline } = readOptions;
      const keys = parentIds.map((id) => ({ key: `${name}:${id}`, tags: [tag(id)], resource: name, id }));
      const isListSettled = ({ items }: EntityList<T>) => !isVolatile && items.every((item) => isSettled(child, item));
      const load: Load<EntityList<T>> = async (missing, waiters) => {
        const missed = (missing as typeof keys).map(({ id }) => id);
        const cause = { ...readOptions, deadline: waiters };
        const list = await listFor(whole, { name, size: missed.length }, cause);
        await list?.prepareChildren(name, parentIdOf);
        const fromList = (id: string): ReadResult<EntityList<T>> | null => {
          if (!list) return null;
          const value = new EntityList(list.childrenOf(name, parentIdOf, id), { isSorted: true });
          if (isListSettled(value)) return { value, ...ageOf(list) };
          return isRecent(list) ? { value, isSettled: false, ...ageOf(list) } : null;
        };
        return fromListOrSingly(missed, fromList, (id) =>
          settle(api.readChildrenFresh(children, id, cause), isListSettled),
        );
      };
      return cache.readMany<EntityList<T>>(keys, load, { onRead: listenerOf(trace), deadline });
    },
  };
}
