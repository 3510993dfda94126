import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import type { CacheKey, CacheReadListener, EntityCache, ReadResult } from '../cache/entity-cache.js';
import type { UpstreamClient } from '../http/upstream-client.js';
import { UpstreamFailure } from '../http/upstream-failure.js';
import type { UnknownValueListener } from '../wire/decode.js';
import { type ApiReader, createApiReader, type Entity } from './api-reader.js';
import { ObservedCosts, planBatch, worthwhileListSize } from './batch-plan.js';
import { eachAtMost } from './each-at-most.js';
import { EntityList, type ListedEntity } from './entity-list.js';
import type { ReadTrace } from './read-trace.js';
import type { ChildList, ListedResource, Resource } from './resource.js';

export interface ReadOptions {
  /** Whether a batch may be answered with a list of the whole programme. Not for a caller limited to one customer. */
  mayList: boolean;
  trace?: ReadTrace | undefined;
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
  readList<T extends ListedEntity>(resource: ListedResource<T>, trace?: ReadTrace): Promise<EntityList<T>>;
}

export interface ResourceReaderOptions {
  client: UpstreamClient;
  cache: EntityCache;
  metrics: Metrics;
  logger: Logger;
  onUnknownValue: UnknownValueListener;
  /** For measurements: another way to decide between single reads and a list. */
  plan?: typeof planBatch;
}

/** Single reads of one batch that are under way at a time. */
const MAX_PARALLEL_READS = 32;
/** Entities about to change by themselves are not taken from a list that is older. */
const BRIEF_MS = 2_000;

function isTooLarge(error: unknown): boolean {
  return error instanceof UpstreamFailure && error.kind === 'too-large';
}

function isListed<T extends Entity>(resource: Resource<T>): resource is Resource<T> & ListedResource<T & ListedEntity> {
  return 'listRoute' in resource;
}

const listKeyOf = ({ listTag }: { listTag: string }): CacheKey => ({
  key: `list:${listTag}`,
  tags: [listTag],
  resource: listTag,
});

const listenerOf = (trace: ReadTrace | undefined): CacheReadListener | undefined =>
  trace && (({ tags }, result) => trace.cacheRead({ tag: tags[0] ?? '', result }));

