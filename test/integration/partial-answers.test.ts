import { isNonNullType } from 'graphql';
import { buildGatewaySchema } from '../../src/resolvers/build-schema.js';
import { doorsOf, rootFieldsOf } from '../resolvers/doors.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const demo = demoProgramme();
const transaction = firstOf(demo.transactions, ({ cardId, accountId }) => Boolean(cardId && accountId));
const authorisation = firstOf(demo.authorisations, ({ id }) => id === transaction.id);
const { cardId, accountId } = authorisation;
const account = firstOf(demo.accounts, ({ id }) => id === accountId);

interface Reference {
  /** `Type.field`. */
  name: string;
  query: string;
  /** Of the API: what the reference is read with. */
  route: string;
  /** Of the error. */
  path: (string | number)[];
  /** What stands all the same. */
  rest: object;
}

const TRANSACTIONS = '{ totalCount }';

const REFERENCES: readonly Reference[] = [
  {
    name: 'Account.customer',
    query: `{ account(id: "${accountId}") { id customer { id } } }`,
    route: '/customers/*',
    path: ['account', 'customer'],
    rest: { account: { id: accountId, customer: null } },
  },
  {
    name: 'Account.cards',
    query: `{ account(id: "${accountId}") { id cards { id } } }`,
    route: '/accounts/*/cards',
    path: ['account', 'cards'],
    rest: { account: { id: accountId, cards: null } },
  },
  {
    name: 'Account.availableActions',
    query: `{ account(id: "${accountId}") { id availableActions } }`,
    route: '/accounts/*/cards',
    path: ['account', 'availableActions'],
    rest: { account: { id: accountId, availableActions: null } },
  },
  {
    name: 'Account.transactions',
    query: `{ account(id: "${accountId}") { id transactions ${TRANSACTIONS} } }`,
    route: '/accounts/*/transactions',
    path: ['account', 'transactions'],
    rest: { account: { id: accountId, transactions: null } },
  },
  {
    name: 'Authorisation.account',
    query: `{ authorisation(id: "${authorisation.id}") { id account { id } } }`,
    route: '/accounts/*',
    path: ['authorisation', 'account'],
    rest: { authorisation: { id: authorisation.id, account: null } },
  },
  {
    name: 'Authorisation.card',
    query: `{ authorisation(id: "${authorisation.id}") { id card { id } } }`,
    route: '/cards/*',
    path: ['authorisation', 'card'],
    rest: { authorisation: { id: authorisation.id, card: null } },
  },
  {
    name: 'Card.account',
    query: `{ card(id: "${cardId}") { id account { id } } }`,
    route: '/accounts/*',
    path: ['card', 'account'],
    rest: { card: { id: cardId, account: null } },
  },
  {
    name: 'Card.transactions',
    query: `{ card(id: "${cardId}") { id transactions ${TRANSACTIONS} } }`,
    route: '/cards/*/transactions',
    path: ['card', 'transactions'],
    rest: { card: { id: cardId, transactions: null } },
  },
  {
    name: 'Customer.accounts',
    query: `{ customer(id: "${account.customerId}") { id accounts { id } } }`,
    route: '/customers/*/accounts',
    path: ['customer', 'accounts'],
    rest: { customer: { id: account.customerId, accounts: null } },
  },
  {
    name: 'Transaction.account',
    query: `{ transaction(id: "${transaction.id}") { id account { id } } }`,
    route: '/accounts/*',
    path: ['transaction', 'account'],
    rest: { transaction: { id: transaction.id, account: null } },
  },
  {
    name: 'Transaction.card',
    query: `{ transaction(id: "${transaction.id}") { id card { id } } }`,
    route: '/cards/*',
    path: ['transaction', 'card'],
    rest: { transaction: { id: transaction.id, card: null } },
  },
];

/** A caller of one customer's only, so the table does without them: read with no call, or with none of the programme's. */
const ELSEWHERE = ['Viewer.customer', 'CardLimitReachedError.existingCard'];

const FAULTS = [
  ['answers 503', { kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE', true],
  ['resets the connection', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE', true],
  ['never answers', { kind: 'hang' }, 'UPSTREAM_TIMEOUT', true],
  ['refuses', { kind: 'status', status: 403 }, 'UPSTREAM_REJECTED', false],
] as const;

const schema = buildGatewaySchema({ simulator: true });

it('knows every reference of the schema, and every one may be null', () => {
  const roots = new Set(rootFieldsOf(schema).map(({ path }) => path));
  const references = doorsOf(schema).filter(({ path }) => !roots.has(path));
  const names = [
    ...REFERENCES.map(({ name }) => name).filter((name) => name !== 'Account.availableActions'),
    ...ELSEWHERE,
  ];
  expect(references.map(({ path }) => path).sort()).toEqual([...names].sort());
  expect(references.filter(({ field }) => isNonNullType(field.type)).map(({ path }) => path)).toEqual([]);
});

describe.each(FAULTS)('an API that %s', (_how, fault, code, retryable) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const deadlineMs = fault.kind === 'hang' ? '1000' : '10000';
    gateway = await startTestGateway({ env: { CACHE_TTL_SECONDS: '0', OPERATION_DEADLINE_MS: deadlineMs } });
    await gateway.post({ query: `{ card(id: "${cardId}") { id } }` });
  });
  beforeEach(() => gateway.sandbox.clearFaults());

  it.each(REFERENCES)(
    'for $name makes that null, says why, and leaves the rest',
    async ({ query, route, path, rest }) => {
      gateway.sandbox.injectFault({ fault, method: 'GET', path: route });
      const { status, body } = await gateway.post({ query });
      expect([status, body.data]).toEqual([200, rest]);
      expect(body.errors).toMatchObject([{ path, extensions: { code, retryable, requestId: expect.any(String) } }]);
    },
  );
});

describe('many of the same kind', () => {
  it('fail one by one: the cards of one account that fails are null, those of the others stand', async () => {
    const gateway = await startTestGateway({ env: { CACHE_TTL_SECONDS: '0', OPERATION_DEADLINE_MS: '1500' } });
    const ids = demo.accounts.slice(0, 3).map(({ id }) => id);
    const fields = ids.map((id, index) => `a${index}: account(id: "${id}") { id cards { id } }`).join(' ');
    // As a customer would: without the list of all cards, each is read by itself.
    const hanging = `/accounts/${ids[1]}/cards`;
    gateway.sandbox.injectFault({ fault: { kind: 'status', status: 500 }, path: '/cards' });
    gateway.sandbox.injectFault({ fault: { kind: 'hang' }, path: hanging });
    const { status, body } = await gateway.post({ query: `{ ${fields} }` });
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      a0: { id: ids[0], cards: expect.any(Array) },
      a1: { id: ids[1], cards: null },
      a2: { id: ids[2], cards: expect.any(Array) },
    });
    expect(body.errors).toMatchObject([{ path: ['a1', 'cards'], extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  });
});
