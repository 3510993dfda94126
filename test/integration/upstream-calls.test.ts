import * as op from '../operations/generated.js';
import { bulkProgramme, demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const demo = demoProgramme();
const amelia = demo.of('amelia-hart');
const [account] = amelia.accounts;
const [card, otherCard] = amelia.cards;
if (!account || !card || !otherCard) throw new Error('the demo seed has changed');
const payment = firstOf(demo.transactions, ({ cardId }) => cardId === card.id);

type Run = (gateway: TestGateway) => Promise<unknown>;

/** One field each, on a gateway that has read nothing yet. */
const COLD: [field: string, run: Run, calls: Record<string, number>][] = [
  ['customer', (g) => g.run(op.CustomerDocument, { id: amelia.customer.id }), { 'GET /customers/{customerId}': 1 }],
  ['customers', (g) => g.run(op.CustomersDocument, { first: 500 }), { 'GET /customers': 1 }],
  [
    'Customer.accounts',
    (g) => g.run(op.CustomerAccountsDocument, { id: amelia.customer.id }),
    { 'GET /customers/{customerId}': 1, 'GET /customers/{customerId}/accounts': 1 },
  ],
  ['account', (g) => g.run(op.AccountDocument, { id: account.id }), { 'GET /accounts/{accountId}': 1 }],
  ['accounts', (g) => g.run(op.AccountsDocument, { first: 500 }), { 'GET /accounts': 1 }],
  [
    'accounts of one customer',
    (g) => g.run(op.AccountsDocument, { filter: { customerId: amelia.customer.id } }),
    { 'GET /customers/{customerId}/accounts': 1 },
  ],
  [
    'Account.customer',
    (g) => g.run(op.AccountCustomerDocument, { id: account.id }),
    { 'GET /accounts/{accountId}': 1, 'GET /customers/{customerId}': 1 },
  ],
  [
    'Account.cards',
    (g) => g.run(op.AccountCardsDocument, { id: account.id }),
    { 'GET /accounts/{accountId}': 1, 'GET /accounts/{accountId}/cards': 1 },
  ],
  [
    'Account.availableActions',
    (g) => g.run(op.AccountActionsDocument, { id: account.id }),
    { 'GET /accounts/{accountId}': 1, 'GET /accounts/{accountId}/cards': 1 },
  ],
  [
    'Account.transactions',
    (g) => g.run(op.AccountTransactionsDocument, { id: account.id }),
    { 'GET /accounts/{accountId}': 1, 'GET /accounts/{accountId}/transactions': 1 },
  ],
  ['card', (g) => g.run(op.CardDocument, { id: card.id }), { 'GET /cards/{cardId}': 1 }],
  ['cards', (g) => g.run(op.CardsDocument, { first: 500 }), { 'GET /cards': 1 }],
  [
    'cards of one account',
    (g) => g.run(op.CardsDocument, { filter: { accountId: account.id } }),
    { 'GET /accounts/{accountId}/cards': 1 },
  ],
  [
    'Card.account',
    (g) => g.run(op.CardAccountDocument, { id: card.id }),
    { 'GET /cards/{cardId}': 1, 'GET /accounts/{accountId}': 1 },
  ],
  [
    'Card.transactions',
    (g) => g.run(op.CardTransactionsDocument, { id: card.id }),
    { 'GET /cards/{cardId}': 1, 'GET /cards/{cardId}/transactions': 1 },
  ],
  [
    'authorisation with account and card',
    (g) => g.run(op.AuthorisationOwnersDocument, { id: payment.id }),
    { 'GET /authorisations/{authorisationId}': 1, 'GET /accounts/{accountId}': 1, 'GET /cards/{cardId}': 1 },
  ],
  [
    'transaction with account and card',
    (g) => g.run(op.TransactionOwnersDocument, { id: payment.id }),
    { 'GET /transactions/{transactionId}': 1, 'GET /accounts/{accountId}': 1, 'GET /cards/{cardId}': 1 },
  ],
  ['webhookSubscriptions', (g) => g.run(op.WebhookSubscriptionsDocument, {}), { 'GET /webhooks': 1 }],
  ['viewer', (g) => g.run(op.ViewerDocument, {}), {}],
];

describe('calls to the API, field by field', () => {
  it.each(COLD)('%s: as few as there can be when cold, none when warm', async (_field, run, calls) => {
    const gateway = await startTestGateway();
    expect(await gateway.callsOf(() => run(gateway))).toEqual(calls);
    expect(await gateway.callsOf(() => run(gateway))).toEqual({});
    expect(gateway.sandbox.stats().requests['POST /auth/token'] ?? 0).toBeLessThanOrEqual(1);
    await gateway.close();
  });

  it('reads one card once, however many aliases ask for it', async () => {
    const gateway = await startTestGateway();
    const aliases = Array.from({ length: 15 }, (_, index) => `c${index}: card(id: "${card.id}") { id status }`);
    const calls = await gateway.callsOf(() => gateway.post({ query: `{ ${aliases.join(' ')} }` }));
    expect(calls).toEqual({ 'GET /cards/{cardId}': 1 });
  });

  it('joins the same read of many requests at a time to one call', async () => {
    const gateway = await startTestGateway();
    await gateway.token();
    const askAll = () => Promise.all(Array.from({ length: 20 }, () => gateway.run(op.CardDocument, { id: card.id })));
    expect(await gateway.callsOf(askAll)).toEqual({ 'GET /cards/{cardId}': 1 });
    expect(gateway.sandbox.stats().requests['POST /auth/token']).toBe(1);
  });

  it('answers an absent ID with one call', async () => {
    const gateway = await startTestGateway();
    const ask = () => gateway.run(op.CardDocument, { id: '00000000-0000-4000-8000-000000000000' });
    expect(await gateway.callsOf(ask)).toEqual({ 'GET /cards/{cardId}': 1 });
  });
});

describe('calls to the API for accounts { cards { account { customer } } } of a programme with 200 cards', () => {
  const bulk = bulkProgramme(200);
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { seed: { cards: 200 } } });
  });

  it('are one list for each kind of entity when cold, and none when warm', async () => {
    const ask = () => gateway.run(op.ProgrammeDocument, { first: 500 });
    expect(await gateway.callsOf(ask)).toEqual({ 'GET /accounts': 1, 'GET /cards': 1, 'GET /customers': 1 });
    expect(await gateway.callsOf(ask)).toEqual({});
    const { accounts } = await ask();
    expect(accounts.nodes).toHaveLength(bulk.accounts.length);
    expect(accounts.nodes.flatMap(({ cards }) => cards)).toHaveLength(200);
  });

  it('are the same few for a page of 50 accounts, and for 20 requests at a time', async () => {
    const cold = await startTestGateway({ sandbox: { seed: { cards: 200 } } });
    await cold.token();
    const ask = () => cold.run(op.ProgrammeDocument, { first: 50 });
    const askAll = () => Promise.all(Array.from({ length: 20 }, ask));
    expect(await cold.callsOf(askAll)).toEqual({ 'GET /accounts': 1, 'GET /cards': 1, 'GET /customers': 1 });
    expect(await cold.callsOf(askAll)).toEqual({});
    const { accounts } = await ask();
    expect(accounts.nodes).toHaveLength(50);
  });

  it('are only for what a mutation of one card has changed', async () => {
    const active = firstOf(bulk.cards, ({ status }) => status === 'active');
    const act = () => gateway.run(op.DeactivateCardDocument, { input: { cardId: active.id } });
    expect(await gateway.callsOf(act)).toEqual({ 'PATCH /cards/{cardId}/deactivate': 1 });
    const ask = () => gateway.run(op.ProgrammeDocument, { first: 500 });
    expect(await gateway.callsOf(ask)).toEqual({ 'GET /accounts/{accountId}/cards': 1 });
    expect(await gateway.callsOf(ask)).toEqual({});
  });
});

