import { Counter, Gauge, type Registry } from 'prom-client';

/** What webhooks and live updates count, beside `Metrics` and in the same registry. */
export interface LiveMetrics {
  /** `type` as `card.updated`, `unknown`, or `unread`; `result` is accepted, duplicate, ignored, malformed, limited, unsigned, bad-signature or unacknowledged. */
  readonly webhookDeliveries: Counter<'type' | 'result'>;
  readonly connections: Gauge<'transport'>;
  readonly subscribers: Gauge<'kind'>;
  /**
   * One for each entity that was read for subscribers: `published`, or why it was not: `unchanged`, `stale` (older than
   * what is known), `absent`, `failed` (the API could not be asked, again and again).
   */
  readonly events: Counter<'kind' | 'result'>;
  /** One for each subscriber: `sent`, `coalesced` (a newer state took its place in the queue), `hidden` (not theirs to see), `overflowed`. */
  readonly deliveries: Counter<'result'>;
  /** Present states were sent anew; `reason` is why events may have been missed. */
  readonly resyncs: Counter<'reason'>;
}

export function createLiveMetrics(registry: Registry): LiveMetrics {
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `gateway_${name}`, help, labelNames, registers: [registry] });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name: `gateway_${name}`, help, labelNames, registers: [registry] });
  return {
    webhookDeliveries: counter('webhook_deliveries_total', 'Webhook deliveries, by what became of them', [
      'type',
      'result',
    ]),
    connections: gauge('live_connections', 'Open connections for live updates', ['transport']),
    subscribers: gauge('live_subscribers', 'Running subscriptions', ['kind']),
    events: counter('live_events_total', 'Entities read for subscribers', ['kind', 'result']),
    deliveries: counter('live_deliveries_total', 'What became of events at each subscriber', ['result']),
    resyncs: counter('live_resyncs_total', 'Times that present states were sent because events may have been missed', [
      'reason',
    ]),
  };
}
