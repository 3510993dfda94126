import { randomUUID } from 'node:crypto';
import { Faults, parseFaultHeader } from '../../../sandbox/http/faults.js';
import { WALLET } from '../support/guide.js';
import { type SandboxClient, startForTest } from '../support/sandbox-client.js';

const CREATE = { chainId: WALLET, externalId: 'john-carter' };
const HEADER = 'x-sandbox-fault';

describe('declared faults over HTTP', () => {
  let client: SandboxClient;
  beforeAll(async () => {
    client = await startForTest();
  });
  beforeEach(() => {
    client.sandbox.reset();
    client.forgetToken();
  });
  const create = (fault?: string, idempotencyKey = randomUUID()) =>
    client.call('POST', '/customers', { body: CREATE, idempotencyKey, headers: fault ? { [HEADER]: fault } : {} });
  const countCustomers = async () => (await client.call('GET', '/customers')).list.length;

  it('answer a status without executing', async () => {
    const answer = await create('status=503');
    expect(answer.status).toBe(503);
    expect(await countCustomers()).toBe(0);
  });

  it('reset the connection without executing', async () => {
    await expect(create('reset')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await countCustomers()).toBe(0);
  });

  it('drop the answer after the execution, which a repetition with the same key gets', async () => {
    const key = randomUUID();
    await expect(create('drop-after-commit', key)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await countCustomers()).toBe(1);
    const again = await create(undefined, key);
    expect(again).toMatchObject({ status: 201, json: { externalId: CREATE.externalId } });
    expect(client.sandbox.stats()).toMatchObject({
      replays: 1,
      executions: { [key]: 1 },
      faults: { 'drop-after-commit': 1 },
    });
  });

  it('never answer after the execution, but a repetition with the same key', async () => {
    const own = await startForTest();
    await own.fetchToken();
    const key = randomUUID();
    const request = { body: CREATE, idempotencyKey: key };
    const hanging = own.call('POST', '/customers', { ...request, headers: { [HEADER]: 'hang-after-commit' } });
    const outcome = expect(hanging).rejects.toMatchObject({ code: 'ECONNRESET' });
    while (own.sandbox.stats().executions[key] !== 1) await new Promise((resolve) => setImmediate(resolve));
    expect((await own.call('POST', '/customers', request)).status).toBe(201);
    expect(own.sandbox.stats()).toMatchObject({ replays: 1, executions: { [key]: 1 } });
    await own.sandbox.close();
    await outcome;
  });

  it('answer a status after the execution, and the true answer to a repetition', async () => {
    const key = randomUUID();
    expect((await create('status-after-commit=502', key)).status).toBe(502);
    expect((await create(undefined, key)).status).toBe(201);
    expect(await countCustomers()).toBe(1);
  });

  it('hang until the client or the sandbox gives up', async () => {
    const own = await startForTest();
    await own.fetchToken();
    const hanging = own.call('GET', '/cards', { headers: { [HEADER]: 'hang' } });
    const outcome = expect(hanging).rejects.toMatchObject({ code: 'ECONNRESET' });
    while (own.sandbox.stats().faults.hang !== 1) await new Promise((resolve) => setImmediate(resolve));
    await own.sandbox.close();
    await outcome;
  });

  it('are declared, listed and taken back by the admin interface', async () => {
    const rule = {
      method: 'GET',
      path: '/cards/*',
      times: 2,
      fault: { kind: 'status', status: 500, retryAfterSeconds: 3 },
    };
    const { json } = await client.admin('POST', '/faults', rule);
    expect((await client.admin('GET', '/faults')).list).toEqual([{ id: json.id, ...rule }]);
    const status = async (path: string) => (await client.call('GET', path)).status;
    expect(await status('/cards')).toBe(200);
    const faulty = await client.call('GET', `/cards/${randomUUID()}`);
    expect(faulty).toMatchObject({ status: 500, headers: { 'retry-after': '3' } });
    expect(await status(`/cards/${randomUUID()}`)).toBe(500);
    expect(await status(`/cards/${randomUUID()}`)).toBe(404);
    const { json: endless } = await client.admin('POST', '/faults', { fault: { kind: 'status', status: 503 } });
    expect(await status('/cards')).toBe(503);
    expect(await status('/cards')).toBe(503);
    expect((await client.admin('DELETE', `/faults/${endless.id}`)).status).toBe(204);
    expect((await client.admin('DELETE', `/faults/${endless.id}`)).status).toBe(404);
    expect(await status('/cards')).toBe(200);
  });

  it('can meet the token call', async () => {
    client.sandbox.injectFault({ path: '/auth/token', times: 1, fault: { kind: 'status', status: 500 } });
    expect((await client.unsigned('POST', '/auth/token', {})).status).toBe(500);
    expect(await client.fetchToken()).toEqual(expect.any(String));
  });

  it.each([
    {},
    { fault: {} },
    { fault: { kind: 'status', status: 99 } },
    { fault: { kind: 'latency' } },
    { fault: { kind: 'reset' }, times: 0 },
    { fault: { kind: 'reset' }, probability: 2 },
    { fault: { kind: 'reset' }, path: 7 },
  ])('are refused when they make no sense: %j', async (rule) => {
    expect((await client.admin('POST', '/faults', rule)).status).toBe(400);
  });
});

describe('Faults', () => {
  it('act with their probability', () => {
    const numbers = [0.49, 0.5, 0.51];
    const faults = new Faults(() => numbers.shift() ?? 0);
    faults.add({ fault: { kind: 'reset' }, probability: 0.5 });
    const take = () => faults.take({ method: 'GET', path: '/cards' })?.kind;
    expect([take(), take(), take()]).toEqual(['reset', undefined, undefined]);
  });

  it.each([
    { pattern: '/cards/{cardId}', path: '/cards/1', isMet: true },
    { pattern: '/cards/*', path: '/cards/1/activate', isMet: false },
    { pattern: '/cards/**', path: '/cards/1/activate', isMet: true },
    { pattern: '**', path: '/', isMet: true },
    { pattern: '/cards', path: '/cardsx', isMet: false },
    { pattern: '/c.rds', path: '/cards', isMet: false },
  ])('takes $pattern for $path: $isMet', ({ pattern, path, isMet }) => {
    const faults = new Faults(Math.random);
    faults.add({ fault: { kind: 'hang' }, path: pattern });
    expect(faults.take({ method: 'GET', path }) !== undefined).toBe(isMet);
  });

  it.each([
    ['latency=300', { kind: 'latency', ms: 300 }],
    ['status=503', { kind: 'status', status: 503 }],
    ['status-after-commit=500', { kind: 'status-after-commit', status: 500 }],
    ['reset', { kind: 'reset' }],
    ['hang', { kind: 'hang' }],
    ['drop-after-commit', { kind: 'drop-after-commit' }],
    ['hang-after-commit', { kind: 'hang-after-commit' }],
  ])('reads the header %s', (header, fault) => {
    expect(parseFaultHeader(header)).toEqual(fault);
  });
});
