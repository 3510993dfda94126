import {
  decodeWebhookEventType,
  decodeWebhookSubscription,
  encodeWebhookEventType,
} from '../../../src/datasources/wire/webhook-subscription.wire.js';
import { WebhookEventType } from '../../../src/schema/webhook-subscription/webhook-event-type.enum.js';
import { FULL_PAN, WEBHOOK } from './wire-examples.js';

it.each(Object.values(WebhookEventType))('%s has one name on the wire', (type) => {
  const wire = encodeWebhookEventType(type);
  expect(wire).toMatch(/^[a-z]+\.updated$/);
  expect(decodeWebhookEventType(wire)).toBe(type);
});

it('leaves event types out that it does not know, and reports them', () => {
  const reported: [string, string][] = [];
  const types = ['card.updated', 'card.exploded', 'customer.updated'];
  const decoded = decodeWebhookSubscription({ ...WEBHOOK, types }, (...report) => reported.push(report));
  expect(decoded.types).toEqual(['CARD_UPDATED', 'CUSTOMER_UPDATED']);
  expect(reported).toEqual([['WebhookEventType', 'card.exploded']]);
});

it.each([[7], [null], [{ pan: FULL_PAN }], [{ toString: 1, valueOf: 1 }], [[FULL_PAN]]])(
  'reports %p, which is no event type at all, without what is inside',
  (type) => {
    const reported: [string, string][] = [];
    const decoded = decodeWebhookSubscription({ ...WEBHOOK, types: [type] }, (...report) => reported.push(report));
    expect(decoded.types).toEqual([]);
    expect(reported).toEqual([['WebhookEventType', expect.any(String)]]);
    expect(JSON.stringify(reported)).not.toContain(FULL_PAN);
  },
);
