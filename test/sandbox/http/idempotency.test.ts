import { randomUUID } from 'node:crypto';
import { IdempotencyKeys } from '../../../sandbox/http/idempotency.js';
import { createActiveAccount, createActiveCard, createActiveCustomer, WALLET } from '../support/guide.js';
import { startForTest } from '../support/sandbox-client.js';

const CREATE = { chainId: WALLET, externalId: 'john-carter' };

describe('IdempotencyKeys', () => {
  it('says that a key is in flight between its reservation and its end, and lets go of abandoned ones', () => {
    const keys = new IdempotencyKeys();
    const begin = (fingerprint = 'a') => keys.begin({ key: 'k', fingerprint, now: new Date(0) });
    const first = begin();
    expect(begin().kind).toBe('in-flight');
    expect(begin('b').kind).toBe('other-payload');
    if (first.kind === 'reserved') first.abandon();
    const second = begin();
    expect(second.kind).toBe('reserved');
    if (second.kind === 'reserved') second.finish({ status: 204 });
    expect(begin()).toEqual({ kind: 'replay', answer: { status: 204 } });
  });

  it.each([401, 409, 429, 500, 503])('does not keep an answer of %d', (status) => {
    const keys = new IdempotencyKeys();
    const begin = () => keys.begin({ key: 'k', fingerprint: 'a', now: new Date(0) });
    const first = begin();
    if (first.kind === 'reserved') first.finish({ status });
    expect(begin().kind).toBe('reserved');
    expect(keys.executions()).toEqual({});
  });
});

describe('idempotency keys', () => {
  it('give the identical answer to the same payload, without a second execution', async () => {
    const client = await startForTest();
    const idempotencyKey = randomUUID();
    const first = await client.call('POST', '/customers', { body: CREATE, idempotencyKey });
    const again = await client.call('POST', '/customers', {
      body: CREATE,
      idempotencyKey: idempotencyKey.toUpperCase(),
    });
    expect({ status: again.status, text: again.text }).toEqual({ status: 201, text: first.text });
    expect((await client.call('GET', '/customers')).list).toHaveLength(1);
    expect(client.sandbox.stats()).toMatchObject({ replays: 1, executions: { [idempotencyKey]: 1 } });
  });

  it('are refused with 422 for another body, another path and another method', async () => {
    const client = await startForTest();
    const idempotencyKey = randomUUID();
    await client.call('POST', '/customers', { body: CREATE, idempotencyKey });
    const status = async (method: string, path: string, body?: unknown) =>
      (await client.call(method, path, { body, idempotencyKey })).status;
    expect(await status('POST', '/customers', { ...CREATE, externalId: 'other' })).toBe(422);
    expect(await status('PUT', '/webhooks', CREATE)).toBe(422);
    expect(await status('POST', '/customers?x=1', CREATE)).toBe(422);
  });

  it('are refused with 400 when they are missing or no UUID, and not asked for on a GET', async () => {
    const client = await startForTest({ signaturePolicy: { modifyingComponents: [] } });
    const prepared = await client.prepare('POST', '/customers', { body: CREATE });
    const { 'idempotency-key': _, ...headers } = prepared.headers;
    const components = ['@method', '@authority', '@path', '@query', 'authorization', 'content-type', 'content-digest'];
    expect((await client.send(client.sign({ ...prepared, headers }, { components }))).status).toBe(400);
    expect((await client.call('POST', '/customers', { body: CREATE, idempotencyKey: 'one' })).status).toBe(400);
    expect(client.sandbox.stats().refusedSignatures.total).toBe(0);
    expect((await client.call('GET', '/customers')).status).toBe(200);
  });

  it('are in flight (409) until the first request is answered, which then answers all', async () => {
    const client = await startForTest();
    client.sandbox.injectFault({ method: 'POST', path: '/customers', times: 1, fault: { kind: 'latency', ms: 150 } });
    const idempotencyKey = randomUUID();
    const create = () => client.call('POST', '/customers', { body: CREATE, idempotencyKey });
    const first = create();
    while (client.sandbox.stats().faults.latency !== 1) await new Promise((resolve) => setImmediate(resolve));
    let last = await create();
    while (last.status === 409) last = await create();
    expect(last.text).toBe((await first).text);
    expect(client.sandbox.stats().executions).toEqual({ [idempotencyKey]: 1 });
  });

  it('are forgotten after an hour', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const client = await startForTest({ clock: () => new Date(nowMs), tokenTtlSeconds: 36_000 });
    const idempotencyKey = randomUUID();
    const put = () =>
      client.call('PUT', '/webhooks', {
        body: { callbackUrl: 'https://receiver.example', types: ['card.updated'] },
        idempotencyKey,
      });
    const { json: first } = await put();
    nowMs += 3_599_999;
    expect((await put()).json.id).toBe(first.id);
    nowMs += 1;
    expect((await put()).json.id).not.toBe(first.id);
    expect(client.sandbox.stats().executions).toEqual({ [idempotencyKey]: 2 });
  });

  it('repeat refusals too, so that a late repetition changes nothing', async () => {
    const client = await startForTest();
    const cardId = await createActiveCard(
      client,
      await createActiveAccount(client, await createActiveCustomer(client)),
    );
    const idempotencyKey = randomUUID();
    const activate = (key?: string) => client.call('PATCH', `/cards/${cardId}/activate`, { idempotencyKey: key });
    expect((await activate(idempotencyKey)).status).toBe(400);
    await client.call('PATCH', `/cards/${cardId}/deactivate`);
    expect((await activate(idempotencyKey)).status).toBe(400);
    expect((await activate()).status).toBe(200);
  });

  it('do not repeat a 409', async () => {
    const client = await startForTest();
    await client.call('POST', '/customers', { body: CREATE });
    const idempotencyKey = randomUUID();
    const { json } = await client.call('POST', '/customers', { body: CREATE, idempotencyKey });
    expect(json.type).toBe('Conflict');
    const [customer] = (await client.call('GET', '/customers')).list;
    expect((await client.call('DELETE', `/customers/${customer?.id}`)).status).toBe(204);
    expect((await client.call('POST', '/customers', { body: CREATE, idempotencyKey })).status).toBe(201);
  });
});
