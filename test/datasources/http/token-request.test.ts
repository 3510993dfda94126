import { createHttpTransport, type HttpTransport } from '../../../src/datasources/http/http-transport.js';
import { createTokenRequest } from '../../../src/datasources/http/token-request.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { createMetrics } from '../../../src/observability/metrics.js';
import { type ScriptedApi, startScriptedApi } from './scripted-api.js';

const CREDENTIALS = { apiKey: '0d5a1f6c-3b39-4b8e-9f51-6f6a2f2f8c11', apiSecret: 'planted-secret' };
const TOKEN = { token: 'planted-token', expiresAt: 1_699_974_342, tokenType: 'Bearer' };
const json = (body: unknown, status = 200) => ({ status, body: JSON.stringify(body) });

describe('token request', () => {
  let api: ScriptedApi;
  let transport: HttpTransport;
  beforeAll(async () => {
    api = await startScriptedApi();
    transport = createHttpTransport({ origin: api.origin, metrics: createMetrics() });
  });
  afterAll(() => transport.close());

  const request = (prefix = '/v1', timeoutMs = 5_000) =>
    createTokenRequest({ transport, baseUrl: new URL(prefix, api.origin), credentials: CREDENTIALS, timeoutMs })();

  it.each([
    ['/v1', '/v1/auth/token'],
    ['/v1/', '/v1/auth/token'],
    ['/', '/auth/token'],
  ])('posts the credentials as JSON, unsigned and without a key, below the prefix %s', async (prefix, target) => {
    api.script(json(TOKEN));
    expect(await request(prefix)).toEqual(TOKEN);
    expect(api.received).toMatchObject([{ method: 'POST', target, headers: { 'content-type': 'application/json' } }]);
    expect(JSON.parse(api.received[0]?.body ?? '')).toEqual(CREDENTIALS);
    const names = Object.keys(api.received[0]?.headers ?? {});
    for (const name of ['signature', 'signature-input', 'idempotency-key', 'authorization', 'content-digest']) {
      expect(names).not.toContain(name);
    }
  });

  it('takes any 2xx, ignores what it does not know, and Bearer for granted', async () => {
    api.script(json({ token: 'planted-token', expiresAt: 1, refreshToken: 'x' }, 201));
    expect(await request()).toEqual({ token: 'planted-token', expiresAt: 1, tokenType: 'Bearer' });
  });

  it.each([
    [400, 'credentials'],
    [401, 'credentials'],
    [403, 'credentials'],
    [404, 'credentials'],
    [302, 'credentials'],
    [429, 'status'],
    [500, 'status'],
    [503, 'status'],
  ])('fails on HTTP %i as %s', async (status, kind) => {
    api.script({ status, body: 'planted-secret' });
    await expect(request()).rejects.toMatchObject({ kind, status, route: '/auth/token' });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>planted-token</html>'],
    ['null', 'null'],
    ['a text', '"planted-token"'],
    ['an array', '[]'],
    ['no token', '{"expiresAt":1}'],
    ['a token that is no text', '{"token":7,"expiresAt":1}'],
    ['no expiresAt', '{"token":"planted-token"}'],
    ['a date for expiresAt', '{"token":"planted-token","expiresAt":"2023-11-14T15:05:42Z"}'],
  ])('fails as invalid when it is answered %s, without repeating it', async (_, body) => {
    api.script({ status: 200, body });
    const failure = await request().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UpstreamFailure);
    expect(failure).toMatchObject({ kind: 'invalid' });
    expect(`${failure} ${(failure as Error).cause}`).not.toMatch(/planted/);
  });

  it('hands the failures of the transport on', async () => {
    api.script('reset');
    await expect(request()).rejects.toMatchObject({ kind: 'interrupted' });
    api.script('hang');
    await expect(request('/v1', 50)).rejects.toMatchObject({ kind: 'timeout' });
  });
});
