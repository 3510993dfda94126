import { randomUUID } from 'node:crypto';
import { print } from 'graphql';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { Caller, GraphqlBody } from '../support/graphql-client.js';
import { present } from '../support/guide.js';
import { MUTATIONS, QUERIES } from './access-doors.js';

const demo = demoProgramme();
const amelia = demo.of('amelia-hart');
const sofia = demo.of('sofia-marques');
const account = firstOf(amelia.accounts);
const card = firstOf(amelia.cards, ({ status }) => status === 'active');
const payment = firstOf(demo.transactions, ({ cardId }) => cardId === card.id);
const held = firstOf(demo.authorisations, ({ cardId, status }) => cardId === card.id && status === 'pending');
const niamh = demo.of('niamh-doyle');

const OWNER: Caller = { customerId: amelia.customer.id };
const OTHER: Caller = { customerId: sofia.customer.id };
const ALL = 'customers:read customers:write accounts:read accounts:write cards:read cards:write transactions:read';
const staffWithout = (scope: string): Caller => ({
  scopes: `${ALL} webhooks:manage simulator programme`.split(' ').filter((name) => name !== scope),
});

/** Takes out what differs between any two answers: the request ID, and keys that were made for the occasion. */
function comparable({ body }: { body: GraphqlBody<unknown> }): unknown {
  return JSON.parse(JSON.stringify(body, (name, value) => (/^(requestId|key)$/.test(name) ? undefined : value)));
}

