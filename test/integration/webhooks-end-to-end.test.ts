import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resync } from '../../src/commands/resync.js';
import { webhooks } from '../../src/commands/webhooks.js';
import { runInEnv } from '../commands/command-under-test.js';
import { type ApiSandbox, startApiSandbox } from '../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { createLiveClient, eventually, type LiveSubscription } from '../support/live-client.js';
import { describeWithRedis, startRedisServer } from '../support/redis.js';
import { closeAfterAll } from '../support/teardown.js';

const SECRET = 'planted-secret-of-the-receiver';
const card = firstOf(demoProgramme().cards, ({ status }) => status === 'active');
type Statuses = LiveSubscription<{ cardUpdated: { status: string } }>;

/** Watches the card through a gateway; resolves when it does. */
async function watchCard(gateway: TestGateway): Promise<Statuses> {
  const client = createLiveClient({ url: gateway.url, token: await gateway.token() });
  const query = 'subscription ($id: ID) { cardUpdated(cardId: $id) { status } }';
  const events: Statuses = client.subscribe(query, { id: card.id });
  await eventually(async () => (await gateway.metricValue('gateway_live_subscribers')) === 1);
  return events;
}

const act = (api: ApiSandbox, verb: string) =>
  fetch(`${api.running.adminUrl}/cards/${card.id}/${verb}`, { method: 'POST' });
const statusesOf = ({ received }: Statuses) => received.map(({ data }) => data?.cardUpdated.status);

describe('what OffBlocks does of its own accord', () => {
  it('shows at once where somebody watches, once the webhooks are registered by command', async () => {
    const api = await startApiSandbox();
    const gateway = await startTestGateway({ api, env: { WEBHOOK_SECRET: SECRET } });
    const env = { WEBHOOK_SECRET: SECRET };
    expect((await runInEnv(webhooks, { api, env, args: ['register', '--url', gateway.url] })).exitCode).toBe(0);
    const events = await watchCard(gateway);
    await act(api, 'suspend');
    await events.until(1);
    await act(api, 'lift');
    await events.until(2);
    await act(api, 'block');
    await events.until(3);
    expect(statusesOf(events)).toEqual(['SUSPENDED', 'ACTIVE', 'BLOCKED']);
    await api.running.webhooksIdle();
    expect(api.running.stats().webhooks).toMatchObject({ delivered: 3, failedAttempts: 0 });
  });

  it('is taken from signed deliveries only, where signatures are required', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'webhook-key-'));
    closeAfterAll(() => rm(folder, { recursive: true }));
    const api = await startApiSandbox({ webhooks: { giveUpAfterMs: 0 } });
    const { keyId, publicKeyPem } = api.running.webhookKey();
    const file = join(folder, 'webhook-key.pem');
    await writeFile(file, publicKeyPem);
    const gateway = await startTestGateway({
      api,
      env: {
        WEBHOOK_SECRET: SECRET,
        WEBHOOK_SIGNATURES: 'required',
        WEBHOOK_SIGNATURE_KEY_FILE: file,
        WEBHOOK_SIGNATURE_KEY_ID: keyId,
      },
    });
    api.running.subscribe({ callbackUrl: `${gateway.url}/webhooks/offblocks/${SECRET}` });
    const events = await watchCard(gateway);
    await act(api, 'suspend');
    await api.running.webhooksIdle();
    expect(api.running.webhookDeliveries()).toMatchObject([{ state: 'dropped', attempts: [{ status: 401 }] }]);

    api.running.changeWebhookSettings({ isSigned: true });
    await act(api, 'lift');
    await act(api, 'block');
    await api.running.webhooksIdle();
    expect(api.running.webhookDeliveries({ state: 'delivered' })).toMatchObject([
      { attempts: [{ status: 204 }] },
      { attempts: [{ status: 204 }] },
    ]);
    await eventually(() => statusesOf(events).at(-1) === 'BLOCKED');
    expect(statusesOf(events)).not.toContain('SUSPENDED');
  });

  it.each(['account', 'customer'] as const)('to a card shows, though only its %s is reported', async (kind) => {
    const api = await startApiSandbox();
    const gateway = await startTestGateway({ api, env: { WEBHOOK_SECRET: SECRET, CACHE_TTL_SECONDS: '86400' } });
    const callbackUrl = `${gateway.url}/webhooks/offblocks/${SECRET}`;
    api.running.subscribe({ callbackUrl, types: [`${kind}.updated`] });
    const account = firstOf(demoProgramme().accounts, ({ id }) => id === card.accountId);
    const id = kind === 'account' ? account.id : account.customerId;
    const statuses = async () => {
      const query = 'query ($id: ID!) { card(id: $id) { status account { status cards { status } } } }';
      return JSON.stringify((await gateway.post({ query, variables: { id: card.id } })).body.data);
    };
    // The list of all is cached as well, which lists of one account may be made from.
    await gateway.post({
      query: '{ accounts(first: 50) { nodes { cards { id } } } cards(first: 50) { nodes { id } } }',
    });
    expect(await statuses()).toContain('"ACTIVE"');
    const events = await watchCard(gateway);
    expect((await fetch(`${api.running.adminUrl}/${kind}s/${id}/suspend`, { method: 'POST' })).status).toBe(200);
    await events.until(1);
    expect(statusesOf(events)).toEqual(['INACTIVE']);
    expect(await statuses()).not.toContain('"ACTIVE"');
  });

  it('shows in spite of duplicates and disorder, with the last state last', async () => {
    const api = await startApiSandbox({ webhooks: { duplicateRate: 0.5, disorderRate: 0.5, holdBackMs: 20 } });
    const gateway = await startTestGateway({ api, env: { WEBHOOK_SECRET: SECRET } });
    api.running.subscribe({ callbackUrl: `${gateway.url}/webhooks/offblocks/${SECRET}` });
    const events = await watchCard(gateway);
    for (let turn = 0; turn < 20; turn += 1) {
      await act(api, 'suspend');
      await act(api, 'lift');
    }
    await act(api, 'block');
    await api.running.webhooksIdle();
    await eventually(() => statusesOf(events).at(-1) === 'BLOCKED');
    expect(statusesOf(events).filter((status) => status === 'BLOCKED')).toHaveLength(1);
  });
});

describeWithRedis('a resynchronisation', () => {
  it('tells the subscribers of every gateway what no webhook has told of', async () => {
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    const api = await startApiSandbox();
    const env = { REDIS_URL: redis.url, CACHE_TTL_SECONDS: '86400' };
    const gateways = [await startTestGateway({ api, env }), await startTestGateway({ api, env })];
    const watching = await Promise.all(gateways.map(watchCard));
    await act(api, 'suspend');
    expect(watching.map(statusesOf)).toEqual([[], []]);
    expect((await runInEnv(resync, { api, env, args: [] })).exitCode).toBe(0);
    await Promise.all(watching.map((events) => events.until(1)));
    expect(watching.map(statusesOf)).toEqual([['SUSPENDED'], ['SUSPENDED']]);
  });
});

it('tells subscribers at its intervals, without Redis and without webhooks', async () => {
  const api = await startApiSandbox();
  const env = { RESYNC_INTERVAL_SECONDS: '1', CACHE_TTL_SECONDS: '86400' };
  const gateway = await startTestGateway({ api, env });
  const events = await watchCard(gateway);
  await act(api, 'suspend');
  await events.until(1);
  await act(api, 'lift');
  await events.until(2);
  expect(statusesOf(events)).toEqual(['SUSPENDED', 'ACTIVE']);
});
