import 'reflect-metadata';
import { buildSchema, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { Scope } from '../../src/auth/inbound/scope.js';
import { buildGatewaySchema } from '../../src/resolvers/build-schema.js';
import type { DoorRule } from '../../src/resolvers/door.js';
import { doorlessFieldsOf, doorsOf, fieldResolversOf } from './doors.js';

const schema = buildGatewaySchema({ simulator: true });
const ruleOf = (field: GraphQLField<unknown, unknown>) => field.extensions.door as DoorRule;

/** Which scope each field asks for: a change of any of these is a change of who may see what. */
const READS: Record<string, string | null> = {
  'Query.viewer': null,
  // Records are looked up by caller: what is somebody else's cannot be named.
  'Query.mutationOutcome': null,
  'Query.customer': Scope.CustomersRead,
  'Query.customers': Scope.CustomersRead,
  'Query.customerChallenge': Scope.CustomersRead,
  'Query.account': Scope.AccountsRead,
  'Query.accounts': Scope.AccountsRead,
  'Query.accountChallenge': Scope.AccountsRead,
  'Query.card': Scope.CardsRead,
  'Query.cards': Scope.CardsRead,
  'Query.authorisation': Scope.TransactionsRead,
  'Query.transaction': Scope.TransactionsRead,
  'Query.webhookSubscription': Scope.WebhooksManage,
  'Query.webhookSubscriptions': Scope.WebhooksManage,
  'Subscription.customerUpdated': Scope.CustomersRead,
  'Subscription.accountUpdated': Scope.AccountsRead,
  'Subscription.cardUpdated': Scope.CardsRead,
  'Subscription.authorisationUpdated': Scope.TransactionsRead,
  'Subscription.transactionUpdated': Scope.TransactionsRead,
  'Viewer.customer': Scope.CustomersRead,
  'Customer.accounts': Scope.AccountsRead,
  'Account.customer': Scope.CustomersRead,
  'Account.cards': Scope.CardsRead,
  'Account.transactions': Scope.TransactionsRead,
  'Card.account': Scope.AccountsRead,
  'Card.transactions': Scope.TransactionsRead,
  'Authorisation.account': Scope.AccountsRead,
  'Authorisation.card': Scope.CardsRead,
  'Transaction.account': Scope.AccountsRead,
  'Transaction.card': Scope.CardsRead,
  'CardLimitReachedError.existingCard': Scope.CardsRead,
};

const WRITES: [RegExp, string][] = [
  [/^simulate/, Scope.Simulator],
  [/Customer(Challenge)?$/, Scope.CustomersWrite],
  [/Account(Challenge)?$/, Scope.AccountsWrite],
  [/Card$/, Scope.CardsWrite],
  [/WebhookSubscription$/, Scope.WebhooksManage],
];

describe('doors', () => {
  it('stand before every root field and every reference to somebody’s data', () => {
    expect(doorlessFieldsOf(schema)).toEqual([]);
    expect(doorlessFieldsOf(buildGatewaySchema({ simulator: false }))).toEqual([]);
  });

  it('ask of each read the scope of what it leads to', () => {
    const reads = doorsOf(schema).filter(({ path }) => !path.startsWith('Mutation.'));
    expect(Object.fromEntries(reads.map(({ path, field }) => [path, ruleOf(field).scope]))).toEqual(READS);
  });

  it('ask of each mutation the scope of what it changes', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(mutations).toHaveLength(23);
    for (const field of mutations) {
      const scope = WRITES.find(([pattern]) => pattern.test(field.name))?.[1];
      expect([field.name, ruleOf(field).scope]).toEqual([field.name, scope]);
    }
  });

  it('are closed to callers limited to one customer where nothing belongs to one', () => {
    const forProgramme = doorsOf(schema).filter(({ field }) => ruleOf(field).programmeOnly);
    expect(forProgramme.map(({ path }) => path).sort()).toEqual([
      'Mutation.createCustomer',
      'Mutation.createWebhookSubscription',
      'Mutation.deleteWebhookSubscription',
      'Mutation.updateWebhookSubscription',
      'Query.webhookSubscription',
      'Query.webhookSubscriptions',
    ]);
  });

  it('leave open only what is computed from an entity that has passed one', () => {
    const open = fieldResolversOf(schema).filter(({ field }) => field.extensions.door === undefined);
    expect(open.map(({ path }) => path).sort()).toEqual([
      'Account.availableActions',
      'Card.availableActions',
      'Card.last4',
    ]);
  });

  it('are not only declared: each field with a rule asks it when it is resolved', async () => {
    for (const { path, field } of doorsOf(schema)) {
      const context = { principal: null };
      const resolve = field.resolve as (...args: unknown[]) => unknown;
      const passed = Promise.resolve()
        .then(() => resolve({}, {}, context, { fieldName: field.name, path: { key: field.name } }))
        .then(
          () => 'passed',
          (error: { code?: string }) => error.code,
        );
      expect([path, await passed]).toEqual([path, 'UNAUTHENTICATED']);
    }
  });

  it('of subscriptions are asked before one begins, and not only at each event', async () => {
    const subscriptions = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
    expect(subscriptions).toHaveLength(5);
    for (const { name, subscribe } of subscriptions) {
      const begin = subscribe as (...args: unknown[]) => Promise<unknown>;
      await expect([name, begin({}, {}, { principal: null }, {})][1]).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
  });
});

describe('the test of doors itself', () => {
  const without = (...paths: string[]): GraphQLSchema => {
    const copy = buildGatewaySchema({ simulator: true });
    for (const path of paths) {
      const [typeName = '', fieldName = ''] = path.split('.');
      const type = copy.getType(typeName);
      const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
      if (!field) throw new Error(`${path} is missing`);
      field.extensions = {};
    }
    return copy;
  };

  it.each([
    'Query.card',
    'Query.webhookSubscriptions',
    'Mutation.createCard',
    'Account.cards',
    'Card.transactions',
    'Viewer.customer',
    'CardLimitReachedError.existingCard',
  ])('misses a rule of %s', (path) => {
    expect(doorlessFieldsOf(without(path))).toEqual([path]);
  });

  it('finds every way to an entity in a schema without any rule', () => {
    const doorless = buildSchema(`
      type Query { card: Card, version: String }
      type Mutation { createCard: CreateCardPayload }
      type Subscription { cardUpdated: Card }
      type CreateCardPayload { card: Card }
      type Card { id: ID!, account: Account!, twins: [Card!]!, transactions: TransactionConnection, name: String }
      type Account { challenge: Challenge }
      type Challenge { value: String }
      type TransactionConnection { nodes: [Transaction!]! }
      type Transaction { card: Card }
      type SomeError { card: Card }
    `);
    expect(doorlessFieldsOf(doorless).sort()).toEqual([
      'Account.challenge',
      'Card.account',
      'Card.transactions',
      'Card.twins',
      'Mutation.createCard',
      'Query.card',
      'Query.version',
      'SomeError.card',
      'Subscription.cardUpdated',
      'Transaction.card',
    ]);
  });
});
