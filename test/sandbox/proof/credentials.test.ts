import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { API_KEY, API_SECRET, PUBLIC_KEY_PEM, startForTest } from '../support/sandbox-client.js';

const START_MS = Date.UTC(2026, 0, 1);

describe('tokens', () => {
  it('are JWTs that say when they end, in seconds', async () => {
    const client = await startForTest({ clock: () => new Date(START_MS), tokenTtlSeconds: 60 });
    const { status, json } = await client.unsigned('POST', '/auth/token', { apiKey: API_KEY, apiSecret: API_SECRET });
    expect({ status, json }).toEqual({
      status: 200,
      json: { token: expect.any(String), expiresAt: START_MS / 1000 + 60, tokenType: 'Bearer' },
    });
    expect(decodeProtectedHeader(json.token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(decodeJwt(json.token)).toMatchObject({ sub: API_KEY, exp: START_MS / 1000 + 60 });
  });

  it.each([
    { name: 'a wrong secret', body: { apiKey: API_KEY, apiSecret: 'no' }, status: 401 },
    { name: 'a wrong key', body: { apiKey: randomUUID(), apiSecret: API_SECRET }, status: 401 },
    { name: 'no secret', body: { apiKey: API_KEY }, status: 400 },
    { name: 'an array', body: [], status: 400 },
  ])('are refused with $status for $name', async ({ body, status }) => {
    const client = await startForTest();
    expect((await client.unsigned('POST', '/auth/token', body)).status).toBe(status);
  });

  it('end', async () => {
    let nowMs = START_MS;
    const client = await startForTest({ clock: () => new Date(nowMs), tokenTtlSeconds: 60 });
    expect((await client.call('GET', '/cards')).status).toBe(200);
    nowMs += 59_999;
    expect((await client.call('GET', '/cards')).status).toBe(200);
    nowMs += 1;
    expect((await client.call('GET', '/cards')).status).toBe(401);
    client.forgetToken();
    expect((await client.call('GET', '/cards')).status).toBe(200);
  });

  it.each([
    { name: 'no', authorization: undefined },
    { name: 'an unknown', authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA' },
    { name: 'a basic', authorization: 'Basic abc' },
  ])('are missed with 401 when there is $name authorization', async ({ authorization }) => {
    const client = await startForTest();
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    expect((await client.unsigned('GET', '/cards', undefined, headers)).status).toBe(401);
    expect(client.sandbox.stats()).toMatchObject({ refusedTokens: 1, refusedSignatures: { total: 0 } });
  });

  it('become invalid when they are expired by hand', async () => {
    const client = await startForTest();
    await client.call('GET', '/cards');
    expect((await client.admin('POST', '/expire-tokens')).status).toBe(204);
    expect((await client.call('GET', '/cards')).status).toBe(401);
  });
});

describe('credentials', () => {
  it('are replaced with the bearer token alone, which makes every token invalid', async () => {
    const client = await startForTest();
    const authorization = `Bearer ${await client.fetchToken()}`;
    const next = { apiKey: randomUUID(), apiSecret: 'another secret' };
    expect((await client.unsigned('PUT', '/auth/credentials', next, { authorization })).status).toBe(204);
    expect((await client.unsigned('PUT', '/auth/credentials', next, { authorization })).status).toBe(401);
    expect(await client.fetchToken()).toBeUndefined();
    expect(await client.fetchToken(next)).toEqual(expect.any(String));
  });

  it('are deleted for good', async () => {
    const client = await startForTest();
    const authorization = `Bearer ${await client.fetchToken()}`;
    const remove = (query: string) =>
      client.unsigned('DELETE', `/auth/credentials${query}`, undefined, { authorization });
    expect((await remove(`?apiKey=${randomUUID()}`)).status).toBe(400);
    expect((await remove(`?apiKey=${API_KEY}`)).status).toBe(204);
    expect((await client.unsigned('POST', '/auth/token', { apiKey: API_KEY, apiSecret: API_SECRET })).status).toBe(401);
  });
});

describe('signing keys', () => {
  it('are uploaded in base64 once more, with the bearer token alone, and yield a key ID', async () => {
    const client = await startForTest({ signingKeys: [] });
    const authorization = `Bearer ${await client.fetchToken()}`;
    expect((await client.call('GET', '/cards')).status).toBe(400);
    const upload = (publicKey: unknown) => client.unsigned('PUT', '/auth/signing', { publicKey }, { authorization });
    const { publicKey: p256 } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const p256Pem = p256.export({ type: 'spki', format: 'pem' }).toString();
    for (const refused of [PUBLIC_KEY_PEM, Buffer.from(p256Pem).toString('base64'), '', 7]) {
      expect((await upload(refused)).status).toBe(400);
    }
    const { status, json } = await upload(Buffer.from(PUBLIC_KEY_PEM).toString('base64'));
    expect(status).toBe(200);
    const signed = client.sign(await client.prepare('GET', '/cards'), { keyId: json.keyId });
    expect((await client.send(signed)).status).toBe(200);
    expect((await client.unsigned('DELETE', '/auth/signing', undefined, { authorization })).status).toBe(204);
    expect((await client.send(signed)).status).toBe(400);
  });
});
