import { generateKeyPairSync } from 'node:crypto';
import { createActiveAccount, createActiveCard, createActiveCustomer } from '../support/guide.js';
import { startForTest } from '../support/sandbox-client.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

describe('the settings of deliveries', () => {
  it('can be read and changed, and a reset puts them back', async () => {
    const client = await startForTest({ webhooks: { holdBackMs: 7 } });
    const { json } = await client.admin('GET', '/webhook-settings');
    expect(json).toMatchObject({ duplicateRate: 0, holdBackMs: 7, isSigned: false, giveUpAfterMs: 86_400_000 });
    expect(json).not.toHaveProperty('random');
    const changed = await client.admin('PATCH', '/webhook-settings', { duplicateRate: 0.5, delayMs: 3 });
    expect(changed.json).toEqual({ ...json, duplicateRate: 0.5, delayMs: 3 });
    expect(client.sandbox.webhookSettings()).toMatchObject({ duplicateRate: 0.5, delayMs: 3 });
    await client.admin('POST', '/reset');
    expect((await client.admin('GET', '/webhook-settings')).json).toEqual(json);
  });

  it.each([
    [{ duplicateRate: 1.5 }, 'duplicateRate must be a number from 0 to 1'],
    [{ lossRate: '1' }, 'lossRate must be a number from 0 to 1'],
    [{ delayMs: -1 }, 'delayMs must be an integer'],
    [{ delayMs: 3_000_000_000 }, 'delayMs must be an integer'],
    [{ isSigned: 1 }, 'isSigned must be true or false'],
    [{ maxParallel: 0 }, 'maxParallel must be 1 at least'],
    [{ random: 0.5 }, 'random is none of'],
    [{ colour: 1 }, 'colour is none of'],
    [{ toString: 1 }, 'toString is none of'],
    [[], 'body must be an object'],
  ])('refuse %j', async (body, problem) => {
    const client = await startForTest();
    const before = client.sandbox.webhookSettings();
    const answer = await client.admin('PATCH', '/webhook-settings', body);
    expect({ status: answer.status, error: answer.json.error }).toEqual({
      status: 400,
      error: expect.stringContaining(problem),
    });
    expect(client.sandbox.webhookSettings()).toEqual(before);
  });
});

