import type { Changes } from '../../datasources/cache/changed-entities.js';
import type { EntityCache } from '../../datasources/cache/entity-cache.js';
import type { LiveMetrics } from '../../observability/live-metrics.js';
import type { Logger } from '../../observability/logger.js';
import type { Cascades } from './cascades.js';
import { parseDelivery, tagsOfSubject } from './delivery.js';
import type { DeliveryLimit } from './delivery-limit.js';
import type { DeliveryRequest, DeliverySignatureCheck } from './delivery-signature.js';
import type { SeenEvents } from './seen-events.js';

/** What to answer. 2xx ends the matter for the API; anything else makes it deliver again, for up to 24 hours. */
export interface DeliveryAnswer {
  status: 204 | 400 | 401 | 429 | 503;
  retryAfterSeconds?: number;
}

export interface WebhookReceiver {
  /** Deals with one delivery whose path held the secret. Never throws for what is in it. */
  receive(request: DeliveryRequest): Promise<DeliveryAnswer>;
}

export interface WebhookReceiverOptions {
  cache: Pick<EntityCache, 'invalidate'>;
  seen: SeenEvents;
  limit: DeliveryLimit;
  /** Null: signatures are not looked at. */
  signatures: DeliverySignatureCheck | null;
  /** Told once what is cached of them is unreachable. */
  onChanges: (changes: Changes) => void;
  /** Sees to what changes along with an entity. */
  cascades: Pick<Cascades, 'follow'>;
  metrics: Pick<LiveMetrics, 'webhookDeliveries'>;
  logger: Logger;
}

const UNACKNOWLEDGED_RETRY_SECONDS = 5;

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * A delivery is a hint (docs/adr/0019): it names an entity, what is cached of that becomes unreachable, and the API tells
 * what is true. So a delivery that is late, doubled, out of order or invented changes nothing but costs a read.
 */
export function createWebhookReceiver(options: WebhookReceiverOptions): WebhookReceiver {
  const { cache, seen, limit, signatures, onChanges, cascades, metrics, logger } = options;

  return {
    async receive(request) {
      const answer = (type: string, result: string, status: DeliveryAnswer['status'], retryAfterSeconds?: number) => {
        metrics.webhookDeliveries.inc({ type, result });
        return { status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
      };

      const waitSeconds = limit.take();
      if (waitSeconds !== null) return answer('unread', 'limited', 429, waitSeconds);
      const fault = (await signatures?.findFault(request)) ?? null;
      if (fault !== null) return answer('unread', fault, 401);
      const delivery = parseDelivery(parseJson(request.body));
      if (delivery === null) {
        // Repeated by the API for a day: time enough to notice, should the form of its deliveries have changed.
        logger.warn('a webhook delivery could not be read');
        return answer('unread', 'malformed', 400);
      }
      const { eventId, subject } = delivery;
      if (subject === null) return answer('unknown', 'ignored', 204);
      const type = `${subject.kind}.updated`;
      if (eventId !== null && (await seen.has(eventId))) return answer(type, 'duplicate', 204);

      const isAcknowledged = await cache.invalidate(tagsOfSubject(subject));
      // Told even so: this node knows that it must not believe its cache, and the repetition will be no news.
      const change = { kind: subject.kind, id: subject.id };
      onChanges([change]);
      if (!isAcknowledged) return answer(type, 'unacknowledged', 503, UNACKNOWLEDGED_RETRY_SECONDS);
      cascades.follow(change);
      // Last, so that a delivery that failed is dealt with when it comes again.
      if (eventId !== null) await seen.add(eventId);
      return answer(type, 'accepted', 204);
    },
  };
}
