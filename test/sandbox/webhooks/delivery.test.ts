import { randomUUID } from 'node:crypto';
import { nextRetryDelay } from '../../../sandbox/webhooks/retry.js';
import { DEFAULT_DELIVERY_SETTINGS, type DeliverySettings } from '../../../sandbox/webhooks/settings.js';
import { createActiveAccount, createActiveCard, createActiveCustomer, WALLET } from '../support/guide.js';
import { type SandboxClient, startForTest } from '../support/sandbox-client.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const ALL_TYPES = [
  'customer.updated',
  'account.updated',
  'card.updated',
  'authorisation.updated',
  'transaction.updated',
];

async function start(settings: Partial<DeliverySettings> = {}, statuses: number[] = []) {
  const client = await startForTest({ webhooks: { firstBackoffMs: 1, ...settings } });
  const receiver = await new WebhookReceiver(statuses).listen();
  return { client, receiver };
}

const subscribe = (client: SandboxClient, callbackUrl: string, types = ALL_TYPES) =>
  client.call('PUT', '/webhooks', { body: { callbackUrl, types } });
const createCustomer = (client: SandboxClient, externalId: string) =>
  client.call('POST', '/customers', { body: { chainId: WALLET, externalId } });

describe('subscriptions', () => {
  it('are created, changed by their ID, listed and removed', async () => {
    const client = await startForTest();
    const { status, json } = await subscribe(client, 'https://receiver.example/a', ['card.updated', 'card.updated']);
    expect({ status, json }).toEqual({
      status: 200,
      json: {
        id: expect.any(String),
        callbackUrl: 'https://receiver.example/a',
        types: ['card.updated'],
        createdAt: expect.any(String),
        updatedAt: json.createdAt,
      },
    });
    const change = { id: json.id, callbackUrl: 'https://receiver.example/b', types: ['account.updated'] };
    const { json: changed } = await client.call('PUT', '/webhooks', { body: change });
    expect(changed).toMatchObject({ ...change, createdAt: json.createdAt });
    expect(changed.updatedAt).not.toBe(json.updatedAt);
    expect((await client.call('GET', '/webhooks')).list).toEqual([changed]);
    expect((await client.call('GET', `/webhooks/${json.id}`)).json).toEqual(changed);
    expect((await client.call('PUT', '/webhooks', { body: { ...change, id: randomUUID() } })).status).toBe(404);
    expect((await client.call('DELETE', `/webhooks/${json.id}`)).status).toBe(204);
    expect((await client.call('GET', '/webhooks')).list).toEqual([]);
  });
});

