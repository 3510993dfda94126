import type { KeyObject } from 'node:crypto';
import { changesOfTags } from '../datasources/cache/changed-entities.js';
import type { EntityCache } from '../datasources/cache/entity-cache.js';
import { type ProgrammeIdentity, programmeScope } from '../datasources/cache/programme-scope.js';
import { createRedisConnection } from '../datasources/cache/redis-connection.js';
import type { LiveMetrics } from '../observability/live-metrics.js';
import type { Logger } from '../observability/logger.js';
import { createLocalBus } from './bus/event-bus.js';
import { createRedisBus } from './bus/redis-bus.js';
import type { LiveReads } from './live/live-entity.js';
import { createLiveFeed, type LiveFeed, type LiveFeedOptions } from './live/live-feed.js';
import { createLiveHub } from './live/live-hub.js';
import { createCascades } from './webhooks/cascades.js';
import { createDeliveryLimit } from './webhooks/delivery-limit.js';
import { createDeliverySignatureCheck, type DeliverySignaturePolicy } from './webhooks/delivery-signature.js';
import { createLocalSeenEvents, createSharedSeenEvents } from './webhooks/seen-events.js';
import { createWebhookReceiver, type WebhookReceiver } from './webhooks/webhook-receiver.js';

/** How deliveries of webhooks are received. */
export interface WebhookOptions {
  /** Last part of the path. */
  secret: string;
  /** Null: signatures of deliveries are not looked at. */
  signatures: { policy: DeliverySignaturePolicy; key: KeyObject; keyId: string } | null;
  /** Deliveries that one node takes. */
  limit: { perSecond: number; burst: number };
}

export interface EventsOptions {
  cache: EntityCache;
  reads: LiveReads;
  /** Null: a single node. */
  redisUrl: string | null;
  programme: ProgrammeIdentity;
  /** Null: nothing is received. */
  webhooks: WebhookOptions | null;
  metrics: LiveMetrics;
  logger: Logger;
  now: () => Date;
}

export interface Events {
  receiver: WebhookReceiver | null;
  /** Live updates for one caller, who is shown what `isVisible` lets through. */
  openLive(isVisible: LiveFeedOptions['isVisible']): LiveFeed;
  /** To be told of what a mutation has invalidated. */
  onInvalidated(tags: readonly string[]): void;
  close(): Promise<void>;
}

/** Puts together how this node hears of changes, from webhooks, its own mutations and other nodes, and whom it tells. */
export function createEvents(options: EventsOptions): Events {
  const { cache, reads, redisUrl, programme, webhooks, metrics, logger, now } = options;
  const redis = redisUrl && createRedisConnection({ url: redisUrl, scope: programmeScope(programme), logger });
  const bus = redisUrl && redis ? createRedisBus({ url: redisUrl, redis, logger }) : createLocalBus();
  const hub = createLiveHub({ bus, reads, metrics, logger });
  const cascades = createCascades({ cache, reads, onChanges: hub.changed, logger });
  const receiver =
    webhooks &&
    createWebhookReceiver({
      cache,
      seen: redis ? createSharedSeenEvents(redis) : createLocalSeenEvents(),
      limit: createDeliveryLimit(webhooks.limit),
      signatures: webhooks.signatures && createDeliverySignatureCheck({ ...webhooks.signatures, now }),
      onChanges: hub.changed,
      cascades,
      metrics,
      logger,
    });
  return {
    receiver,
    openLive: (isVisible) => createLiveFeed({ hub, isVisible, metrics }),
    onInvalidated: (tags) => hub.changed(changesOfTags(tags)),
    async close() {
      cascades.close();
      hub.close();
      await bus.close();
      if (redis) await redis.close();
    },
  };
}
