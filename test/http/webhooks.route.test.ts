import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import * as op from '../operations/generated.js';
import { startApiSandbox } from '../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const SECRET = 'planted-webhook-secret-0123456789';
const card = firstOf(demoProgramme().cards, ({ status }) => status === 'active');

interface Answer {
  status: number;
  body: string;
  headers: Record<string, unknown>;
}

describe('the receiver of webhooks', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ env: { WEBHOOK_SECRET: SECRET, LOG_LEVEL: 'trace' } });
  });

  /** By hand, for what `fetch` would put right. */
  function send(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    const { method = 'POST', headers = { 'content-type': 'application/json' }, body = '' } = options;
    return new Promise((resolve, reject) => {
      const sent = httpRequest(`${gateway.url}${path}`, { method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
  const path = `/webhooks/offblocks/${SECRET}`;
  const aDelivery = (rest: object = {}) =>
    JSON.stringify({ webhookType: 'card.updated', eventId: randomUUID(), ...card, ...rest });
  /** What tells one answer from another, but for what differs between any two. */
  const visible = ({ status, body, headers }: Answer) => ({
    status,
    body: body.replace(/"requestId":"[^"]*"/, ''),
    headers: Object.keys(headers).sort(),
    length: headers['content-length'],
    type: headers['content-type'],
  });

  it('takes a delivery, and makes what is cached of the entity unreachable', async () => {
    await gateway.run(op.CardDocument, { id: card.id });
    expect(await gateway.callsOf(() => gateway.run(op.CardDocument, { id: card.id }))).toEqual({});
    expect((await send(path, { body: aDelivery() })).status).toBe(204);
    const calls = await gateway.callsOf(() => gateway.run(op.CardDocument, { id: card.id }));
    expect(calls).toEqual({ 'GET /cards/{cardId}': 1 });
  });

  it('costs the API one read for a forged delivery when somebody asks, and none before', async () => {
    await gateway.run(op.CardDocument, { id: card.id });
    const forged = async () => {
      for (let count = 0; count < 5; count += 1) {
        const body = aDelivery({ status: 'terminated', updatedAt: '2099-01-01T00:00:00Z' });
        expect((await send(path, { body })).status).toBe(204);
        expect((await send(path, { body: aDelivery({ id: randomUUID() }) })).status).toBe(204);
      }
    };
    expect(await gateway.callsOf(forged)).toEqual({});
    const { card: shown } = await gateway.run(op.CardDocument, { id: card.id });
    expect(shown?.status).toBe('ACTIVE');
    expect(gateway.upstreamCalls()).toEqual({ 'GET /cards/{cardId}': 1 });
  });

  it('does nothing for a duplicate', async () => {
    const body = aDelivery();
    await send(path, { body });
    await gateway.run(op.CardDocument, { id: card.id });
    expect((await send(path, { body })).status).toBe(204);
    expect(await gateway.callsOf(() => gateway.run(op.CardDocument, { id: card.id }))).toEqual({});
  });

  it.each<[string, { headers?: Record<string, string>; body?: string }, number]>([
    ['an unknown type', { body: JSON.stringify({ webhookType: 'dispute.opened', eventId: randomUUID() }) }, 204],
    ['no JSON', { body: '{' }, 400],
    ['no body', {}, 400],
    ['no delivery', { body: '[1]' }, 400],
    ['no ID', { body: JSON.stringify({ webhookType: 'card.updated' }) }, 400],
    ['another media type', { headers: { 'content-type': 'text/plain' }, body: '{}' }, 415],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' }, 415],
    ['too much', { body: JSON.stringify({ webhookType: 'card.updated', id: card.id, x: 'x'.repeat(64_000) }) }, 413],
  ])('answers %s with its status', async (_what, options, status) => {
    expect((await send(path, options)).status).toBe(status);
  });

  describe('with a wrong secret', () => {
    const requests: [string, { method?: string; headers?: Record<string, string>; body?: string }][] = [
      ['a delivery', { body: aDelivery() }],
      ['no JSON', { body: '{' }],
      ['no body', {}],
      ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' }],
      ['too much', { body: JSON.stringify({ x: 'x'.repeat(70_000) }) }],
      ['far too much', { body: JSON.stringify({ x: 'x'.repeat(200_000) }) }],
      ['GET', { method: 'GET', headers: {} }],
      ['PUT', { method: 'PUT', body: '{}' }],
    ];
    const wrong = ['wrong', `${SECRET}x`, SECRET.slice(1), '', `${SECRET}/x`, 'x'.repeat(500), '%00'];

    it.each(requests)('%s is answered as at an address where nothing is', async (_what, options) => {
      const nothing = visible(await send('/nothing/is/here', options));
      for (const secret of wrong) {
        expect([secret, visible(await send(`/webhooks/offblocks/${secret}`, options))]).toEqual([secret, nothing]);
      }
    });
  });

  it('answers other methods with the right secret like an address where nothing is', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const headers = { 'content-length': '0' };
      expect(visible(await send(path, { method, headers }))).toEqual(
        visible(await send('/nothing', { method, headers })),
      );
    }
  });

  it('shows the secret in no log, metric or answer', async () => {
    const answers = [await send(path, { body: '{' }), await send(`${path}x`), await send(path, { body: aDelivery() })];
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/gateway_webhook_deliveries_total\{type="card.updated",result="accepted"\} [1-9]/);
    const everything = [...gateway.logs, metrics, ...answers.map((answer) => JSON.stringify(answer))].join('\n');
    expect(everything).not.toContain(SECRET);
  });
});

it('is not there without a secret in front of an API', async () => {
  const api = await startApiSandbox();
  const without = await startTestGateway({ api });
  const headers = { 'content-type': 'application/json' };
  const paths = ['/webhooks/offblocks/', '/webhooks/offblocks/null', '/webhooks/offblocks/undefined'];
  for (const path of paths) {
    expect((await fetch(`${without.url}${path}`, { method: 'POST', headers, body: '{}' })).status).toBe(404);
  }
});

describe('how much is received', () => {
  it('is limited: what is over is to come again', async () => {
    const gateway = await startTestGateway({ env: { WEBHOOK_SECRET: SECRET } });
    const statuses = new Map<number, number>();
    const post = async () => {
      const body = JSON.stringify({ webhookType: 'card.updated', id: randomUUID() });
      const response = await fetch(`${gateway.url}/webhooks/offblocks/${SECRET}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response.status === 429) expect(response.headers.get('retry-after')).toBe('1');
    };
    while (!statuses.has(429)) await Promise.all(Array.from({ length: 100 }, post));
    expect([...statuses.keys()].sort()).toEqual([204, 429]);
    expect(statuses.get(204)).toBeGreaterThanOrEqual(2_000);
  });
});
