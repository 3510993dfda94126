import { request } from 'node:http';
import * as op from '../operations/generated.js';
import { type ApiSandbox, startApiSandbox } from '../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const demo = demoProgramme();
const active = firstOf(demo.cards, ({ status }) => status === 'active');
const NO_CACHE = { CACHE_TTL_SECONDS: '0' };
const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE', retryable: true, requestId: expect.any(String) };
/** Longer than any test: what meets it ends otherwise. */
const LONG = { kind: 'latency', ms: 300_000 } as const;
const QUERY = JSON.stringify({ query: `{ card(id: "${active.id}") { id } }` });

const pause = () => new Promise((wake) => setTimeout(wake, 10));

/** The sum of a metric's series whose labels contain `labels`. */
async function metric(gateway: TestGateway, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await pause();
}

/** Sends an operation that can be hung up on. */
async function sendAndHold(gateway: TestGateway, body: string): Promise<{ hangUp(): void }> {
  const { hostname, port } = new URL(gateway.url);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await gateway.token()}` };
  const sent = request({ hostname, port, path: '/graphql', method: 'POST', headers });
  sent.on('error', () => {});
  sent.end(body);
  return { hangUp: () => void sent.destroy() };
}

describe('a client that hangs up', () => {
  it('cancels its reads', async () => {
    const gateway = await startTestGateway({ env: NO_CACHE });
    gateway.sandbox.injectFault({ fault: LONG, method: 'GET', path: '/cards/*' });
    const client = await sendAndHold(gateway, QUERY);
    await until(() => 'GET /cards/{cardId}' in gateway.upstreamCalls());
    expect(await metric(gateway, 'gateway_upstream_running', 'read')).toBe(1);
    client.hangUp();
    await until(async () => (await metric(gateway, 'gateway_upstream_running', 'read')) === 0);
    expect(gateway.upstreamCalls()).toEqual({ 'GET /cards/{cardId}': 1 });
    expect(await metric(gateway, 'gateway_operations_running')).toBe(0);
    expect(await metric(gateway, 'gateway_upstream_breaker_changes_total')).toBe(0);
  });

  it('takes nothing from another who waits for the same', async () => {
    const gateway = await startTestGateway();
    gateway.sandbox.injectFault({ fault: { kind: 'latency', ms: 1_000 }, method: 'GET', path: '/cards/*' });
    const client = await sendAndHold(gateway, QUERY);
    await until(async () => (await metric(gateway, 'gateway_upstream_running', 'read')) === 1);
    const other = gateway.run(op.CardDocument, { id: active.id });
    await until(async () => (await metric(gateway, 'gateway_cache_reads_total', 'joined')) === 1);
    client.hangUp();
    expect((await other).card?.id).toBe(active.id);
    expect(gateway.upstreamCalls()).toEqual({ 'GET /cards/{cardId}': 1 });
  });

  it('changes nothing about a mutation that has begun', async () => {
    const gateway = await startTestGateway();
    gateway.sandbox.injectFault({ fault: { kind: 'latency', ms: 500 }, method: 'PATCH' });
    const query = 'mutation ($input: CardActionInput!) { deactivateCard(input: $input) { userErrors { code } } }';
    const client = await sendAndHold(gateway, JSON.stringify({ query, variables: { input: { cardId: active.id } } }));
    await until(async () => (await metric(gateway, 'gateway_upstream_running', 'change')) === 1);
    client.hangUp();
    await until(async () => (await metric(gateway, 'gateway_mutations_total', 'succeeded')) === 1);
    expect(Object.values(gateway.sandbox.stats().executions)).toEqual([1]);
    expect((await gateway.run(op.CardDocument, { id: active.id })).card?.status).toBe('INACTIVE');
  });

  it('is not waited for when the gateway closes, but its mutation is', async () => {
    const gateway = await startTestGateway();
    gateway.sandbox.injectFault({ fault: { kind: 'latency', ms: 500 }, method: 'PATCH' });
    const query = 'mutation ($input: CardActionInput!) { deactivateCard(input: $input) { userErrors { code } } }';
    const client = await sendAndHold(gateway, JSON.stringify({ query, variables: { input: { cardId: active.id } } }));
    await until(async () => (await metric(gateway, 'gateway_upstream_running', 'change')) === 1);
    client.hangUp();
    await until(async () => (await metric(gateway, 'gateway_operations_running')) === 0);
    await gateway.close();
    expect(Object.values(gateway.sandbox.stats().executions)).toEqual([1]);
  });
});

describe('more operations than there is room for', () => {
  it('are refused at once with 503, and nothing else is', async () => {
    const gateway = await startTestGateway({ env: { ...NO_CACHE, MAX_CONCURRENT_OPERATIONS: '2' } });
    gateway.sandbox.injectFault({ fault: LONG, method: 'GET', path: '/cards/*' });
    const clients = [await sendAndHold(gateway, QUERY), await sendAndHold(gateway, QUERY)];
    await until(async () => (await metric(gateway, 'gateway_operations_running')) === 2);

    const refused = await gateway.execute(op.ViewerDocument, {});
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(refused.body.errors).toMatchObject([{ extensions: UNAVAILABLE }]);
    expect(refused.headers.get('content-type')).toContain('application/json');
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    expect(await metric(gateway, 'gateway_operations_shed_total')).toBe(1);

    for (const client of clients) client.hangUp();
    await until(async () => (await metric(gateway, 'gateway_operations_running')) === 0);
    expect((await gateway.run(op.ViewerDocument, {})).viewer.subject).toBe('developer');
  });
});

describe('an API that is away', () => {
  let api: ApiSandbox;
  let gateway: TestGateway;
  beforeAll(async () => {
    api = await startApiSandbox();
    gateway = await startTestGateway({ api, env: NO_CACHE });
    await gateway.run(op.CardDocument, { id: active.id });
  });

  const isOpen = async () => (await metric(gateway, 'gateway_upstream_refusals_total', 'breaker')) > 0;
  const read = () => gateway.execute(op.CardDocument, { id: active.id });

  it('is soon asked no more: 503 where nothing can be answered, 200 where something can; and then again', async () => {
    const refusedBefore = api.refusals.total();
    await api.stop();
    await until(async () => {
      await read();
      return isOpen();
    });

    // A trial a second goes through to the API that is not there, and is answered like before.
    const seen = new Set<number>();
    await until(async () => {
      const { status, headers, body } = await read();
      expect(body).toMatchObject({ data: { card: null }, errors: [{ path: ['card'], extensions: UNAVAILABLE }] });
      expect(headers.get('retry-after')).toBe(status === 503 ? '1' : null);
      seen.add(status);
      return seen.has(503);
    });
    const both = await gateway.post({ query: `{ viewer { subject } card(id: "${active.id}") { id } }` });
    expect([both.status, both.body.data]).toEqual([200, { viewer: { subject: 'staff' }, card: null }]);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);

    const { body } = await gateway.execute(op.DeactivateCardDocument, { input: { cardId: active.id } });
    expect(body.errors).toMatchObject([{ path: ['deactivateCard'], extensions: UNAVAILABLE }]);

    await api.restart();
    await until(async () => (await read()).body.errors === undefined);
    expect((await gateway.run(op.CardDocument, { id: active.id })).card?.status).toBe('ACTIVE');
    gateway.expectRefusals({ tokens: api.refusals.total().tokens - refusedBefore.tokens });
  });

  it('makes an act that may have been carried out wait for it, and then tells what became of it', async () => {
    const own = firstOf(demo.of('sofia-marques').cards, ({ status }) => status === 'active');
    api.running.injectFault({ fault: { kind: 'drop-after-commit' }, method: 'PATCH', times: 1 });
    api.running.injectFault({ fault: { kind: 'status', status: 503 }, method: 'GET', path: '/cards/*' });
    const reads = Array.from({ length: 15 }, read);
    const acted = gateway.mutate(op.DeactivateCardDocument, { cardId: own.id });
    await Promise.all(reads);
    api.running.clearFaults();
    expect(await acted).toMatchObject({ card: { id: own.id }, userErrors: [] });
    expect(Object.values(api.running.stats().executions)).toEqual([1]);
  });
});

describe('reads that fail', () => {
  it.each([
    [0.1, 3],
    [0.5, 300],
    [1, 300],
  ])('with probability %d cost at most a fifth more requests', async (probability, most) => {
    const gateway = await startTestGateway({ env: NO_CACHE });
    gateway.sandbox.injectFault({
      fault: { kind: 'status', status: 503 },
      method: 'GET',
      path: '/cards/*',
      probability,
    });
    let failed = 0;
    for (let round = 0; round < 30; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => gateway.execute(op.CardDocument, { id: active.id })),
      );
      failed += answers.filter(({ body }) => body.errors).length;
    }
    // What the budget holds at the start is for lone calls, and counts only here, where there are few.
    expect(gateway.upstreamCalls()['GET /cards/{cardId}']).toBeLessThanOrEqual(300 * 1.2 + 10);
    expect(failed).toBeLessThanOrEqual(most);
  });
});

it('says that it is not ready before it stops to answer', async () => {
  const gateway = await startTestGateway();
  gateway.launched.gateway.beginDrain();
  const ready = await fetch(`${gateway.url}/health/ready`);
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
  expect((await gateway.run(op.ViewerDocument, {})).viewer.subject).toBe('developer');
  expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
});