describe("calls to the API on behalf of a customer's own app", () => {
  it('never list the programme', async () => {
    const gateway = await startTestGateway({ sandbox: { seed: { cards: 40 } } });
    const bulk = bulkProgramme(40);
    const own = bulk.of('customer-3');
    const ownCard = firstOf(own.cards);
    const variables = { cardId: ownCard.id, accountId: ownCard.accountId, customerId: own.customer.id };
    const caller = { customerId: own.customer.id };
    const calls = await gateway.callsOf(async () => {
      await gateway.run(op.EveryWayToCardDocument, variables, caller);
      await gateway.run(op.ProgrammeDocument, { first: 500 }, caller);
      await gateway.run(op.CardsDocument, { first: 500 }, caller);
      await gateway.run(op.DeactivateCardDocument, { input: { cardId: ownCard.id } }, caller);
      await gateway.run(op.EveryWayToCardDocument, variables, caller);
    });
    for (const route of ['GET /cards', 'GET /accounts', 'GET /customers']) expect(calls).not.toHaveProperty([route]);
  });
});

describe('calls to the API in a programme with 25,000 accounts and 50,000 cards', () => {
  const bulk = bulkProgramme(50_000);
  // The last one: what was read for others is of no use to it.
  const two = bulk.customers.at(-1) ?? firstOf(bulk.customers);
  const own = bulk.of(two.externalId ?? '');
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { seed: { cards: 50_000 } } });
  });

  it("are a customer's own when it has two accounts", async () => {
    const caller = { customerId: two.id };
    const ask = () => gateway.run(op.ProgrammeDocument, { first: 50 }, caller);
    expect(await gateway.callsOf(ask)).toEqual({
      'GET /customers/{customerId}': 1,
      'GET /customers/{customerId}/accounts': 1,
      'GET /accounts/{accountId}/cards': 2,
    });
    expect(await gateway.callsOf(ask)).toEqual({});
    const { accounts } = await ask();
    expect(own.accounts).toHaveLength(2);
    expect(accounts.nodes.map(({ id }) => id)).toEqual(own.accounts.map(({ id }) => id));
  });

  it('are the list of accounts and twenty single reads for a page of twenty', async () => {
    const query = '{ accounts(first: 20) { nodes { cards { id } } } }';
    const ask = () => gateway.post({ query });
    expect(await gateway.callsOf(ask)).toEqual({ 'GET /accounts': 1, 'GET /accounts/{accountId}/cards': 20 });
    expect(await gateway.callsOf(ask)).toEqual({});
  });
});
