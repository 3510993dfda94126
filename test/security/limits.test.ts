import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { Caller, GraphqlAnswer } from '../support/graphql-client.js';
import { OVERLOADS, persistedQuery } from './overload.js';

const extensionsOf = ({ body }: GraphqlAnswer) => body.errors?.[0]?.extensions as Record<string, unknown> | undefined;
const NOBODY: Caller = { token: null };

/** What GraphQL itself finds wrong with a document is no matter of HTTP under `application/json`; a limit is. */
const statusOf = (code: string) => (code.startsWith('GRAPHQL_') ? 200 : 400);

/** Refused with a code, a status, and nothing that helps an attacker. */
function expectRefused(answer: GraphqlAnswer, { code, limit }: { code: string; limit?: string }): void {
  const { body, text, status } = answer;
  expect({ status, extensions: extensionsOf(answer) }).toMatchObject({
    status: statusOf(code),
    extensions: { code, retryable: false, ...(limit && { limit }) },
  });
  expect(body.data ?? null).toBeNull();
  expect(text).not.toMatch(/\bat [\w.<>]+ \(|node_modules|stacktrace|Maximum call stack/);
  // Not the document over again.
  expect(text.length).toBeLessThan(10_000);
}

describe('documents that are made to cost more than they weigh', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ env: { APQ: 'on', RATE_LIMIT: '1000000' } });
    await gateway.token();
  });

  beforeEach(() => gateway.resetCalls());

  afterEach(async () => {
    expect(gateway.upstreamCalls()).toEqual({});
    const alive = await gateway.post({ query: '{ viewer { subject } }' });
    expect([alive.status, alive.body.errors]).toEqual([200, undefined]);
  });

  describe.each(OVERLOADS)('$name', ({ document, ...refusal }) => {
    it('is refused to somebody and to nobody, the first time and again', async () => {
      for (const caller of [{}, {}, NOBODY]) expectRefused(await gateway.post({ query: document }, caller), refusal);
    });

    it('is refused by GET', async () => {
      const url = `${gateway.url}/graphql?${new URLSearchParams({ query: document })}`;
      // Node itself refuses heads of more than 16 kB.
      if (url.length > 15_000) return;
      const headers = { authorization: `Bearer ${await gateway.token()}`, 'apollo-require-preflight': '1' };
      const response = await fetch(url, { headers });
      const text = await response.text();
      expectRefused({ status: response.status, headers: response.headers, body: JSON.parse(text), text }, refusal);
    });

    it('is not let in by its hash', async () => {
      const extensions = persistedQuery(document);
      expectRefused(await gateway.post({ query: document, extensions }), refusal);
      const byHash = await gateway.post({ extensions });
      expect(extensionsOf(byHash)).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    });

    it('is refused among operations that are fine', async () => {
      if (!document.startsWith('{') || refusal.limit === 'cost' || refusal.code === 'GRAPHQL_PARSE_FAILED') return;
      const query = `query Fine { __typename } query Overload ${document}`;
      expectRefused(await gateway.post({ query, operationName: 'Fine' }), refusal);
    });
  });

  it('cost the process neither its life nor its memory, sent again and again at once', async () => {
    const flood = () =>
      Promise.all(OVERLOADS.map(({ document }) => gateway.post({ query: `${document} # ${Math.random()}` }, NOBODY)));
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 5; round += 1) {
      for (const { body } of await flood()) expect(body).toEqual({ errors: expect.any(Array) });
    }
    // Far above what is remembered of documents by design (25 MB), far below what 200 documents of this kind could build.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('are counted by code', async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/gateway_operations_refused_total\{code="DOCUMENT_TOO_LARGE"\} \d+/);
    expect(metrics).toMatch(/gateway_operations_refused_total\{code="OPERATION_TOO_COMPLEX"\} \d+/);
  });
});

describe('the limits', () => {
  it('are settings', async () => {
    const gateway = await startTestGateway({
      env: { MAX_ALIASES: '1', MAX_DEPTH: '2', MAX_COST: '3', MAX_TOKENS: '20' },
    });
    const refused = async (query: string) => extensionsOf(await gateway.post({ query })) ?? {};
    expect(await refused('{ a: __typename }')).toEqual({});
    expect(await refused('{ a: __typename b: __typename }')).toMatchObject({ limit: 'aliases', allowed: 1, found: 2 });
    expect(await refused('{ cards { nodes { id } } }')).toMatchObject({ limit: 'depth', allowed: 2, found: 3 });
    expect(await refused('{ account(id: "x") { cards { id } } }')).toMatchObject({ limit: 'depth' });
    expect(await refused(`{ ${'__typename '.repeat(19)}}`)).toMatchObject({ limit: 'tokens', allowed: 20, found: 21 });
    expect(await refused('{ a: card(id: "x") { id } card(id: "y") { id } }')).toMatchObject({ limit: 'tokens' });
  });

  it('name what was met, and how much of it', async () => {
    const gateway = await startTestGateway();
    const answer = await gateway.post({
      query: '{ accounts(first: 500) { nodes { transactions(first: 500) { nodes { id } } } } }',
    });
    expect(extensionsOf(answer)).toEqual({
      code: 'OPERATION_TOO_COMPLEX',
      retryable: false,
      limit: 'cost',
      allowed: 20_000,
      found: 1 + 500 * 501,
      requestId: expect.any(String),
    });
    expect(answer.body.errors?.[0]?.message).toBe('The operation has more cost points than the 20000 allowed.');
  });
});
