import { print } from 'graphql';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { Caller, GraphqlAnswer } from '../support/graphql-client.js';

const demo = demoProgramme();
const card = firstOf(demo.cards, ({ status }) => status === 'active');
const [customer, other] = demo.customers.filter(({ status }) => status === 'active');
const READ = { query: '{ viewer { subject } cards(first: 9) { nodes { id } } }' };
const CHANGE = { query: print(op.DeactivateCardDocument), variables: { input: { cardId: card.id } } };

const extensionsOf = ({ body }: GraphqlAnswer) => body.errors?.[0]?.extensions as Record<string, unknown> | undefined;
const costOf = ({ body }: GraphqlAnswer) => (body as { extensions?: { cost?: unknown } }).extensions?.cost;

describe('the rate limit', () => {
  let gateway: TestGateway;
  const spend = async (caller?: Caller) => {
    let answer = await gateway.post(READ, caller);
    while (answer.status === 200) answer = await gateway.post(READ, caller);
    return answer;
  };

  beforeEach(async () => {
    gateway = await startTestGateway({ env: { RATE_LIMIT: '100' } });
  });

  it('tells with each answer what it cost, and what is left', async () => {
    expect(costOf(await gateway.post(READ))).toEqual({ requested: 11, limit: 100, remaining: 89, resetSeconds: 60 });
    const next = costOf(await gateway.post({ query: '{ absent: card(id: "x") { id } }' }));
    expect(next).toMatchObject({ requested: 2, remaining: 87 });
  });

  it('answers 429 with a code and Retry-After when the budget is spent, and asks the API nothing', async () => {
    const first = await spend();
    gateway.resetCalls();
    const refused = await gateway.post(READ);
    expect([first.status, refused.status]).toEqual([429, 429]);
    expect(extensionsOf(refused)).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      requested: 11,
      limit: 100,
      remaining: 1,
    });
    const { retryAfterSeconds } = extensionsOf(refused) as { retryAfterSeconds: number };
    expect(refused.headers.get('retry-after')).toBe(String(retryAfterSeconds));
    expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
    expect(refused.body.data).toBeUndefined();
    expect(gateway.upstreamCalls()).toEqual({});
  });

  it('stops no mutation for a flood of reads, and no read for a flood of mutations', async () => {
    await spend();
    let answer = await gateway.post(CHANGE);
    expect([answer.status, costOf(answer)]).toMatchObject([200, { limit: 100 }]);
    while (answer.status === 200) answer = await gateway.post(CHANGE);
    expect(extensionsOf(answer)).toMatchObject({ code: 'RATE_LIMITED' });
    expect((await gateway.post(READ, { customerId: customer?.id ?? '' })).status).toBe(200);
  });

  it('is of each caller, not of the gateway', async () => {
    await spend({ customerId: customer?.id ?? '' });
    expect((await gateway.post(READ, { customerId: other?.id ?? '' })).status).toBe(200);
    expect((await gateway.post(READ)).status).toBe(200);
  });

  it('is of the address for whoever shows no token', async () => {
    const introspection = { query: '{ __schema { queryType { name } } }' };
    const nobody = { token: null };
    let answer = await gateway.post(introspection, nobody);
    while (answer.status === 200) answer = await gateway.post(introspection, nobody);
    expect([answer.status, extensionsOf(answer)?.code]).toEqual([429, 'RATE_LIMITED']);
    expect((await gateway.post(introspection)).status).toBe(200);
  });

  it('takes nothing for documents that are refused, not even for what is too dear', async () => {
    for (const query of ['{', '{ absent }', '{ cards(first: 500) { nodes { id } } }']) {
      const answer = await gateway.post({ query });
      expect(answer.body).toEqual({ errors: expect.any(Array) });
    }
    expect(costOf(await gateway.post(READ))).toMatchObject({ remaining: 89 });
  });

  it('holds for subscriptions, which are refused over server-sent events as anything else is over HTTP', async () => {
    const subscribe = async () => {
      const token = await gateway.token();
      return fetch(`${gateway.url}/graphql/stream`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'text/event-stream',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ query: 'subscription { cardUpdated { id } }' }),
      });
    };
    let answer = await subscribe();
    while (answer.status === 200) {
      await answer.body?.cancel();
      answer = await subscribe();
    }
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const requestId = answer.headers.get('x-request-id');
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED', requestId } }] });
  });

  it('counts what it refuses', async () => {
    await spend();
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('gateway_operations_refused_total{code="RATE_LIMITED"} 1');
  });

  it('says nothing of cost where it is off', async () => {
    const free = await startTestGateway({ env: { RATE_LIMIT: 'off' } });
    expect((await free.post(READ)).text).not.toContain('"cost"');
  });
});