describe('the list of deliveries', () => {
  it('says what became of each, newest first, and nothing of the address or the body', async () => {
    const client = await startForTest({ webhooks: { firstBackoffMs: 1 } });
    const receiver = await new WebhookReceiver([500]).listen();
    const webhookId = client.sandbox.subscribe({ callbackUrl: receiver.url });
    const id = await createActiveCustomer(client);
    await client.sandbox.webhooksIdle();
    const { list } = await client.admin('GET', '/webhook-deliveries');
    expect(list.map(({ entity }) => (entity as { status: string }).status)).toEqual([
      'active',
      'verifying',
      'screening',
      'initiating',
    ]);
    expect(list.at(-1)).toEqual({
      number: 1,
      webhookId,
      eventId: expect.any(String),
      webhookType: 'customer.updated',
      entity: { id, status: 'initiating' },
      raisedAt: expect.any(String),
      state: 'delivered',
      isDuplicate: false,
      isHeldBack: false,
      attemptCount: 2,
      attempts: [
        { at: expect.any(String), status: 500 },
        { at: expect.any(String), status: 204 },
      ],
    });
    expect((await client.admin('GET', '/webhook-deliveries?limit=1')).list).toEqual([list[0]]);
    expect((await client.admin('GET', '/webhook-deliveries?state=waiting')).list).toEqual([]);
    expect((await client.admin('GET', '/webhook-deliveries?type=card.updated')).list).toEqual([]);
    expect((await client.admin('GET', '/webhook-deliveries?state=delivered&type=customer.updated')).list).toEqual(list);
    expect(client.sandbox.webhookDeliveries()).toEqual(list);
  });

  it.each(['state=gone', 'type=card', 'limit=0', 'limit=x'])('refuses ?%s', async (search) => {
    const client = await startForTest();
    expect((await client.admin('GET', `/webhook-deliveries?${search}`)).status).toBe(400);
  });

  it('holds the last thousand and the last five attempts of each', async () => {
    const client = await startForTest({ webhooks: { lossRate: 1 } });
    client.sandbox.subscribe({ callbackUrl: 'http://127.0.0.1:9/never' });
    const accountId = await createActiveAccount(client, await createActiveCustomer(client));
    const cardId = await createActiveCard(client, accountId);
    for (let turn = 0; turn < 510; turn += 1) {
      await client.admin('POST', `/cards/${cardId}/suspend`);
      await client.admin('POST', `/cards/${cardId}/lift`);
    }
    const records = client.sandbox.webhookDeliveries({ limit: 5_000 });
    expect(records).toHaveLength(1_000);
    expect(records[0]?.number).toBeGreaterThan(1_020);

    client.sandbox.changeWebhookSettings({ lossRate: 0, immediateRetries: 8, giveUpAfterMs: 60_000 });
    const receiver = await new WebhookReceiver([500, 500, 500, 500, 500, 500, 500]).listen();
    client.sandbox.subscribe({ callbackUrl: receiver.url });
    await client.admin('POST', `/cards/${cardId}/suspend`);
    await receiver.arrived(8);
    const [latest] = client.sandbox
      .webhookDeliveries()
      .filter(({ attempts }) => attempts.some(({ status }) => status === 500));
    expect(latest?.attempts).toHaveLength(5);
    expect(latest?.attemptCount).toBeGreaterThan(5);
  });

  it('can have waiting deliveries tried at once', async () => {
    const client = await startForTest({ webhooks: { delayMs: 1_000_000 } });
    const receiver = await new WebhookReceiver().listen();
    client.sandbox.subscribe({ callbackUrl: receiver.url });
    await createActiveCustomer(client);
    expect(receiver.received).toEqual([]);
    expect((await client.admin('POST', '/webhook-deliveries/retry')).status).toBe(204);
    await client.sandbox.webhooksIdle();
    expect(receiver.received).toHaveLength(4);
  });
});

describe("OffBlocks' own acts", () => {
  it.each([
    { noun: 'customers', statuses: ['inactive', 'active', 'rejected'] },
    { noun: 'accounts', statuses: ['inactive', 'active', 'closed'] },
    { noun: 'cards', statuses: ['suspended', 'active', 'blocked'] },
  ])('suspend, lift and block $noun, and are delivered', async ({ noun, statuses }) => {
    const client = await startForTest();
    const customerId = await createActiveCustomer(client);
    const accountId = await createActiveAccount(client, customerId);
    const ids: Record<string, string> = {
      customers: customerId,
      accounts: accountId,
      cards: await createActiveCard(client, accountId),
    };
    const id = ids[noun] ?? '';
    const receiver = await new WebhookReceiver().listen();
    client.sandbox.subscribe({ callbackUrl: receiver.url });
    const act = (verb: string) => client.admin('POST', `/${noun}/${id}/${verb}`);
    const answers = [
      (await act('suspend')).json.status,
      (await act('lift')).json.status,
      (await act('block')).json.status,
    ];
    expect(answers).toEqual(statuses);
    expect((await act('lift')).status).toBe(400);
    await client.sandbox.webhooksIdle();
    expect(receiver.received.filter((event) => event.id === id).map(({ status }) => status)).toEqual(statuses);
  });
});

describe('the key of deliveries', () => {
  it('is made once, or given', async () => {
    const client = await startForTest();
    const { json } = await client.admin('GET', '/webhook-key');
    expect(json).toEqual({ keyId: expect.any(String), publicKeyPem: expect.stringContaining('BEGIN PUBLIC KEY') });
    expect((await client.admin('GET', '/webhook-key')).json).toEqual(json);
    const pair = generateKeyPairSync('ec', {
      namedCurve: 'secp384r1',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const given = await startForTest({ webhookSigningKey: { keyId: 'mine', privateKeyPem: pair.privateKey } });
    expect(given.sandbox.webhookKey()).toEqual({ keyId: 'mine', publicKeyPem: pair.publicKey });
  });

  it('must be a P-384 key', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await expect(startForTest({ webhookSigningKey: { keyId: 'k', privateKeyPem } })).rejects.toThrow('P-384');
  });
});
