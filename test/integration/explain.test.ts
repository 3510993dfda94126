import { bulkProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { Caller, GraphqlAnswer } from '../support/graphql-client.js';

interface Upstream {
  calls: { method: string; path: string; status: number | null; milliseconds: number; bytes: number }[];
  cache: Record<string, Record<string, number>>;
  batches: { resource: string; size: number; listSize: number | null; choice: string }[];
}

const programme = bulkProgramme(200);
const { customer, accounts, cards } = programme.of('customer-3');
const card = firstOf(cards, ({ status }) => status === 'active');
const account = firstOf(accounts, ({ id }) => id === card.accountId);

const EXPLAIN = { headers: { 'x-explain': '1' } };
const extensionsOf = ({ body }: GraphqlAnswer) => (body as { extensions?: { upstream?: Upstream } }).extensions;

describe('the explanation of an operation', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway({ sandbox: { seed: { cards: 200 } } });
  });
  afterEach(() => gateway.close());

  async function explain(query: string, caller: Caller = EXPLAIN): Promise<Upstream> {
    const answer = await gateway.post({ query }, caller);
    expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
    const upstream = extensionsOf(answer)?.upstream;
    if (!upstream) throw new Error('nothing was explained');
    return upstream;
  }

  it('lists the calls that left for the API, with what each took', async () => {
    const { calls } = await explain(`{ account(id: "${account.id}") { cards { id } } }`);
    const prefix = new URL(gateway.sandbox.baseUrl).pathname;
    expect(calls).toEqual([
      {
        method: 'GET',
        path: `${prefix}/accounts/${account.id}`,
        status: 200,
        milliseconds: expect.any(Number),
        bytes: expect.any(Number),
      },
      expect.objectContaining({ path: `${prefix}/accounts/${account.id}/cards` }),
    ]);
    for (const { milliseconds, bytes } of calls) {
      expect(milliseconds).toBeGreaterThan(0);
      expect(bytes).toBeGreaterThan(100);
    }
  });

  it('agrees with what the API has received, when cold and when warm', async () => {
    const query = '{ accounts(first: 50) { nodes { cards { id account { customer { id } } } } } }';
    const received = async () => Object.values(gateway.upstreamCalls()).reduce((sum, count) => sum + count, 0);
    gateway.resetCalls();
    const cold = await explain(query);
    expect(cold.calls).toHaveLength(await received());
    expect(cold.batches).toEqual([
      { resource: 'account-cards', size: 50, listSize: 100, choice: 'list' },
      { resource: 'customer', size: 25, listSize: expect.any(Number), choice: 'list' },
    ]);
    gateway.resetCalls();
    const warm = await explain(query);
    expect([warm.calls, warm.batches, await received()]).toEqual([[], [], 0]);
    expect(warm.cache.accounts).toEqual({ hit: 1 });
  });

  it('counts what the cache was asked for by tag', async () => {
    const query = `{ card(id: "${card.id}") { id account { id } } }`;
    const cold = await explain(query);
    expect(cold.cache).toEqual({ [`card:${card.id}`]: { miss: 1 }, [`account:${account.id}`]: { miss: 1 } });
    const warm = await explain(query);
    expect(warm.cache).toEqual({ [`card:${card.id}`]: { hit: 1 }, [`account:${account.id}`]: { hit: 1 } });
  });

  it('tells how batches were carried out', async () => {
    const ids = programme.accounts.slice(0, 3).map(({ id }) => id);
    const query = `{ ${ids.map((id, index) => `a${index}: account(id: "${id}") { id }`).join(' ')} }`;
    const { batches, calls } = await explain(query);
    expect(batches).toEqual([{ resource: 'account', size: 3, listSize: null, choice: 'single' }]);
    expect(calls).toHaveLength(3);
  });

  it('covers the calls of a mutation, what was read for it included', async () => {
    const query = `mutation { deactivateCard(input: { cardId: "${card.id}" }) { card { status } userErrors { code } } }`;
    gateway.resetCalls();
    const { calls } = await explain(query);
    expect(calls.map(({ method }) => method)).toContain('PATCH');
    expect(calls).toHaveLength(Object.values(gateway.upstreamCalls()).reduce((sum, count) => sum + count, 0));
  });

  it('lists calls that failed and were repeated, too', async () => {
    gateway.sandbox.injectFault({ path: '/cards/*', times: 1, fault: { kind: 'status', status: 503 } });
    const { calls } = await explain(`{ card(id: "${card.id}") { id } }`);
    expect(calls.map(({ status }) => status)).toEqual([503, 200]);
  });

  it('comes with an answer that has errors', async () => {
    const answer = await gateway.post(
      { query: '{ card(id: "00000000-0000-4000-8000-000000000000") { id } }' },
      EXPLAIN,
    );
    expect(extensionsOf(answer)?.upstream?.calls.map(({ status }) => status)).toEqual([404]);
  });

  it('is of one operation only: another one at the same time has its own', async () => {
    const [first, second] = await Promise.all([
      explain(`{ card(id: "${card.id}") { id } }`),
      explain(`{ customer(id: "${customer.id}") { id } }`),
    ]);
    expect([first?.calls.length, second?.calls.length]).toEqual([1, 1]);
    expect(Object.keys(second?.cache ?? {})).toEqual([`customer:${customer.id}`]);
  });

  it('holds no token, no signature and nothing of a body', async () => {
    const text = JSON.stringify(await explain(`{ card(id: "${card.id}") { id } }`));
    expect(text).not.toMatch(/bearer|signature|eyJ|530518|secret/i);
  });

  it.each<[string, () => Caller]>([
    ['to who did not ask', () => ({})],
    ['with X-Explain: 0', () => ({ headers: { 'x-explain': '0' } })],
    ['with X-Explain: true', () => ({ headers: { 'x-explain': 'true' } })],
    ["to a customer's own app", () => ({ ...EXPLAIN, customerId: customer.id })],
    [
      'to a caller without the scope of the programme',
      () => ({ ...EXPLAIN, customerId: customer.id, scopes: ['cards:read', 'accounts:read'] }),
    ],
    ['to a caller without a token', () => ({ ...EXPLAIN, token: null })],
  ])('is not given %s', async (_, caller) => {
    const answer = await gateway.post({ query: `{ card(id: "${card.id}") { id } }` }, caller());
    expect(extensionsOf(answer)).toBeUndefined();
    expect(answer.text).not.toContain('"upstream"');
  });

  it('is given to a programme caller with few scopes as well', async () => {
    const caller = { ...EXPLAIN, scopes: ['programme', 'cards:read'] };
    const { calls } = await explain(`{ card(id: "${card.id}") { id } }`, caller);
    expect(calls).toHaveLength(1);
  });
});