export function createResourceReader(options: ResourceReaderOptions): ResourceReader {
  const { cache, metrics, logger, plan = planBatch } = options;
  const api = createApiReader(options);
  const observed = new ObservedCosts();
  const listSizes = new Map<string, number>();
  /** When the lists that this process has read were read; those of other nodes have an age that is not known. */
  const loadTimes = new WeakMap<object, number>();

  async function loadList<T extends ListedEntity>(
    resource: ListedResource<T>,
    maxEntities: number,
    trace: ReadTrace | undefined,
  ): Promise<EntityList<T>> {
    const startedAt = performance.now();
    const { listTag } = resource;
    try {
      const list = await api.loadList(resource, { maxEntities, trace });
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
    trace?: ReadTrace,
    maxEntities = Number.POSITIVE_INFINITY,
  ): Promise<EntityList<T>> {
    for (;;) {
      let isOwnLoad = false;
      const load = async () => {
        isOwnLoad = true;
        return [{ value: await loadList(resource, maxEntities, trace) }];
      };
      const [result] = await cache.readMany<EntityList<T>>([listKeyOf(resource)], load, listenerOf(trace));
      if (result && 'value' in result) return result.value;
      const error = result?.error;
      // Somebody else's load, which was not worth more to them than this one is to us.
      if (!isOwnLoad && isTooLarge(error)) continue;
      throw error;
    }
  }

  /** What is known of the size of a list: its own, else that of the longest list read so far. */
  function knownSizeOf(listTag: string): number | null {
    return listSizes.get(listTag) ?? (listSizes.size > 0 ? Math.max(...listSizes.values()) : null);
  }

  /** The whole list, if the batch is worth it or if it is at hand; null for single reads. */
  async function listFor<T extends ListedEntity>(
    resource: ListedResource<T> | undefined,
    batch: { name: string; size: number },
    { mayList, trace }: ReadOptions,
  ): Promise<EntityList<T> | null> {
    if (!resource) return null;
    const known = await cache.peek<EntityList<T>>(listKeyOf(resource));
    if (known) return known;
    const { name, size } = batch;
    const { costs } = observed;
    const listSize = knownSizeOf(resource.listTag);
    const choice = plan({ size, listSize, mayList, costs });
    metrics.batchPlans.inc({ resource: name, choice });
    logger.debug({ resource: name, size, listSize, choice, ...costs }, 'batch planned');
    trace?.batch({ resource: name, size, listSize, choice });
    if (choice === 'single') return null;
    try {
      // A list that turns out longer than was thought is given up before it costs more than what it saves.
      return await readList(resource, trace, worthwhileListSize(size, costs) * 2);
    } catch (error) {
      // The single reads may still succeed, and each fails by itself if not.
      if (error instanceof UpstreamFailure) return null;
      throw error;
    }
  }

  function isSettled<T extends Entity>(resource: Resource<T>, entity: T | null): boolean {
    return entity === null || (resource.isSettled?.(entity) ?? true);
  }

  /** A value made from a list is as old as the list. */
  const ageOf = (list: object) => ({ loadedAt: loadTimes.get(list) ?? Number.NEGATIVE_INFINITY });
  const isRecent = (list: object) => performance.now() - ageOf(list).loadedAt < BRIEF_MS;

  async function settle<T>(read: Promise<T>, isValueSettled: (value: T) => boolean): Promise<ReadResult<T>> {
    return read.then(
      (value) => ({ value, isSettled: isValueSettled(value) }),
      (error: unknown) => ({ error }),
    );
  }

  /** Carries out the single reads of a batch, so many at a time, and learns from them what one costs. */
  async function readSingly<K, T>(
    keys: readonly K[],
    read: (key: K) => Promise<ReadResult<T>>,
  ): Promise<ReadResult<T>[]> {
    const startedAt = performance.now();
    const results = await eachAtMost(MAX_PARALLEL_READS, keys, read);
    if (results.every((result) => 'value' in result)) {
      observed.observeSingles({ size: keys.length, durationMs: performance.now() - startedAt });
    }
    return results;
  }

  /** Answers from the list where it can, and reads the rest one by one; results in the order of `ids`. */
  async function fromListOrSingly<T>(
    ids: readonly string[],
    fromList: (id: string) => ReadResult<T> | null,
    read: (id: string) => Promise<ReadResult<T>>,
  ): Promise<ReadResult<T>[]> {
    const listed = ids.map(fromList);
    const rest = ids.filter((_, index) => listed[index] === null);
    const singles = await readSingly(rest, read);
    return listed.map((result) => result ?? (singles.shift() as ReadResult<T>));
  }

  return {
    readFresh: api.readFresh,
    readChildrenFresh: api.readChildrenFresh,
    decodeAnswer: api.decodeAnswer,
    decodeCreated: api.decodeCreated,
    readList: (resource, trace) => readList(resource, trace),

    readMany<T extends Entity>(resource: Resource<T>, ids: readonly string[], readOptions: ReadOptions) {
      const { name } = resource;
      const { trace } = readOptions;
      const keys = ids.map((id) => ({ key: `${name}:${id}`, tags: [resource.tag(id)], resource: name, id }));
      const load = async (missing: readonly CacheKey[]) => {
        const missed = (missing as typeof keys).map(({ id }) => id);
        const whole = isListed(resource) ? resource : undefined;
        const list = await listFor(whole, { name, size: missed.length }, readOptions);
        const fromList = (id: string): ReadResult<T | null> | null => {
          // An ID that a list leaves out is asked for by itself: whether lists hold everything is not documented.
          const value = list?.get(id) as T | undefined;
          if (!list || !value) return null;
          if (isSettled(resource, value)) return { value, ...ageOf(list) };
          return isRecent(list) ? { value, isSettled: false, ...ageOf(list) } : null;
        };
        return fromListOrSingly(missed, fromList, (id) =>
          settle<T | null>(api.readFresh(resource, id, trace), (entity) => isSettled(resource, entity)),
        );
      };
      return cache.readMany<T | null>(keys, load, listenerOf(trace));
    },

    readChildren<T extends ListedEntity>(
      children: ChildList<T>,
      parentIds: readonly string[],
      readOptions: ReadOptions,
    ) {
      const { name, tag, whole, child, parentIdOf, isVolatile } = children;
      const { trace } = readOptions;
      const keys = parentIds.map((id) => ({ key: `${name}:${id}`, tags: [tag(id)], resource: name, id }));
      const isListSettled = ({ items }: EntityList<T>) => !isVolatile && items.every((item) => isSettled(child, item));
      const load = async (missing: readonly CacheKey[]) => {
        const missed = (missing as typeof keys).map(({ id }) => id);
        const list = await listFor(whole, { name, size: missed.length }, readOptions);
        await list?.prepareChildren(name, parentIdOf);
        const fromList = (id: string): ReadResult<EntityList<T>> | null => {
          if (!list) return null;
          const value = new EntityList(list.childrenOf(name, parentIdOf, id), { isSorted: true });
          if (isListSettled(value)) return { value, ...ageOf(list) };
          return isRecent(list) ? { value, isSettled: false, ...ageOf(list) } : null;
        };
        return fromListOrSingly(missed, fromList, (id) =>
          settle(api.readChildrenFresh(children, id, trace), isListSettled),
        );
      };
      return cache.readMany<EntityList<T>>(keys, load, listenerOf(trace));
    },
  };
}