describe('who may see and change what', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });

  describe.each(QUERIES)('$field', ({ field, scope, id, ask }) => {
    it('is shown to its owner and to staff, and they see the same', async () => {
      const seen = await ask(gateway, id, OWNER);
      expect(seen.body.data).toMatchObject({ [field]: { id } });
      expect((await ask(gateway, id, {})).body).toEqual(seen.body);
      expect((await ask(gateway, id.toUpperCase(), OWNER)).body).toEqual(seen.body);
    });

    it('looks absent to another customer', async () => {
      const foreign = await ask(gateway, id, OTHER);
      expect(foreign.body).toEqual({ data: { [field]: null } });
      expect(comparable(await ask(gateway, randomUUID(), OTHER))).toEqual(comparable(foreign));
    });

    it(`is FORBIDDEN without ${scope}, naming it`, async () => {
      const { body } = await ask(gateway, id, staffWithout(scope));
      expect(body.data).toEqual({ [field]: null });
      expect(body.errors).toMatchObject([
        { path: [field], message: expect.stringContaining(`"${scope}"`), extensions: { code: 'FORBIDDEN' } },
      ]);
    });
  });

  describe.each(MUTATIONS)('$field', ({ field, scope, id, ask }) => {
    it('answers another customer as if there were nothing, and asks nothing of the API that would change it', async () => {
      gateway.resetCalls();
      const foreign = await ask(gateway, id, OTHER);
      expect(foreign.body.errors).toBeUndefined();
      expect(foreign.body.data).toMatchObject({ [field]: { userErrors: [{ code: 'NOT_FOUND' }] } });
      expect(Object.keys(gateway.upstreamCalls()).filter((route) => !route.startsWith('GET '))).toEqual([]);
      expect(comparable(await ask(gateway, randomUUID(), OTHER))).toEqual(comparable(foreign));
    });

    it(`is FORBIDDEN without ${scope}, naming it, and nothing is sent`, async () => {
      gateway.resetCalls();
      const { body } = await ask(gateway, id, staffWithout(scope));
      expect(body.data ?? null).toBeNull();
      expect(body.errors).toMatchObject([
        { path: [field], message: expect.stringContaining(`"${scope}"`), extensions: { code: 'FORBIDDEN' } },
      ]);
      expect(gateway.upstreamCalls()).toEqual({});
    });
  });

  it.each([
    ['customers', op.CustomersDocument, [amelia.customer.id]],
    ['accounts', op.AccountsDocument, amelia.accounts.map(({ id }) => id)],
    ['cards', op.CardsDocument, amelia.cards.map(({ id }) => id)],
  ] as const)('%s lists only what is the own of a customer', async (field, document, ids) => {
    const { body } = await gateway.post({ query: print(document) }, OWNER);
    const connection = (body.data as Record<string, { nodes: { id: string }[]; totalCount: number }>)[field];
    expect(connection?.nodes.map(({ id }) => id)).toEqual(ids);
    expect(connection?.totalCount).toBe(ids.length);
  });

  it('filters by what is foreign find nothing', async () => {
    const { accounts } = await gateway.run(op.AccountsDocument, { filter: { customerId: amelia.customer.id } }, OTHER);
    const { cards } = await gateway.run(op.CardsDocument, { filter: { accountId: account.id } }, OTHER);
    expect([accounts.totalCount, cards.totalCount]).toEqual([0, 0]);
  });

  it.each([
    ['customerChallenge', op.CustomerChallengeDocument, niamh.customer.id],
    ['accountChallenge', op.AccountChallengeDocument, firstOf(niamh.accounts).id],
  ])('%s looks absent to another customer, who cannot make the pending one invalid', async (field, document, id) => {
    const variables = { customerId: id, accountId: id };
    const calls = await gateway.callsOf(async () => {
      const { body } = await gateway.post({ query: print(document), variables }, OTHER);
      expect(body).toEqual({ data: { [field]: null } });
    });
    expect(Object.keys(calls).filter((route) => route.includes('challenge'))).toEqual([]);
  });

  it('gives the challenge of an account to its owner', async () => {
    const accountId = firstOf(niamh.accounts).id;
    const { accountChallenge } = await gateway.run(
      op.AccountChallengeDocument,
      { accountId },
      { customerId: niamh.customer.id },
    );
    expect(present(accountChallenge).value).toMatch(/^[A-Za-z0-9+/]+=*$/);
  });

  it.each([
    ['Card.account', `{ card(id: "${card.id}") { id account { id } } }`, 'accounts:read', ['card', 'account']],
    ['Account.cards', `{ account(id: "${account.id}") { id cards { id } } }`, 'cards:read', ['account', 'cards']],
    [
      'Account.customer',
      `{ account(id: "${account.id}") { id customer { id } } }`,
      'customers:read',
      ['account', 'customer'],
    ],
    [
      'Account.transactions',
      `{ account(id: "${account.id}") { id transactions { totalCount } } }`,
      'transactions:read',
      ['account', 'transactions'],
    ],
    [
      'Card.transactions',
      `{ card(id: "${card.id}") { id transactions { totalCount } } }`,
      'transactions:read',
      ['card', 'transactions'],
    ],
    [
      'Customer.accounts',
      `{ customer(id: "${amelia.customer.id}") { id accounts { id } } }`,
      'accounts:read',
      ['customer', 'accounts'],
    ],
    [
      'Authorisation.card',
      `{ authorisation(id: "${held.id}") { id card { id } } }`,
      'cards:read',
      ['authorisation', 'card'],
    ],
    [
      'Transaction.account',
      `{ transaction(id: "${payment.id}") { id account { id } } }`,
      'accounts:read',
      ['transaction', 'account'],
    ],
  ])('%s needs the scope of what it leads to, and the rest of the answer stands', async (_field, text, scope, path) => {
    const { body } = await gateway.post({ query: text }, staffWithout(scope));
    const [parent = '', child = ''] = path;
    expect(body.data).toMatchObject({ [parent]: { id: expect.any(String), [child]: null } });
    expect(body.errors).toMatchObject([
      { path, extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining(`"${scope}"`) },
    ]);
  });

  const PROGRAMME_ONLY: [field: string, text: string][] = [
    ['webhookSubscriptions', '{ webhookSubscriptions { id } }'],
    ['webhookSubscription', `{ webhookSubscription(id: "${randomUUID()}") { id } }`],
    [
      'createCustomer',
      'mutation { createCustomer(input: { chainId: "eip155:300:0xabc", externalId: "x" }) { customer { id } } }',
    ],
    [
      'createWebhookSubscription',
      'mutation { createWebhookSubscription(input: { callbackUrl: "https://example.com", types: [CARD_UPDATED] }) { userErrors { code } } }',
    ],
    [
      'updateWebhookSubscription',
      `mutation { updateWebhookSubscription(input: { id: "${randomUUID()}", callbackUrl: "https://example.com", types: [CARD_UPDATED] }) { userErrors { code } } }`,
    ],
    [
      'deleteWebhookSubscription',
      `mutation { deleteWebhookSubscription(input: { id: "${randomUUID()}" }) { deletedId } }`,
    ],
  ];

  it.each(PROGRAMME_ONLY)('%s is closed to customers, whatever other scopes they have', async (field, text) => {
    const scopes = `${ALL} webhooks:manage simulator`.split(' ');
    gateway.resetCalls();
    const { body } = await gateway.post({ query: text }, { ...OWNER, scopes });
    expect(body.errors).toMatchObject([
      { path: [field], message: expect.stringContaining('"programme"'), extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(gateway.upstreamCalls()).toEqual({});
  });

  it.each([
    ...[...QUERIES, ...MUTATIONS].map(
      ({ field, id, ask }) => [field, () => ask(gateway, id, { token: null })] as const,
    ),
    ...PROGRAMME_ONLY.map(([field, text]) => [field, () => gateway.post({ query: text }, { token: null })] as const),
    ...['customers', 'accounts', 'cards'].map(
      (field) => [field, () => gateway.post({ query: `{ ${field} { totalCount } }` }, { token: null })] as const,
    ),
    ['viewer', () => gateway.post({ query: '{ viewer { subject } }' }, { token: null })] as const,
  ])('%s answers nobody but with 401 and a challenge', async (field, ask) => {
    gateway.resetCalls();
    const answer = await ask();
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="offblocks"');
    expect(answer.body.errors).toMatchObject([{ path: [field], extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(gateway.upstreamCalls()).toEqual({});
  });

  it.each(['eyJhbGciOiJub25lIn0.e30.', 'x', 'a.b.c'])('a token like %s is refused as invalid_token', async (token) => {
    const answer = await gateway.execute(op.ViewerDocument, {}, { token });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(answer.body.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect(answer.text).not.toContain('eyJ');
  });

  it('a token of neither a customer nor the programme is refused', async () => {
    const { status } = await gateway.execute(op.ViewerDocument, {}, { scopes: ['cards:read'] });
    expect(status).toBe(401);
  });

  it('tells callers who they are', async () => {
    expect((await gateway.run(op.ViewerCustomerDocument, {}, OWNER)).viewer).toMatchObject({
      subject: amelia.customer.id,
      customer: { id: amelia.customer.id, externalId: 'amelia-hart' },
    });
    expect((await gateway.run(op.ViewerCustomerDocument, {})).viewer.customer).toBeNull();
    const { viewer } = await gateway.run(op.ViewerDocument, {}, { ...OWNER, scopes: ['cards:read', 'accounts:read'] });
    expect(viewer.scopes).toEqual(['accounts:read', 'cards:read']);
  });
});
