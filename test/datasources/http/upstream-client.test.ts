import type { HttpTransport } from '../../../src/datasources/http/http-transport.js';
import { pathOf, type UpstreamCall } from '../../../src/datasources/http/upstream-client.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { CHANGE, clientOf, createTokens, KEY, OK, READ, verify } from './client-under-test.js';
import { type Act, type ReceivedRequest, refusingOrigin, type ScriptedApi, startScriptedApi } from './scripted-api.js';

describe('upstream client', () => {
  let api: ScriptedApi;
  beforeAll(async () => {
    api = await startScriptedApi();
  });

  describe('what it sends', () => {
    it('signs a read over method, authority, path, query and token', async () => {
      api.script(OK);
      const { client, metrics } = clientOf(api.origin);
      expect(await client.call(READ)).toEqual({ status: 200, body: { id: 'c1' }, bytes: 11 });
      const [request] = api.received as [ReceivedRequest];
      expect(request).toMatchObject({
        method: 'GET',
        target: '/v1/cards/c1',
        headers: { authorization: 'Bearer token-1' },
      });
      expect(Object.keys(request.headers)).not.toEqual(expect.arrayContaining(['idempotency-key']));
      expect(Object.keys(request.headers)).not.toEqual(expect.arrayContaining(['content-type']));
      await verify(request, api.origin, ['@method', '@authority', '@path', '@query', 'authorization']);
      expect((await metrics.signatures.get()).values[0]?.value).toBe(1);
    });

    it('repeats with the same key and the same bytes, signed anew', async () => {
      api.script({ status: 500 }, 'reset', { status: 201, body: '{"id":"c1"}' });
      const { client, metrics, slept } = clientOf(api.origin);
      expect(await client.call(CHANGE)).toMatchObject({ status: 201 });
      expect(api.received).toHaveLength(3);
      const distinct = (pick: (request: ReceivedRequest) => unknown) => new Set(api.received.map(pick)).size;
      expect(distinct(({ headers }) => headers['idempotency-key'])).toBe(1);
      expect(distinct(({ body }) => body)).toBe(1);
      expect(distinct(({ headers }) => headers['content-digest'])).toBe(1);
      expect(distinct(({ headers }) => headers.signature)).toBe(3);
      expect(api.received[2]).toMatchObject({
        body: '{"type":"virtual","note":"é"}',
        headers: { 'idempotency-key': KEY },
      });
      for (const request of api.received) {
        await verify(request, api.origin, ['authorization', 'content-type', 'content-digest', 'idempotency-key']);
      }
      expect(slept).toEqual([25, 50]);
      const { values } = await metrics.upstreamRetries.get();
      expect(values.map(({ labels }) => labels.reason)).toEqual(['500', 'interrupted']);
    });

    it.each([
      ['../../admin', '/v1/cards/..%2F..%2Fadmin'],
      ['a/b?c=d#e', '/v1/cards/a%2Fb%3Fc%3Dd%23e'],
      ['%2e%2e', '/v1/cards/%252e%252e'],
      ['a\r\nX-Evil: 1', '/v1/cards/a%0D%0AX-Evil%3A%201'],
      ['é ', '/v1/cards/%C3%A9%20'],
      ['..\\..', '/v1/cards/..%5C..'],
    ])('keeps the hostile ID %j in its segment of the path', async (id, target) => {
      api.script(OK);
      const { client } = clientOf(api.origin);
      await client.call({ ...READ, params: { id } });
      expect(api.received).toMatchObject([{ target }]);
      await verify(api.received[0] as ReceivedRequest, api.origin, ['@path', '@query']);
    });

    it.each([[undefined], [''], ['.'], ['..']])('refuses to build a path with the ID %p', async (id) => {
      api.script(OK);
      const { client } = clientOf(api.origin);
      await expect(client.call({ ...READ, params: id === undefined ? {} : { id } })).rejects.toThrow('no usable value');
      expect(api.received).toHaveLength(0);
    });

    it('leaves a route without braces as it is', () => {
      expect(pathOf({ route: '/cards' })).toBe('/cards');
    });
  });

  describe('what it takes for an answer', () => {
    it.each<[string, UpstreamCall, Act, unknown]>([
      ['a read, 200', READ, OK, { id: 'c1' }],
      ['a read, 200 with an array', READ, { status: 200, body: '[]' }, []],
      ['a read, 204 without a body', READ, { status: 204 }, undefined],
      ['a read, 200 with an empty body', READ, { status: 200, body: '' }, undefined],
      ['a change, 201', CHANGE, { status: 201, body: '{"id":"c1"}' }, { id: 'c1' }],
      ['a change, 202 without a body', CHANGE, { status: 202 }, undefined],
      ['a change, 204', CHANGE, { status: 204 }, undefined],
      ['a change, 299', CHANGE, { status: 299, body: 'null' }, null],
      [
        'a change, 200 with a body that is no JSON: it has happened',
        CHANGE,
        { status: 200, body: '<html>' },
        undefined,
      ],
    ])('%s', async (_, call, act, body) => {
      api.script(act);
      const { client } = clientOf(api.origin);
      expect((await client.call(call)).body).toEqual(body);
      expect(api.received).toHaveLength(1);
    });

    it('a read with a body that is no JSON fails as invalid, without repeating it in the message', async () => {
      api.script({ status: 200, body: '{"pan": 5305181234569871, oops' });
      const { client } = clientOf(api.origin);
      const failure = await client.call(READ).catch((error: UpstreamFailure) => error);
      expect(failure).toMatchObject({ kind: 'invalid', status: 200 });
      expect(String(failure)).not.toContain('5305');
      expect((failure as Error).cause).toBeUndefined();
      expect(api.received).toHaveLength(1);
    });

    it('an answer above the bound fails as too-large, and is not asked for again', async () => {
      api.script({ status: 200, body: JSON.stringify('x'.repeat(2_000)) });
      const { client } = clientOf(api.origin, { maxBodyBytes: 1_000 });
      await expect(client.call(READ)).rejects.toMatchObject({ kind: 'too-large' });
      expect(api.received).toHaveLength(1);
    });

    it.each([301, 400, 403, 404, 405, 410, 422])('HTTP %i fails at once, its body unread', async (status) => {
      api.script({ status, body: 'upstream prose' });
      const { client } = clientOf(api.origin);
      const failure = await client.call(CHANGE).catch((error: UpstreamFailure) => error);
      expect(failure).toMatchObject({ kind: 'status', status, route: '/accounts/{id}/cards', mayHaveHappened: false });
      expect(String(failure)).not.toContain('prose');
      expect(api.received).toHaveLength(1);
    });
  });

  describe('when it gives up', () => {
    it.each<[string, Act, object]>([
      ['500', { status: 500 }, { kind: 'status', status: 500, mayHaveHappened: true }],
      ['503', { status: 503 }, { kind: 'status', status: 503, mayHaveHappened: true }],
      ['409, the key in flight', { status: 409 }, { kind: 'status', status: 409, mayHaveHappened: false }],
      ['429', { status: 429 }, { kind: 'status', status: 429, mayHaveHappened: false }],
      ['a reset', 'reset', { kind: 'interrupted', mayHaveHappened: true }],
    ])('%s: after three tries', async (_, act, failure) => {
      api.script(act);
      const { client } = clientOf(api.origin);
      await expect(client.call(CHANGE)).rejects.toMatchObject(failure);
      expect(api.received).toHaveLength(3);
    });

    it('a refused connection: after three tries, sure that nothing has happened', async () => {
      const { client, slept } = clientOf(await refusingOrigin());
      await expect(client.call(CHANGE)).rejects.toMatchObject({ kind: 'unreachable', mayHaveHappened: false });
      expect(slept).toHaveLength(2);
    });

    it('a change without an idempotency key: after one', async () => {
      api.script({ status: 500 });
      const { client } = clientOf(api.origin);
      const { idempotencyKey: _, ...call } = CHANGE;
      await expect(client.call(call)).rejects.toMatchObject({ status: 500 });
      expect(api.received).toHaveLength(1);
    });

    it('remembers that an earlier try may have been carried out', async () => {
      api.script('reset', { status: 409 });
      const { client } = clientOf(api.origin);
      await expect(client.call(CHANGE)).rejects.toMatchObject({ status: 409, mayHaveHappened: true });
    });

    it('obeys Retry-After, in seconds or as a date', async () => {
      api.script(
        { status: 503, headers: { 'retry-after': '2' } },
        { status: 503, headers: { 'retry-after': 'Fri, 12 Jan 2024 14:32:29 GMT' } },
        OK,
      );
      const { client, slept } = clientOf(api.origin);
      await client.call(READ);
      expect(slept).toEqual([2_000, 3_000]);
    });

    it('does not begin a wait that would outlast the deadline', async () => {
      api.script({ status: 503, headers: { 'retry-after': '60' } }, OK);
      const { client, slept } = clientOf(api.origin);
      await expect(client.call(READ)).rejects.toMatchObject({ status: 503, retryAfterMs: 60_000 });
      expect(slept).toEqual([]);
      expect(api.received).toHaveLength(1);
    });

    it('takes 408 for a timeout, and repeats it', async () => {
      api.script({ status: 408 }, OK);
      const { client } = clientOf(api.origin);
      expect(await client.call(READ)).toMatchObject({ status: 200 });
      api.script({ status: 408 });
      await expect(client.call(READ)).rejects.toMatchObject({ kind: 'timeout', status: 408 });
    });

    it('a hang: at the deadline, as timeout', async () => {
      api.script('hang');
      const { client } = clientOf(api.origin, { deadlineMs: 80 });
      await expect(client.call(READ)).rejects.toMatchObject({ kind: 'timeout', mayHaveHappened: true });
      expect(api.received).toHaveLength(1);
    });

    it('a hang of one try: goes on with the next, with the time that is left', async () => {
      api.script('hang', OK);
      const { client } = clientOf(api.origin, { tryTimeoutMs: 60 });
      expect(await client.call(READ)).toMatchObject({ status: 200 });
      expect(api.received).toHaveLength(2);
    });
  });

  describe('tokens', () => {
    it('renews a rejected token once and sends the same request with the new one, signed anew', async () => {
      api.script({ status: 401 }, { status: 201, body: '{"id":"c1"}' });
      const { client, tokens, slept } = clientOf(api.origin);
      expect(await client.call(CHANGE)).toMatchObject({ status: 201 });
      expect(tokens.renewed).toEqual(['token-1']);
      expect(api.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
      expect(api.received[1]).toMatchObject({ body: api.received[0]?.body, headers: { 'idempotency-key': KEY } });
      await verify(api.received[1] as ReceivedRequest, api.origin, ['authorization']);
      expect(slept).toEqual([]);
    });

    it('fails when the new token is rejected too, without a third', async () => {
      api.script({ status: 401 });
      const { client, tokens } = clientOf(api.origin);
      await expect(client.call(CHANGE)).rejects.toMatchObject({ kind: 'status', status: 401 });
      expect(tokens.renewed).toHaveLength(1);
      expect(api.received).toHaveLength(2);
    });

    it('gives the second request only the time that the first and the tokens have left', async () => {
      const timeouts: number[] = [];
      const takesAMoment = () => new Promise((resolve) => setTimeout(resolve, 5));
      const transport: HttpTransport = {
        origin: api.origin,
        async send({ timeoutMs }) {
          timeouts.push(timeoutMs);
          await takesAMoment();
          return { status: timeouts.length === 1 ? 401 : 200, headers: {}, body: Buffer.alloc(0), durationMs: 5 };
        },
        close: async () => {},
      };
      await clientOf(api.origin, { transport, deadlineMs: 5_000 }).client.call(READ);
      const [first = 0, second = 0] = timeouts;
      expect(timeouts).toHaveLength(2);
      expect(first).toBeLessThanOrEqual(5_000);
      expect(second).toBeLessThan(first);
    });

    it.each(['get', 'renew'] as const)(
      'fails as credentials when %s finds no token, and nothing has happened',
      async (step) => {
        api.script({ status: 401 });
        const refuse = async () => Promise.reject(new Error('no token'));
        const { client } = clientOf(api.origin, { tokens: { ...createTokens(), [step]: refuse } });
        await expect(client.call(CHANGE)).rejects.toMatchObject({ kind: 'credentials', mayHaveHappened: false });
        expect(api.received).toHaveLength(step === 'get' ? 0 : 1);
      },
    );

    it('takes an interrupted request for a token as one that was never sent, and repeats it', async () => {
      api.script({ status: 201, body: '{"id":"c1"}' });
      let asked = 0;
      const get = async () => {
        asked += 1;
        if (asked === 1) throw new UpstreamFailure({ kind: 'interrupted', route: '/auth/token' });
        return 'token-1';
      };
      const { client } = clientOf(api.origin, { tokens: { ...createTokens(), get } });
      expect(await client.call(CHANGE)).toMatchObject({ status: 201 });
      expect(api.received).toHaveLength(1);
    });

    it('shows no token, key or secret in a failure', async () => {
      api.script({ status: 401, body: 'token-1' });
      const { client } = clientOf(api.origin);
      const failure = (await client.call(CHANGE).catch((error: unknown) => error)) as UpstreamFailure;
      expect(JSON.stringify({ ...failure, message: failure.message, stack: failure.stack })).not.toMatch(
        /token-\d|9b2f0a44/,
      );
    });
  });
});