describe('deliveries', () => {
  it('tell of every change in order, creations too, with all fields beside type and event ID', async () => {
    const { client, receiver } = await start();
    await subscribe(client, receiver.url);
    const customerId = await createActiveCustomer(client);
    const accountId = await createActiveAccount(client, customerId);
    const cardId = await createActiveCard(client, accountId);
    const body = { amount: '5', currency: 'EUR' };
    await client.call('POST', `/simulator/cards/${cardId}/authorisation`, { body });
    await client.call('PATCH', `/accounts/${accountId}/deactivate`);
    await client.sandbox.webhooksIdle();
    expect(receiver.received.map(({ webhookType, status }) => `${webhookType} ${status}`)).toEqual([
      'customer.updated initiating',
      'customer.updated screening',
      'customer.updated verifying',
      'customer.updated active',
      'account.updated initiating',
      'account.updated pending',
      'account.updated active',
      'card.updated issuing',
      'card.updated active',
      'authorisation.updated pending',
      'authorisation.updated capturing',
      'authorisation.updated captured',
      'transaction.updated processing',
      'transaction.updated processed',
      'account.updated inactive',
      'card.updated inactive',
    ]);
    const { webhookType, eventId, ...entity } = receiver.received.at(-1) ?? {};
    expect({ webhookType, entity }).toEqual({
      webhookType: 'card.updated',
      entity: (await client.call('GET', `/cards/${cardId}`)).json,
    });
    expect(new Set(receiver.received.map((event) => event.eventId)).size).toBe(receiver.received.length);
    expect(eventId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('go to those who asked for the type only', async () => {
    const { client, receiver } = await start();
    await subscribe(client, receiver.url, ['account.updated']);
    await createActiveAccount(client, await createActiveCustomer(client));
    await client.sandbox.webhooksIdle();
    expect(new Set(receiver.received.map(({ webhookType }) => webhookType))).toEqual(new Set(['account.updated']));
  });

  it('are repeated with the same event ID until the receiver answers 2xx', async () => {
    const { client, receiver } = await start({}, [500, 404, 302, 429]);
    await subscribe(client, receiver.url);
    await createCustomer(client, 'a');
    await client.sandbox.webhooksIdle();
    expect(receiver.received).toHaveLength(5);
    expect(new Set(receiver.received.map(({ eventId }) => eventId)).size).toBe(1);
    expect(client.sandbox.stats().webhooks).toEqual({
      events: 1,
      attempts: 5,
      delivered: 1,
      failedAttempts: 4,
      dropped: 0,
      duplicates: 0,
      heldBack: 0,
      waiting: 0,
    });
  });

  it('go to the address that the subscription has by the time of a retry', async () => {
    const { client, receiver } = await start({ immediateRetries: 0, firstBackoffMs: 2_000_000 }, [500]);
    const { json } = await subscribe(client, receiver.url);
    await createCustomer(client, 'a');
    while (client.sandbox.stats().webhooks.failedAttempts === 0) await new Promise(setImmediate);
    const other = await new WebhookReceiver().listen();
    await client.call('PUT', '/webhooks', { body: { id: json.id, callbackUrl: other.url, types: ALL_TYPES } });
    expect(client.sandbox.webhookDeliveries()).toMatchObject([
      { state: 'waiting', attempts: [{ status: 500 }], nextAttemptAt: expect.any(String) },
    ]);
    client.sandbox.hurryWebhooks();
    await client.sandbox.webhooksIdle();
    expect([receiver.received.length, other.received.length]).toEqual([1, 1]);
    expect(other.received[0]).toEqual(receiver.received[0]);
  });

  it('are dropped when their subscription is deleted', async () => {
    const { client, receiver } = await start({ delayMs: 1_000_000 });
    const { json } = await subscribe(client, receiver.url);
    await createCustomer(client, 'a');
    await client.call('DELETE', `/webhooks/${json.id}`);
    client.sandbox.hurryWebhooks();
    await client.sandbox.webhooksIdle();
    expect(receiver.received).toEqual([]);
    expect(client.sandbox.webhookDeliveries()).toMatchObject([{ state: 'dropped', dropReason: 'unsubscribed' }]);
  });

  it('are lost when asked to, and then dropped without an attempt', async () => {
    const { client, receiver } = await start({ lossRate: 1 });
    await subscribe(client, receiver.url);
    await createCustomer(client, 'a');
    await client.sandbox.webhooksIdle();
    expect(receiver.received).toEqual([]);
    expect(client.sandbox.stats().webhooks).toMatchObject({ events: 1, attempts: 0, dropped: 1, waiting: 0 });
    expect(client.sandbox.webhookDeliveries()).toMatchObject([{ dropReason: 'lost', attemptCount: 0 }]);
  });

  it('wait in bounded numbers: what comes above is dropped', async () => {
    const { client, receiver } = await start({ maxWaiting: 3, delayMs: 1_000_000 });
    await subscribe(client, receiver.url);
    for (const externalId of ['a', 'b', 'c', 'd', 'e']) await createCustomer(client, externalId);
    expect(client.sandbox.stats().webhooks).toMatchObject({ waiting: 3, dropped: 2 });
    expect(client.sandbox.webhookDeliveries({ state: 'dropped' })).toMatchObject([
      { dropReason: 'queue-full' },
      { dropReason: 'queue-full' },
    ]);
    client.sandbox.hurryWebhooks();
    await client.sandbox.webhooksIdle();
    expect(receiver.received.map(({ externalId }) => externalId)).toEqual(['a', 'b', 'c']);
  });

  it('never have more requests under way than is set', async () => {
    const { client, receiver } = await start({ disorderRate: 1, holdBackMs: 0, maxParallel: 3 });
    await subscribe(client, receiver.url);
    receiver.hold();
    for (let index = 0; index < 20; index += 1) await createCustomer(client, String(index));
    await receiver.arrived(3);
    expect(client.sandbox.stats().webhooks).toMatchObject({ attempts: 3, waiting: 20 });
    receiver.release();
    await client.sandbox.webhooksIdle();
    expect(receiver.received).toHaveLength(20);
    expect(receiver.mostAtOnce).toBe(3);
  });

  it('end with the sandbox, whatever waits or is under way', async () => {
    const { client, receiver } = await start({ delayMs: 1_000_000, disorderRate: 0.5 });
    await subscribe(client, receiver.url);
    receiver.hold();
    for (let index = 0; index < 10; index += 1) await createCustomer(client, String(index));
    client.sandbox.changeWebhookSettings({ delayMs: 0 });
    await createCustomer(client, 'under way');
    await client.sandbox.close();
    await client.sandbox.webhooksIdle();
    expect(client.sandbox.stats().webhooks.waiting).toBe(0);
    const { attempts } = client.sandbox.stats().webhooks;
    client.sandbox.hurryWebhooks();
    expect(client.sandbox.stats().webhooks.attempts).toBe(attempts);
  });

  it('reach whoever is subscribed from outside the API, after a reset too', async () => {
    const { client, receiver } = await start();
    const id = client.sandbox.subscribe({ callbackUrl: receiver.url, types: ['customer.updated'] });
    expect((await client.call('GET', '/webhooks')).list).toMatchObject([{ id, types: ['customer.updated'] }]);
    client.sandbox.reset();
    client.forgetToken();
    expect((await client.call('GET', '/webhooks')).list).toMatchObject([{ callbackUrl: receiver.url }]);
    await createCustomer(client, 'a');
    await client.sandbox.webhooksIdle();
    expect(receiver.received).toMatchObject([{ webhookType: 'customer.updated', externalId: 'a' }]);
    expect(() => client.sandbox.subscribe({ callbackUrl: 'ftp://receiver.example' })).toThrow(TypeError);
  });

  it('are dropped in the end, and a receiver that is away disturbs nobody', async () => {
    const { client, receiver } = await start({ giveUpAfterMs: 0 });
    await subscribe(client, receiver.url);
    receiver.close();
    expect((await createCustomer(client, 'a')).status).toBe(201);
    await client.sandbox.webhooksIdle();
    expect(client.sandbox.stats().webhooks).toMatchObject({ dropped: 1, delivered: 0, waiting: 0 });
  });

  it('come twice when asked to', async () => {
    const { client, receiver } = await start({ duplicateRate: 1 });
    await subscribe(client, receiver.url);
    await createCustomer(client, 'a');
    await client.sandbox.webhooksIdle();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[0]).toEqual(receiver.received[1]);
  });

  it('come out of order when asked to', async () => {
    const numbers = [0, 0.9];
    const { client, receiver } = await start({
      disorderRate: 0.5,
      random: () => numbers.shift() ?? 0.9,
      holdBackMs: 700,
    });
    await subscribe(client, receiver.url);
    await createCustomer(client, 'first');
    await createCustomer(client, 'second');
    await client.sandbox.webhooksIdle();
    expect(receiver.received.map(({ externalId }) => externalId)).toEqual(['second', 'first']);
  });
});

describe('nextRetryDelay', () => {
  const settings: DeliverySettings = { ...DEFAULT_DELIVERY_SETTINGS, immediateRetries: 2, random: () => 0.5 };
  it.each([
    { failures: 1, ageMs: 0, delay: 0 },
    { failures: 2, ageMs: 10, delay: 0 },
    { failures: 3, ageMs: 10, delay: 500 },
    { failures: 4, ageMs: 10, delay: 1000 },
    { failures: 10, ageMs: 10, delay: 64_000 },
    { failures: 1000, ageMs: 10, delay: 1_800_000 },
    { failures: 5, ageMs: 86_399_999, delay: 2000 },
    { failures: 5, ageMs: 86_400_000, delay: undefined },
  ])('waits $delay ms after $failures failures in $ageMs ms', ({ failures, ageMs, delay }) => {
    expect(nextRetryDelay({ failures, ageMs, settings })).toBe(delay);
  });
});
