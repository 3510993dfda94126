import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { present } from '../support/guide.js';

const demo = demoProgramme();

interface Page {
  nodes: { id: string }[];
  edges: { cursor: string }[];
  pageInfo: op.PageInfoFieldsFragment;
  totalCount: number;
}
interface PageArguments {
  first?: number;
  after?: string | null;
  last?: number;
  before?: string | null;
  createdAt?: op.SortDirection;
}

describe('connections', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });

  const CONNECTIONS: [name: string, read: (args: PageArguments) => Promise<Page>, ids: string[]][] = [
    [
      'customers',
      async (args) => (await gateway.run(op.CustomersDocument, args)).customers,
      demo.customers.map(({ id }) => id),
    ],
    [
      'accounts',
      async (args) => (await gateway.run(op.AccountsDocument, args)).accounts,
      demo.accounts.map(({ id }) => id),
    ],
    ['cards', async (args) => (await gateway.run(op.CardsDocument, args)).cards, demo.cards.map(({ id }) => id)],
  ];

  describe.each(CONNECTIONS)('%s', (_name, read, ids) => {
    it.each(['ASC', 'DESC'] as const)('walks forwards through all of them, once each (%s)', async (createdAt) => {
      const walked: string[] = [];
      let after: string | null = null;
      for (let isMore = true; isMore; ) {
        const page: Page = await read({ first: 5, after, createdAt });
        expect(page.totalCount).toBe(ids.length);
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
        expect(page.pageInfo).toMatchObject({
          startCursor: page.edges[0]?.cursor,
          endCursor: page.edges.at(-1)?.cursor,
        });
        walked.push(...page.nodes.map(({ id }) => id));
        after = page.pageInfo.endCursor;
        isMore = page.pageInfo.hasNextPage;
      }
      expect(walked).toEqual(createdAt === 'ASC' ? ids : ids.toReversed());
    });

    it.each(['ASC', 'DESC'] as const)('walks backwards through all of them, once each (%s)', async (createdAt) => {
      const walked: string[] = [];
      let before: string | null = null;
      for (let isMore = true; isMore; ) {
        const page: Page = await read({ last: 5, before, createdAt });
        expect(page.pageInfo.hasNextPage).toBe(before !== null);
        walked.unshift(...page.nodes.map(({ id }) => id));
        before = page.pageInfo.startCursor;
        isMore = page.pageInfo.hasPreviousPage;
      }
      expect(walked).toEqual(createdAt === 'ASC' ? ids : ids.toReversed());
    });

    it('turns round where it stands', async () => {
      const forwards = await read({ first: 6 });
      const back = await read({ last: 2, before: forwards.edges[4]?.cursor ?? null });
      expect(back.nodes).toEqual(forwards.nodes.slice(2, 4));
    });

    it('answers first: 0 with the count alone', async () => {
      expect(await read({ first: 0 })).toMatchObject({ nodes: [], totalCount: ids.length });
    });
  });

  it('pages through the transactions of a card and of an account', async () => {
    const [card] = demo.of('amelia-hart').cards;
    const { id, accountId } = present(card);
    const ids = demo.transactions.filter(({ cardId }) => cardId === id).map((transaction) => transaction.id);
    const first = present((await gateway.run(op.CardTransactionsDocument, { id, first: 3 })).card?.transactions);
    expect(first).toMatchObject({ totalCount: ids.length, pageInfo: { hasNextPage: true } });
    const after = first.pageInfo.endCursor;
    const rest = present((await gateway.run(op.CardTransactionsDocument, { id, first: 3, after })).card?.transactions);
    expect([...first.nodes, ...rest.nodes].map((transaction) => transaction.id)).toEqual(ids);
    const all = demo.transactions.filter((transaction) => transaction.accountId === accountId);
    const ofAccount = await gateway.run(op.AccountTransactionsDocument, { id: accountId });
    expect(ofAccount.account?.transactions?.totalCount).toBe(all.length);
  });

  it('counts and pages what the filter lets through', async () => {
    const { customers } = await gateway.run(op.CustomersDocument, { first: 2, filter: { status: ['ACTIVE'] } });
    const active = demo.customers.filter(({ status }) => status === 'active');
    expect(customers).toMatchObject({ totalCount: active.length, pageInfo: { hasNextPage: true } });
    expect(customers.nodes.map(({ id }) => id)).toEqual(active.slice(0, 2).map(({ id }) => id));
  });

  it.each<[string, op.CardFilter, (card: (typeof demo.cards)[number]) => boolean]>([
    ['several states', { status: ['SUSPENDED', 'BLOCKED'] }, ({ status }) => /suspended|blocked/.test(status)],
    [
      'type and state',
      { type: ['PHYSICAL'], status: ['ACTIVE'] },
      ({ type, status }) => type === 'physical' && status === 'active',
    ],
    ['an empty list, which matches none', { status: [] }, () => false],
    ['a state that there is none of yet', { status: ['UNKNOWN'] }, () => false],
  ])('filters cards by %s', async (_what, filter, isMatch) => {
    const { cards } = await gateway.run(op.CardsDocument, { first: 500, filter });
    expect(cards.nodes.map(({ id }) => id)).toEqual(demo.cards.filter(isMatch).map(({ id }) => id));
    expect(cards.totalCount).toBe(cards.nodes.length);
  });

  it('filters below a parent as it does at the root', async () => {
    const { accounts, customer } = demo.of('jonas-weber');
    const closed = firstOf(accounts, ({ status }) => status === 'closed');
    const filter = { status: ['CLOSED' as const] };
    const below = await gateway.run(op.CustomerAccountsDocument, { id: customer.id, filter });
    expect(below.customer?.accounts?.map(({ id }) => id)).toEqual([closed.id]);
    const physical = await gateway.run(op.AccountCardsDocument, { id: closed.id, filter: { type: ['PHYSICAL'] } });
    expect(physical.account?.cards).toEqual([]);
  });

  it('finds a customer by external ID, to the letter', async () => {
    const find = async (externalId: string) =>
      (await gateway.run(op.CustomersDocument, { filter: { externalId } })).customers.totalCount;
    expect([await find('amelia-hart'), await find('Amelia-Hart'), await find('')]).toEqual([1, 0, 0]);
  });

  const REFUSED: [what: string, args: PageArguments, field: string][] = [
    ['a negative first', { first: -1 }, 'first'],
    ['a first above 500', { first: 501 }, 'first'],
    ['a negative last', { last: -1 }, 'last'],
    ['a last above 500', { last: 501 }, 'last'],
    ['both first and last', { first: 1, last: 1 }, 'last'],
    ['an after that is no cursor', { first: 1, after: 'not-a-cursor' }, 'after'],
    ['an empty after', { first: 1, after: '' }, 'after'],
    ['a before that is no cursor', { last: 1, before: 'e30=' }, 'before'],
  ];

  it.each(REFUSED)('refuse %s and name the argument', async (_what, args, field) => {
    for (const document of [op.CustomersDocument, op.AccountsDocument, op.CardsDocument]) {
      const { status, body } = await gateway.execute<unknown, PageArguments>(document, args);
      const [error] = present(body.errors);
      expect(error?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: [field], retryable: false });
      expect({ status, path: error?.path?.length, data: body.data }).toEqual({ status: 200, path: 1, data: null });
    }
  });
});
