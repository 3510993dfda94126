import { randomUUID } from 'node:crypto';
import { ADDRESS, createActiveAccount, createActiveCard, createActiveCustomer, WALLET } from '../support/guide.js';
import { type SandboxClient, startForTest } from '../support/sandbox-client.js';

let client: SandboxClient;
let customerId = '';
let accountId = '';
let cardId = '';

beforeAll(async () => {
  client = await startForTest();
  customerId = await createActiveCustomer(client);
  accountId = await createActiveAccount(client, customerId);
  cardId = await createActiveCard(client, accountId);
});

const card = { type: 'physical', billingAddress: ADDRESS, shippingAddress: ADDRESS };
const account = { type: 'card_account', currencies: ['EUR'] };
const customer = { chainId: WALLET, externalId: 'x' };
const webhook = { callbackUrl: 'https://receiver.example', types: ['card.updated'] };
const authorisation = { amount: '1', currency: 'EUR', capture: true };

describe('bodies that are refused with 400', () => {
  it.each([
    ['POST', '/customers', []],
    ['POST', '/customers', 'text'],
    ['POST', '/customers', {}],
    ['POST', '/customers', { ...customer, externalId: '' }],
    ['POST', '/customers', { ...customer, externalId: '  ' }],
    ['POST', '/customers', { ...customer, externalId: 7 }],
    ['POST', '/customers', { ...customer, chainId: '0xab16' }],
    ['POST', '/customers', { ...customer, chainId: 'eip155:300:0x a' }],
    ['POST', '/customers/:customer/accounts', { ...account, type: 'current_account' }],
    ['POST', '/customers/:customer/accounts', { ...account, currencies: [] }],
    ['POST', '/customers/:customer/accounts', { ...account, currencies: ['EUR', 'GBP'] }],
    ['POST', '/customers/:customer/accounts', { ...account, currencies: ['eur'] }],
    ['POST', '/customers/:customer/accounts', { ...account, currencies: 'EUR' }],
    ['POST', '/accounts/:account/cards', { ...card, type: 'PHYSICAL' }],
    ['POST', '/accounts/:account/cards', { ...card, shippingAddress: undefined }],
    ['POST', '/accounts/:account/cards', { ...card, billingAddress: undefined }],
    ['POST', '/accounts/:account/cards', { ...card, billingAddress: { ...ADDRESS, city: undefined } }],
    ['POST', '/accounts/:account/cards', { ...card, billingAddress: { ...ADDRESS, country: 'GBR' } }],
    ['POST', '/accounts/:account/cards', { ...card, billingAddress: { ...ADDRESS, state: 7 } }],
    ['POST', '/accounts/:account/cards', { ...card, type: 'virtual' }],
    ['POST', '/simulator/cards/:card/authorisation', { ...authorisation, amount: 20 }],
    ['POST', '/simulator/cards/:card/authorisation', { ...authorisation, amount: '-1' }],
    ['POST', '/simulator/cards/:card/authorisation', { ...authorisation, amount: '0.00' }],
    ['POST', '/simulator/cards/:card/authorisation', { ...authorisation, amount: '1e3' }],
    ['POST', '/simulator/cards/:card/authorisation', { ...authorisation, currency: 'EURO' }],
    ['POST', '/simulator/cards/:card/authorisation', { ...authorisation, capture: 'yes' }],
    ['PUT', '/webhooks', { ...webhook, callbackUrl: 'ftp://receiver.example' }],
    ['PUT', '/webhooks', { ...webhook, callbackUrl: 'receiver' }],
    ['PUT', '/webhooks', { ...webhook, types: [] }],
    ['PUT', '/webhooks', { ...webhook, types: ['card.created'] }],
    ['PUT', '/webhooks', { ...webhook, types: undefined }],
    ['PUT', '/webhooks', { ...webhook, id: 'one' }],
  ])('%s %s %j', async (method, template, body) => {
    const path = template.replace(':customer', customerId).replace(':account', accountId).replace(':card', cardId);
    const answer = await client.call(method, path, { body });
    expect(answer).toMatchObject({ status: 400, json: { type: 'BadRequest' } });
    expect(answer.text).toContain('UPSTREAM-PROSE');
  });

  it('are also those that are no JSON, or said to be something else', async () => {
    const prepared = await client.prepare('POST', '/customers', {
      headers: { 'content-type': 'text/plain' },
      body: customer,
    });
    expect((await client.send(client.sign(prepared))).status).toBe(400);
    const credentials = await client.send({
      method: 'POST',
      target: '/v1/auth/token',
      headers: { host: '127.0.0.1', 'content-type': 'application/json' },
      body: '{"apiKey":',
    });
    expect(credentials.status).toBe(400);
  });
});

