import { randomUUID } from 'node:crypto';
import { Programme } from '../../../sandbox/programme/programme.js';
import { WebhookDelivery } from '../../../sandbox/webhooks/delivery.js';
import { DeliverySigner } from '../../../sandbox/webhooks/delivery-signer.js';
import { DEFAULT_DELIVERY_SETTINGS } from '../../../sandbox/webhooks/settings.js';
import { WebhookSubscriptions } from '../../../sandbox/webhooks/subscriptions.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const EVENTS = 4_000;

it('delivers thousands of events at once, doubled, disordered and failing, with few requests at a time', async () => {
  const statuses = Array.from({ length: EVENTS }, (_, index) => (index % 7 === 0 ? 500 : 204));
  const receiver = await new WebhookReceiver(statuses).listen();
  const clock = () => new Date();
  const subscriptions = new WebhookSubscriptions();
  const programme = new Programme({ clock, createId: randomUUID, settleDelayMs: 0, announce: () => undefined });
  subscriptions.add(programme, { callbackUrl: receiver.url });
  const maxParallel = 8;
  const delivery = new WebhookDelivery({
    subscriptions,
    settings: { ...DEFAULT_DELIVERY_SETTINGS, duplicateRate: 0.2, disorderRate: 0.5, firstBackoffMs: 5, maxParallel },
    signer: new DeliverySigner({ key: undefined, createId: randomUUID, clock }),
    createId: randomUUID,
    clock,
  });
  for (let index = 0; index < EVENTS; index += 1) {
    delivery.announce('card.updated', { id: String(index), status: 'active' });
  }
  await delivery.idle();
  const { events, attempts, delivered, failedAttempts, dropped, duplicates, heldBack, waiting } = delivery.stats();
  expect({ events, delivered, dropped, waiting }).toEqual({
    events: EVENTS,
    delivered: EVENTS + duplicates,
    dropped: 0,
    waiting: 0,
  });
  expect(attempts).toBe(delivered + failedAttempts);
  expect(attempts).toBe(receiver.received.length);
  expect(duplicates).toBeGreaterThan(EVENTS / 10);
  expect(heldBack).toBeGreaterThan(EVENTS / 4);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(EVENTS);
  expect(new Set(receiver.received.map(({ eventId }) => eventId)).size).toBe(EVENTS);
  // One first attempt besides what is repeated or was held back.
  expect(receiver.mostAtOnce).toBeLessThanOrEqual(maxParallel + 1);
  await delivery.close();
});
