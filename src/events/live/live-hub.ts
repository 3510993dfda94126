import type { Changes, EntityKind, EntityRef } from '../../datasources/cache/changed-entities.js';
import type { LiveMetrics } from '../../observability/live-metrics.js';
import type { Logger } from '../../observability/logger.js';
import { sortInstantOf } from '../../schema/pagination/sort-key.js';
import type { EventBus } from '../bus/event-bus.js';
import { ChangeReads } from './change-reads.js';
import { LatestQueue } from './latest-queue.js';
import type { LiveEntity, LiveReads, Selection } from './live-entity.js';
import { LiveIndex, type Watcher } from './live-index.js';
import { LiveNews } from './live-news.js';
import { Resynchronisation } from './resynchronisation.js';

export interface LiveHub {
  /** Tells subscribers here and on every other node what has changed. To be called once that is invalidated. */
  changed(changes: Changes): void;
  /**
   * The states of what is selected, from now on, as they change; the latest of each for a reader that is slow. Ends when
   * the reader ends it, is so slow that too many entities wait, or the hub closes.
   */
  watch(selection: Selection): AsyncIterableIterator<LiveEntity>;
  close(): void;
}

export interface LiveHubOptions {
  bus: EventBus;
  reads: LiveReads;
  metrics: LiveMetrics;
  logger: Logger;
  /** Entities that may wait for one reader. */
  queueCapacity?: number;
  /** Shortest time from one resynchronisation to the next. */
  resyncPauseMs?: number;
  /** Clock that `updatedAt` is compared with. */
  now?: () => number;
}

interface Subscriber extends Watcher {
  queue: LatestQueue<LiveEntity>;
}

const QUEUE_CAPACITY = 256;
/** How far the clock of the API may be behind ours. */
const CLOCK_MARGIN_MS = 60_000;

/**
 * Brings changes to those who watch. Each entity is read once for all of them, through the cache; what it holds comes from
 * the API, never from a webhook or another node (docs/adr/0019).
 */
export function createLiveHub(options: LiveHubOptions): LiveHub {
  const { bus, reads, metrics, logger, queueCapacity = QUEUE_CAPACITY, resyncPauseMs, now = Date.now } = options;
  const index = new LiveIndex<Subscriber>();
  const news = new LiveNews();

  function count(kind: EntityKind, result: string): void {
    metrics.events.inc({ kind, result });
  }

  async function publish(kind: EntityKind, entity: LiveEntity): Promise<void> {
    // Before the state is noted as known: when the owner cannot be read, it is still to be told.
    const owner = index.asksForOwner(kind) ? await reads.ownerOf(kind, entity) : null;
    const verdict = news.take(kind, entity);
    count(kind, verdict === 'news' ? 'published' : verdict);
    if (verdict !== 'news') return;
    for (const { queue } of [...index.matching(kind, entity, owner)]) queue.push(entity);
  }

  const changeReads = new ChangeReads({
    async deliver({ kind, id }) {
      if (!index.mayWant(kind, id)) return;
      const entity = await reads.read(kind, id);
      if (entity === null) count(kind, 'absent');
      else await publish(kind, entity);
    },
    onGivenUp({ kind }, err) {
      count(kind, 'failed');
      logger.warn({ resource: kind, err }, 'an entity that has changed could not be read for its subscribers');
    },
    onOverflow: () => resync.request('overflow', now() - CLOCK_MARGIN_MS),
  });

  const resync = new Resynchronisation({
    reads,
    watchers: () => index.watchers(),
    knownIds: (kind) => news.idsOf(kind),
    ...(resyncPauseMs !== undefined && { pauseMs: resyncPauseMs }),
    onStart: (reason) => metrics.resyncs.inc({ reason }),
    onFailure: (kind, err) => logger.warn({ resource: kind, err }, 'present states could not be read for subscribers'),
    async offer(kind, entity, sinceMs) {
      // What nobody was told of and has not changed since is no news to anyone.
      const since = sortInstantOf({ createdAt: new Date(sinceMs - CLOCK_MARGIN_MS).toISOString() });
      const isOld = sortInstantOf({ createdAt: entity.updatedAt ?? entity.createdAt ?? null }) < since;
      if (isOld && !news.isKnown({ kind, id: entity.id })) return;
      await publish(kind, entity);
    },
  });

  function dispatch(changes: Changes): void {
    if (changes === 'everything') resync.request('unknown-changes', now());
    else for (const change of changes) addIfWanted(change);
  }
  function addIfWanted(change: EntityRef): void {
    if (index.mayWant(change.kind, change.id)) changeReads.add(change);
  }
  bus.onChanges(dispatch);
  bus.onGap(({ reason, sinceMs }) => resync.request(reason, sinceMs));

  return {
    changed(changes) {
      dispatch(changes);
      bus.publish(changes);
    },
    watch(selection) {
      const queue = new LatestQueue<LiveEntity>({
        keyOf: ({ id }) => id,
        capacity: queueCapacity,
        onPush: (result) => result !== 'queued' && metrics.deliveries.inc({ result }),
        onEnd() {
          index.remove(subscriber);
          metrics.subscribers.dec({ kind: selection.kind });
        },
      });
      const subscriber: Subscriber = { selection, queue };
      index.add(subscriber);
      metrics.subscribers.inc({ kind: selection.kind });
      return queue;
    },
    close() {
      changeReads.close();
      resync.close();
      for (const { queue } of [...index.watchers()]) queue.end();
    },
  };
}
