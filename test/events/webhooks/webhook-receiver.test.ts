import { createDeliveryLimit } from '../../../src/events/webhooks/delivery-limit.js';
import { createLocalSeenEvents } from '../../../src/events/webhooks/seen-events.js';
import { createWebhookReceiver, type WebhookReceiverOptions } from '../../../src/events/webhooks/webhook-receiver.js';
import { createLiveMetrics } from '../../../src/observability/live-metrics.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createMetrics } from '../../../src/observability/metrics.js';

const ID = '0b7c8f52-1d0a-4d4e-8a4e-6f4d7a1c2e33';
const EVENT = '11111111-2222-4333-8444-555555555555';
const aCard = { webhookType: 'card.updated', eventId: EVENT, id: ID };

function setUp(changes: Partial<WebhookReceiverOptions> = {}) {
  const journal: string[] = [];
  const store = { isAcknowledging: true };
  const metrics = createLiveMetrics(createMetrics().registry);
  const seen = createLocalSeenEvents();
  const receiver = createWebhookReceiver({
    cache: {
      async invalidate(tags) {
        journal.push(`invalidate ${tags.join(' ')}`);
        return store.isAcknowledging;
      },
    },
    seen: {
      has: seen.has,
      async add(eventId) {
        journal.push('remember');
        await seen.add(eventId);
      },
    },
    limit: createDeliveryLimit({ perSecond: 1, burst: 1_000 }),
    signatures: null,
    onChanges: (told) => void journal.push(`tell ${JSON.stringify(told)}`),
    cascades: { follow: ({ kind }) => kind !== 'card' && void journal.push(`follow ${kind}`) },
    metrics,
    logger: createLogger({ level: 'silent' }),
    ...changes,
  });
  const receiveText = (text: string) =>
    receiver.receive({ method: 'POST', target: '/', rawHeaders: [], body: Buffer.from(text) });
  const receive = (body: unknown) => receiveText(JSON.stringify(body));
  const counts = async () =>
    Object.fromEntries(
      (await metrics.webhookDeliveries.get()).values.map(({ labels, value }) => [
        `${labels.type} ${labels.result}`,
        value,
      ]),
    );
  return { receive, receiveText, journal, store, counts };
}

describe('a delivery', () => {
  it('makes what is cached unreachable, tells of it, and is remembered last', async () => {
    const { receive, journal, counts } = setUp();
    expect(await receive(aCard)).toEqual({ status: 204 });
    expect(journal).toEqual([`invalidate cards card:${ID}`, `tell [{"kind":"card","id":"${ID}"}]`, 'remember']);
    expect(await counts()).toEqual({ 'card.updated accepted': 1 });
  });

  it('that came before is answered and not dealt with', async () => {
    const { receive, journal, counts } = setUp();
    await receive(aCard);
    journal.length = 0;
    expect(await receive({ ...aCard, status: 'other' })).toEqual({ status: 204 });
    expect(journal).toEqual([]);
    expect(await counts()).toEqual({ 'card.updated accepted': 1, 'card.updated duplicate': 1 });
  });

  it('whose invalidation is not acknowledged is to come again, and is then dealt with', async () => {
    const { receive, journal, store, counts } = setUp();
    store.isAcknowledging = false;
    expect(await receive(aCard)).toEqual({ status: 503, retryAfterSeconds: 5 });
    expect(journal).not.toContain('remember');
    store.isAcknowledging = true;
    journal.length = 0;
    expect(await receive(aCard)).toEqual({ status: 204 });
    expect(journal).toHaveLength(3);
    expect(await counts()).toEqual({ 'card.updated unacknowledged': 1, 'card.updated accepted': 1 });
  });

  it('of an account or a customer is followed to what changes along, once it is acknowledged', async () => {
    const { receive, journal, store } = setUp();
    store.isAcknowledging = false;
    await receive({ ...aCard, webhookType: 'account.updated' });
    expect(journal).not.toContain('follow account');
    store.isAcknowledging = true;
    await receive({ ...aCard, webhookType: 'account.updated' });
    await receive({ ...aCard, eventId: `${EVENT}-2`, webhookType: 'customer.updated' });
    expect(journal.filter((line) => line.startsWith('follow'))).toEqual(['follow account', 'follow customer']);
  });

  it('without an event ID is dealt with each time', async () => {
    const { receive, journal } = setUp();
    const { eventId: _, ...nameless } = aCard;
    await receive(nameless);
    await receive(nameless);
    expect(journal.filter((line) => line.startsWith('invalidate'))).toHaveLength(2);
    expect(journal).not.toContain('remember');
  });

  it('of an unknown type is accepted, counted and left alone', async () => {
    const { receive, journal, counts } = setUp();
    expect(await receive({ webhookType: 'dispute.opened', eventId: EVENT })).toEqual({ status: 204 });
    expect(journal).toEqual([]);
    expect(await counts()).toEqual({ 'unknown ignored': 1 });
  });

  it.each(['', 'nonsense', '[]', '"text"', '{}', '{"webhookType":"card.updated","id":"7"}', '{"webhookType":'])(
    'that is %j is refused and changes nothing',
    async (text) => {
      const { receiveText, journal, counts } = setUp();
      expect(await receiveText(text)).toEqual({ status: 400 });
      expect(journal).toEqual([]);
      expect(await counts()).toEqual({ 'unread malformed': 1 });
    },
  );

  it('over the limit is to come again later', async () => {
    const { receive, journal, counts } = setUp({
      limit: createDeliveryLimit({ perSecond: 1, burst: 1, now: () => 0 }),
    });
    await receive(aCard);
    journal.length = 0;
    expect(await receive({ ...aCard, eventId: `${EVENT}-2` })).toEqual({ status: 429, retryAfterSeconds: 1 });
    expect(journal).toEqual([]);
    expect(await counts()).toEqual({ 'card.updated accepted': 1, 'unread limited': 1 });
  });

  it.each(['unsigned', 'bad-signature'] as const)('that is %s is refused before it is read', async (fault) => {
    const { receive, journal, counts } = setUp({ signatures: { findFault: async () => fault } });
    expect(await receive(aCard)).toEqual({ status: 401 });
    expect(journal).toEqual([]);
    expect(await counts()).toEqual({ [`unread ${fault}`]: 1 });
  });
});
