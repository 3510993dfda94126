import { createLocalBus } from '../../src/events/bus/event-bus.js';
import type { LiveEntity } from '../../src/events/live/live-entity.js';
import { createLiveHub } from '../../src/events/live/live-hub.js';
import { createCascades } from '../../src/events/webhooks/cascades.js';
import { createDeliveryLimit } from '../../src/events/webhooks/delivery-limit.js';
import { createLocalSeenEvents } from '../../src/events/webhooks/seen-events.js';
import { createWebhookReceiver } from '../../src/events/webhooks/webhook-receiver.js';
import { createLiveMetrics } from '../../src/observability/live-metrics.js';
import { createLogger } from '../../src/observability/logger.js';
import { createMetrics } from '../../src/observability/metrics.js';
import { createLocalCache } from '../datasources/cache/local-cache.js';
import { aCardState, createFakeApi } from './live/fake-api.js';

/** A change of a card at the API, or something that only looks like one. */
export interface PlannedDelivery {
  body: Record<string, unknown>;
  /** Of a change: the version that the API has reached when it is sent. Null for forgeries. */
  version: number | null;
}

const CARD = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const STRANGER = (index: number) => `ffffffff-0000-4000-8000-${String(index).padStart(12, '0')}`;
/** The states of a card in the order in which it has them; every card ends TERMINATED. */
const statusOf = (version: number, last: number) =>
  version === last ? 'TERMINATED' : version % 2 === 0 ? 'INACTIVE' : 'ACTIVE';

export interface DeliveryPlan {
  cards: number;
  changes: number;
  duplicateRate: number;
  staleRate: number;
  forgedRate: number;
  random: () => number;
}

/**
 * Deliveries of cards that change, shuffled: each change once, some twice, some content that is long outdated under a fresh
 * event ID, some forged: of cards that do not exist, or telling of states that a card never had.
 */
export function planDeliveries(plan: DeliveryPlan): {
  deliveries: PlannedDelivery[];
  ids: string[];
  lastVersion: number;
} {
  const { cards, changes, duplicateRate, staleRate, forgedRate, random } = plan;
  const lastVersion = Math.ceil(changes / cards);
  const deliveries: PlannedDelivery[] = [];
  let events = 0;
  const bodyOf = (id: string, version: number, changesOf = {}) => ({
    webhookType: 'card.updated',
    eventId: `event-number-${events++}`,
    ...aCardState(id, version, statusOf(version, lastVersion)),
    ...changesOf,
  });
  for (let version = 1; version <= lastVersion; version += 1) {
    for (let index = 0; index < cards; index += 1) {
      const delivery = { body: bodyOf(CARD(index), version), version };
      deliveries.push(delivery);
      if (random() < duplicateRate) deliveries.push(delivery);
      if (random() < staleRate) deliveries.push({ body: bodyOf(CARD(index), 1), version });
      if (random() >= forgedRate) continue;
      const forged =
        random() < 0.5
          ? bodyOf(STRANGER(index), version)
          : bodyOf(CARD(index), version + 9_999_999, { status: 'ACTIVE', maskedPan: 'forged' });
      deliveries.push({ body: forged, version: null });
    }
  }
  for (let last = deliveries.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [deliveries[last], deliveries[other]] = [deliveries[other], deliveries[last]] as [PlannedDelivery, PlannedDelivery];
  }
  return { deliveries, ids: Array.from({ length: cards }, (_, index) => CARD(index)), lastVersion };
}

/** A receiver, a cache, a hub and an API, with a subscriber to every card and a reader of the cache who never rests. */
export function createReceivingNode() {
  const { cache } = createLocalCache();
  const api = createFakeApi(cache);
  const registry = createMetrics().registry;
  const metrics = createLiveMetrics(registry);
  const logger = createLogger({ level: 'silent' });
  const hub = createLiveHub({ bus: createLocalBus(), reads: api.reads, metrics, logger, queueCapacity: 100_000 });
  const receiver = createWebhookReceiver({
    cache,
    seen: createLocalSeenEvents(),
    limit: createDeliveryLimit({ perSecond: 1e6, burst: 1e6 }),
    signatures: null,
    onChanges: hub.changed,
    cascades: createCascades({ cache, reads: api.reads, onChanges: hub.changed, logger }),
    metrics,
    logger,
  });
  const seen = new Map<string, LiveEntity[]>();
  void (async () => {
    for await (const state of hub.watch({ kind: 'card' })) seen.set(state.id, [...(seen.get(state.id) ?? []), state]);
  })();
  return {
    api,
    cache,
    hub,
    metrics,
    seen,
    /** The API goes on to a state, as far as it is not there already. */
    advance(id: string, version: number, lastVersion: number) {
      const reached = Number(Date.parse(api.cards.get(id)?.updatedAt ?? '1970-01-01T00:00:00Z'));
      const next = aCardState(id, version, statusOf(version, lastVersion));
      if (Date.parse(next.updatedAt ?? '') > reached) api.cards.set(id, next);
    },
    deliver: (body: unknown) =>
      receiver.receive({ method: 'POST', target: '/', rawHeaders: [], body: Buffer.from(JSON.stringify(body)) }),
    finalState: (id: string, lastVersion: number) => aCardState(id, lastVersion, statusOf(lastVersion, lastVersion)),
    async resultCounts() {
      const values = (await metrics.webhookDeliveries.get()).values;
      return Object.fromEntries(values.map(({ labels, value }) => [labels.result, value]));
    },
  };
}