describe('IDs in paths', () => {
  it.each([
    ['GET', '/customers/:id'],
    ['GET', '/customers/:id/accounts'],
    ['GET', '/customers/:id/challenge'],
    ['PATCH', '/customers/:id/deactivate'],
    ['DELETE', '/customers/:id'],
    ['GET', '/accounts/:id'],
    ['GET', '/accounts/:id/cards'],
    ['GET', '/accounts/:id/transactions'],
    ['DELETE', '/accounts/:id'],
    ['GET', '/cards/:id'],
    ['GET', '/cards/:id/transactions'],
    ['PATCH', '/cards/:id/activate'],
    ['DELETE', '/cards/:id'],
    ['GET', '/authorisations/:id'],
    ['GET', '/transactions/:id'],
    ['GET', '/webhooks/:id'],
    ['DELETE', '/webhooks/:id'],
    ['PATCH', '/simulator/customers/:id/verify'],
    ['PATCH', '/simulator/cards/:id/issue'],
    ['PATCH', '/simulator/authorisations/:id/capture'],
  ])('%s %s answers 404 for an unknown one and 400 for what is no UUID', async (method, path) => {
    expect((await client.call(method, path.replace(':id', randomUUID()))).status).toBe(404);
    expect((await client.call(method, path.replace(':id', 'one'))).status).toBe(400);
  });
});

describe('limits and forms', () => {
  it('a customer exists once per chainId and externalId: 409', async () => {
    const body = { chainId: WALLET.toLowerCase(), externalId: 'john-carter' };
    expect((await client.call('POST', '/customers', { body })).status).toBe(409);
  });

  it('an account has one virtual and one physical card, terminated and failed ones not counted', async () => {
    const own = await createActiveAccount(client, customerId);
    const create = (type: string) =>
      client.call('POST', `/accounts/${own}/cards`, {
        body: { type, billingAddress: ADDRESS, shippingAddress: ADDRESS },
      });
    const { json: failing } = await create('virtual');
    expect((await create('virtual')).status).toBe(400);
    await client.call('PATCH', `/simulator/cards/${failing.id}/fail`);
    const { json: ending } = await create('virtual');
    await client.call('PATCH', `/simulator/cards/${ending.id}/issue`);
    await client.call('DELETE', `/cards/${ending.id}`);
    expect((await create('virtual')).status).toBe(201);
    expect((await create('physical')).status).toBe(201);
    expect((await create('physical')).status).toBe(400);
    expect((await client.call('GET', `/accounts/${own}/cards`)).list).toHaveLength(4);
  });

  it('a creation is answered in nanoseconds, read in microseconds without trailing zeros', async () => {
    const own = await createActiveAccount(client, customerId);
    const body = { type: 'virtual', billingAddress: ADDRESS };
    const { json: made } = await client.call('POST', `/accounts/${own}/cards`, { body });
    expect(made.createdAt).toMatch(/\.\d{9}Z$/);
    const { json: read } = await client.call('GET', `/cards/${made.id}`);
    const microseconds = made.createdAt.slice(0, 26).replace(/\.?0+$/, '');
    expect(read.createdAt).toBe(`${microseconds}Z`);
  });

  it('a captured authorisation of a terminated card is honoured for 30 days', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const own = await startForTest({ clock: () => new Date(nowMs), tokenTtlSeconds: 10_000_000 });
    const ownCard = await createActiveCard(own, await createActiveAccount(own, await createActiveCustomer(own)));
    const authorise = () =>
      own.call('POST', `/simulator/cards/${ownCard}/authorisation`, { body: { ...authorisation, capture: false } });
    const [first, second] = [(await authorise()).json, (await authorise()).json];
    await own.call('DELETE', `/cards/${ownCard}`);
    expect((await authorise()).status).toBe(400);
    nowMs += 30 * 86_400_000;
    expect((await own.call('PATCH', `/simulator/authorisations/${first.id}/capture`)).status).toBe(202);
    nowMs += 1;
    expect((await own.call('PATCH', `/simulator/authorisations/${second.id}/capture`)).status).toBe(400);
  });

  it('bodies beyond the bound are refused', async () => {
    const own = await startForTest({ maxBodyBytes: 1000 });
    for (const length of [2000, 300_000]) {
      const answer = await own.unsigned('POST', '/auth/token', { apiKey: 'x'.repeat(length) });
      expect(answer.status).toBe(413);
    }
  });

  it('unknown paths and methods are refused', async () => {
    expect((await client.call('GET', '/cards/a/b/c')).status).toBe(404);
    expect((await client.call('GET', '/card')).status).toBe(404);
    expect((await client.call('PUT', '/cards')).status).toBe(405);
  });
});
