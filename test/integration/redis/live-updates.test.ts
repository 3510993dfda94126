import { randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import * as op from '../../operations/generated.js';
import { type ApiSandbox, startApiSandbox } from '../../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { createLiveClient, eventually, type LiveSubscription } from '../../support/live-client.js';
import { describeWithRedis, type RedisServer, startRedisServer } from '../../support/redis.js';
import { closeAfterAll } from '../../support/teardown.js';

const SECRET = 'the-same-for-all-gateways';
const CARD = 'subscription ($cardId: ID) { cardUpdated(cardId: $cardId) { id status } }';
interface CardEvent {
  cardUpdated: { id: string; status: string };
}

const demo = demoProgramme();
const amelia = demo.of('amelia-hart');
const jonas = demo.of('jonas-weber');
const card = firstOf(amelia.cards, ({ status }) => status === 'active');
const otherCard = firstOf(jonas.cards, ({ status }) => status === 'active');

describeWithRedis('live updates of two gateways on one Redis', () => {
  let redis: RedisServer;
  let api: ApiSandbox;
  let here: TestGateway;
  let there: TestGateway;

  const statuses = ({ received }: LiveSubscription<CardEvent>) => received.map(({ data }) => data?.cardUpdated.status);
  const last = (events: LiveSubscription<CardEvent>) => statuses(events).at(-1);
  const subscribers = (gateway: TestGateway) => gateway.metricValue('gateway_live_subscribers');
  const resyncs = (gateway: TestGateway) => gateway.metricValue('gateway_live_resyncs_total');

  async function watch(
    gateway: TestGateway,
    variables = {},
    customerId?: string,
  ): Promise<LiveSubscription<CardEvent>> {
    const token = await gateway.token(customerId === undefined ? {} : { customerId });
    const before = await subscribers(gateway);
    const events = createLiveClient({ url: gateway.url, token }).subscribe<CardEvent>(CARD, variables);
    await eventually(async () => (await subscribers(gateway)) === before + 1);
    return events;
  }

  /** Nobody watches any more. */
  async function leave(...all: LiveSubscription<CardEvent>[]): Promise<void> {
    for (const events of all) events.unsubscribe();
    await eventually(async () => (await subscribers(there)) === 0);
  }

  async function deliver(gateway: TestGateway, body: object): Promise<number> {
    const response = await fetch(`${gateway.url}/webhooks/offblocks/${SECRET}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.status;
  }

  /** Until the gateway trusts its Redis: what was read once is not read again. */
  const untilCached = (gateway: TestGateway) =>
    eventually(async () => {
      await gateway.run(op.CardDocument, { id: otherCard.id });
      const calls = await gateway.callsOf(() => gateway.run(op.CardDocument, { id: otherCard.id }));
      return Object.keys(calls).length === 0;
    }, 'a cache in use');

  beforeAll(async () => {
    redis = await startRedisServer();
    closeAfterAll(redis.close);
    api = await startApiSandbox();
    const env = { REDIS_URL: redis.url, WEBHOOK_SECRET: SECRET };
    [here, there] = await Promise.all([startTestGateway({ api, env }), startTestGateway({ api, env })]);
    await untilCached(here);
    await untilCached(there);
    // Their connections for events are up when they have heard their own sign of life.
    await eventually(async () => (await resyncs(here)) > 0 && (await resyncs(there)) > 0);
  });

  it('a subscriber on one sees a mutation made through the other, and another customer sees nothing', async () => {
    const staff = await watch(there);
    const owner = await watch(there, {}, amelia.customer.id);
    const stranger = await watch(there, {}, jonas.customer.id);
    const prying = await watch(there, { cardId: card.id }, jonas.customer.id);
    await here.mutate(op.DeactivateCardDocument, { cardId: card.id });
    await Promise.all([staff.until(1), owner.until(1)]);
    await here.mutate(op.ActivateCardDocument, { cardId: card.id });
    await Promise.all([staff.until(2), owner.until(2)]);
    // A later event of their own: what came before it would have been here.
    await here.mutate(op.DeactivateCardDocument, { cardId: otherCard.id });
    await stranger.until(1);
    await here.mutate(op.ActivateCardDocument, { cardId: otherCard.id });
    await stranger.until(2);
    expect([staff, owner].map((events) => statuses(events).slice(0, 2))).toEqual([
      ['INACTIVE', 'ACTIVE'],
      ['INACTIVE', 'ACTIVE'],
    ]);
    expect(new Set(stranger.received.map(({ data }) => data?.cardUpdated.id))).toEqual(new Set([otherCard.id]));
    expect(prying.received).toEqual([]);
    await leave(staff, owner, stranger, prying);
  });

  it('what is sent over Redis are kinds and IDs', async () => {
    const commands: string[] = [];
    const listening = listenToRedis(redis.port, commands);
    await eventually(() => commands.length > 0);
    await here.mutate(op.DeactivateCardDocument, { cardId: card.id });
    await here.mutate(op.ActivateCardDocument, { cardId: card.id });
    await eventually(() => commands.filter((text) => text.includes(card.id)).length >= 2);
    listening.close();
    const told = commands.join('\n');
    expect(told).not.toMatch(/INACTIVE|inactive|maskedPan|billingAddress/);
    expect(told).toContain(`["card","${card.id}"]`);
  });

  it('a webhook that one receives makes the other show the new state, to queries and to subscribers', async () => {
    const events = await watch(there, { cardId: card.id });
    for (const gateway of [here, there]) await gateway.run(op.CardDocument, { id: card.id });
    const eventId = randomUUID();
    const act = (verb: string) => fetch(`${api.running.adminUrl}/cards/${card.id}/${verb}`, { method: 'POST' });
    expect((await act('suspend')).ok).toBe(true);
    const body = { webhookType: 'card.updated', eventId, id: card.id, accountId: card.accountId };
    expect(await deliver(here, body)).toBe(204);
    for (const gateway of [here, there]) {
      expect((await gateway.run(op.CardDocument, { id: card.id })).card?.status).toBe('SUSPENDED');
    }
    await eventually(() => last(events) === 'SUSPENDED');
    // The same delivery again, to the other gateway: it knows of it.
    expect(await deliver(there, body)).toBe(204);
    expect(await there.metricValue('gateway_webhook_deliveries_total', { result: 'duplicate' })).toBe(1);
    await act('lift');
    expect(await deliver(there, { ...body, eventId: randomUUID() })).toBe(204);
    await eventually(() => last(events) === 'ACTIVE');
    expect(statuses(events)).toEqual(['SUSPENDED', 'ACTIVE']);
    await leave(events);
  });

  it('Redis killed and back: subscribers hear of what happened meanwhile, and end with the present state', async () => {
    const one = await watch(there, { cardId: card.id });
    const all = await watch(there);
    const own = await watch(there, {}, amelia.customer.id);
    const resynced = await resyncs(there);
    await redis.kill();
    expect((await here.mutate(op.DeactivateCardDocument, { cardId: card.id })).userErrors).toEqual([]);
    const body = { webhookType: 'card.updated', eventId: randomUUID(), id: card.id, accountId: card.accountId };
    expect(await deliver(here, body)).toBe(503);
    // The gateways cannot reach each other; nobody was told.
    expect([statuses(one), statuses(own)]).toEqual([[], []]);
    await redis.restart();
    await eventually(() => [one, all, own].every((events) => last(events) === 'INACTIVE'));
    expect(await resyncs(there)).toBeGreaterThan(resynced);
    await eventually(async () => (await deliver(here, body)) === 204);
    await untilCached(here);
    await untilCached(there);
    await here.mutate(op.ActivateCardDocument, { cardId: card.id });
    await eventually(() => [one, all, own].every((events) => last(events) === 'ACTIVE'));
    expect(statuses(one)).toEqual(['INACTIVE', 'ACTIVE']);
    await leave(one, all, own);
  });

  it('a connection that is cut, and messages that are lost with it, are found missing', async () => {
    const events = await watch(there, { cardId: card.id });
    const before = await resyncs(there);
    // Cut again and again while there is news: what falls into the gaps has to come afterwards.
    for (const [index, document] of [
      op.DeactivateCardDocument,
      op.ActivateCardDocument,
      op.DeactivateCardDocument,
    ].entries()) {
      await redis.command('CLIENT', 'KILL', 'TYPE', index === 1 ? 'normal' : 'pubsub').catch(() => '');
      await here.mutate(document, { cardId: card.id });
    }
    await eventually(() => last(events) === 'INACTIVE');
    await eventually(async () => (await resyncs(there)) > before);
    await here.mutate(op.ActivateCardDocument, { cardId: card.id });
    await eventually(() => last(events) === 'ACTIVE');
    await leave(events);
  });
});

/** Everything that is published on the server, as text. */
function listenToRedis(port: number, received: string[]): { close(): void } {
  const socket = createConnection({ port, host: '127.0.0.1' });
  socket.on('data', (bytes) => received.push(bytes.toString()));
  socket.write('PSUBSCRIBE *\r\n');
  return { close: () => socket.destroy() };
}
