import { randomUUID } from 'node:crypto';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { Caller } from '../support/graphql-client.js';
import { ADDRESS } from '../support/guide.js';
import { type OddApi, startOddApi } from '../support/odd-api.js';

const times = { createdAt: '2024-01-12T14:32:27Z', updatedAt: '2024-01-12T14:32:27Z' };
const own = { customer: randomUUID(), account: randomUUID(), card: randomUUID(), payment: randomUUID() };
const foreign = { customer: randomUUID(), account: randomUUID(), card: randomUUID(), payment: randomUUID() };

const account = ({ account: id, customer: customerId }: typeof own) => ({
  ...{ id, customerId, status: 'active', type: 'card_account', currencies: ['EUR'] },
  ...times,
});
const card = ({ card: id, account: accountId }: typeof own) => ({
  ...{ id, accountId, type: 'virtual', status: 'active', billingAddress: ADDRESS },
  ...times,
});
const payment = ({ payment: id, account: accountId, card: cardId }: typeof own) => ({
  ...{ id, accountId, cardId, status: 'processed', amount: '1', currency: 'EUR' },
  ...times,
});

describe('an API that lists what is foreign below what is one’s own', () => {
  let api: OddApi;
  let gateway: TestGateway;
  const caller: Caller = { customerId: own.customer };

  beforeAll(async () => {
    api = await startOddApi();
    const customer = { id: own.customer, externalId: 'own', chainId: 'eip155:1:0xABC', status: 'active', ...times };
    const answers: [string, unknown][] = [
      [`/customers/${own.customer}`, customer],
      [`/customers/${own.customer}/accounts`, [account(own), account(foreign)]],
      [`/accounts/${own.account}`, account(own)],
      [`/accounts/${own.account}/cards`, [card(own), card(foreign)]],
      [`/accounts/${own.account}/transactions`, [payment(own), payment(foreign)]],
      [`/cards/${own.card}`, card(own)],
      [`/cards/${own.card}/transactions`, [payment(own), payment(foreign)]],
      [`/cards/${foreign.card}`, card(foreign)],
    ];
    for (const [path, body] of answers) api.answers.set(`GET ${path}`, { body });
    gateway = await startTestGateway({ odd: api, env: { CACHE_TTL_SECONDS: '0' } });
  });

  it.each([
    ['Customer.accounts', `{ customer(id: "${own.customer}") { accounts { id } } }`, own.account],
    ['accounts', '{ accounts { totalCount nodes { id } } }', own.account],
    ['cards', '{ cards { totalCount nodes { id } } }', own.card],
    ['cards of an account', `{ cards(filter: {accountId: "${own.account}"}) { totalCount nodes { id } } }`, own.card],
    ['Account.cards', `{ account(id: "${own.account}") { cards { id } } }`, own.card],
    [
      'Account.transactions',
      `{ account(id: "${own.account}") { transactions { totalCount nodes { id } } } }`,
      own.payment,
    ],
    ['Card.transactions', `{ card(id: "${own.card}") { transactions { totalCount nodes { id } } } }`, own.payment],
  ])('shows a customer nothing of it: %s', async (_, query, expected) => {
    const { text, body } = await gateway.post({ query }, caller);
    expect(body.errors).toBeUndefined();
    expect(text).toContain(expected);
    expect(text).not.toMatch(/"totalCount":2/);
    expect(Object.values(foreign).filter((id) => text.includes(id))).toEqual([]);
  });

  it('does not take a foreign card for one’s own because its account was listed', async () => {
    const { body } = await gateway.post({ query: `{ card(id: "${foreign.card}") { id } }` }, caller);
    expect(body).toEqual({ data: { card: null } });
  });

  it('shows staff what the API says', async () => {
    const { text } = await gateway.post({ query: `{ account(id: "${own.account}") { cards { id } } }` });
    expect(text).toContain(foreign.card);
  });
});
