import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JSONWebKeySet } from 'jose';
import { createAccessTokenVerifier } from '../../../src/auth/inbound/access-token.js';
import { createRemoteKeys, type RemoteKeysOptions } from '../../../src/auth/inbound/remote-keys.js';
import { AUDIENCE, createTokenIssuer, ISSUER, NOW_SECONDS, rejectionOf, type TokenIssuer } from './token-issuer.js';

const started: Server[] = [];
let first: TokenIssuer;
let second: TokenIssuer;

beforeAll(async () => {
  [first, second] = await Promise.all([createTokenIssuer({ kid: 'first' }), createTokenIssuer({ kid: 'second' })]);
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const server of started.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** An issuer's key set over HTTP. `fetches` counts; `answer` may be replaced at any time. */
async function startKeyServer(keys: JSONWebKeySet['keys']) {
  const state = {
    fetches: 0,
    answer: (response: ServerResponse): void => {
      response.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify({ keys }));
    },
    jwksUrl: new URL('http://127.0.0.1'),
  };
  const server = createServer((_, response) => {
    state.fetches++;
    state.answer(response);
  });
  started.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.jwksUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
  return state;
}

function createVerify(options: RemoteKeysOptions) {
  const verifier = createAccessTokenVerifier({
    keys: createRemoteKeys(options),
    issuer: ISSUER,
    audience: AUDIENCE,
    customerClaim: 'customer_id',
    now: () => NOW_SECONDS * 1000,
  });
  return (token: string) => verifier.verify(`Bearer ${token}`);
}

/** The clock of the cool-downs. */
function stopClock() {
  let time = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => time);
  return { advance: (ms: number) => (time += ms) };
}

function withKid(token: string, kid: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url');
  return `${header}${token.slice(token.indexOf('.'))}`;
}

describe('createRemoteKeys', () => {
  it('fetches the key set once for many tokens', async () => {
    const server = await startKeyServer(first.jwks.keys);
    const verify = createVerify({ jwksUrl: server.jwksUrl });
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => first.sign({ sub: `user-${index}` })));
    expect(server.fetches).toBe(0);
    await Promise.all(tokens.map(verify));
    await verify(await first.sign());
    expect(server.fetches).toBe(1);
  });

  it('meets a new key when a token names it, and keeps the old one for as long as it is published', async () => {
    const clock = stopClock();
    const keys = [...first.jwks.keys];
    const server = await startKeyServer(keys);
    const verify = createVerify({ jwksUrl: server.jwksUrl });
    await verify(await first.sign());
    keys.push(...second.jwks.keys);
    clock.advance(30_001);
    expect(await verify(await second.sign())).toMatchObject({ subject: 'user-1' });
    expect(await verify(await first.sign())).toMatchObject({ subject: 'user-1' });
    expect(server.fetches).toBe(2);
  });

  it('forgets a withdrawn key when the set is too old', async () => {
    const clock = stopClock();
    const keys = [...first.jwks.keys, ...second.jwks.keys];
    const server = await startKeyServer(keys);
    const verify = createVerify({ jwksUrl: server.jwksUrl });
    await verify(await first.sign());
    keys.shift();
    clock.advance(600_001);
    expect((await rejectionOf(verify(await first.sign()))).code).toBe('UNAUTHENTICATED');
    expect(await verify(await second.sign())).toMatchObject({ subject: 'user-1' });
    expect(server.fetches).toBe(2);
  });

  it('fetches no more than once per cool-down for 1,000 tokens with unknown keys', async () => {
    const clock = stopClock();
    const server = await startKeyServer(first.jwks.keys);
    const verify = createVerify({ jwksUrl: server.jwksUrl });
    const token = await first.sign();
    for (const fetches of [1, 2]) {
      const refusals = Array.from({ length: 1000 }, (_, index) => rejectionOf(verify(withKid(token, `kid-${index}`))));
      for (const error of await Promise.all(refusals)) expect(error.code).toBe('UNAUTHENTICATED');
      expect(server.fetches).toBe(fetches);
      clock.advance(30_001);
    }
  });

  it('refuses a token without a kid where several keys could be meant', async () => {
    const server = await startKeyServer([...first.jwks.keys, ...second.jwks.keys]);
    const verify = createVerify({ jwksUrl: server.jwksUrl });
    expect((await rejectionOf(verify(await first.sign({}, { kid: undefined })))).code).toBe('UNAUTHENTICATED');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['is answered with 500', (response) => response.writeHead(500).end()],
    ['is answered with a redirect', (response) => response.writeHead(302, { location: 'https://evil.example' }).end()],
    ['is not JSON', (response) => response.end('<html>')],
    ['is no key set', (response) => response.end('{"keys":"none"}')],
    ['is cut off', (response) => response.destroy()],
    ['is never answered', () => undefined],
  ])('does not blame the token when the key set %s', async (_, answer) => {
    const server = await startKeyServer(first.jwks.keys);
    server.answer = answer;
    const verify = createVerify({ jwksUrl: server.jwksUrl, timeoutMs: 50 });
    const error = await rejectionOf(verify(await first.sign()));
    expect(error.message).toBe('Access tokens cannot be checked at the moment.');
    expect(error.extensions).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryable: true,
      http: { status: 503, headers: new Map([['retry-after', '2']]) },
    });
    expect(JSON.stringify(error)).not.toContain('127.0.0.1');
  });

  it('lets an issuer that is down rest between fetches, and recovers', async () => {
    const clock = stopClock();
    const server = await startKeyServer(first.jwks.keys);
    const { answer } = server;
    server.answer = (response) => response.end('not a key set');
    const verify = createVerify({ jwksUrl: server.jwksUrl });
    const token = await first.sign();
    for (let attempt = 0; attempt < 100; attempt++) {
      expect((await rejectionOf(verify(token))).code).toBe('UPSTREAM_UNAVAILABLE');
    }
    expect(server.fetches).toBe(1);
    server.answer = answer;
    clock.advance(2_001);
    expect(await verify(token)).toMatchObject({ subject: 'user-1' });
    expect(server.fetches).toBe(2);
  });

  it('goes on with the keys that it has while an unknown one cannot be looked for', async () => {
    const clock = stopClock();
    const server = await startKeyServer(first.jwks.keys);
    const verify = createVerify({ jwksUrl: server.jwksUrl });
    await verify(await first.sign());
    server.answer = (response) => response.writeHead(503).end();
    clock.advance(30_001);
    expect((await rejectionOf(verify(await second.sign()))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(await verify(await first.sign())).toMatchObject({ subject: 'user-1' });
  });

  describe('while the issuer is away', () => {
    const down = (response: ServerResponse) => void response.writeHead(503).end();

    it('accepts known keys for an hour after the last fetch, and no longer', async () => {
      const clock = stopClock();
      const failures: unknown[] = [];
      const server = await startKeyServer(first.jwks.keys);
      const verify = createVerify({ jwksUrl: server.jwksUrl, onFetchFailure: (error) => failures.push(error) });
      const token = await first.sign();
      await verify(token);
      server.answer = down;
      clock.advance(600_001);
      expect(await verify(token)).toMatchObject({ subject: 'user-1' });
      expect(failures).toHaveLength(1);
      clock.advance(2_999_998);
      expect(await verify(token)).toMatchObject({ subject: 'user-1' });
      clock.advance(1);
      expect((await rejectionOf(verify(token))).code).toBe('UPSTREAM_UNAVAILABLE');
    });

    it('tries again after the cool-down of failures, and takes the newer keys', async () => {
      const clock = stopClock();
      const keys = [...first.jwks.keys];
      const server = await startKeyServer(keys);
      const { answer } = server;
      const verify = createVerify({ jwksUrl: server.jwksUrl });
      const token = await first.sign();
      await verify(token);
      server.answer = down;
      clock.advance(600_001);
      for (let attempt = 0; attempt < 100; attempt++) await verify(token);
      expect(server.fetches).toBe(2);
      server.answer = answer;
      keys.splice(0, 1, ...second.jwks.keys);
      clock.advance(2_001);
      expect(await verify(await second.sign())).toMatchObject({ subject: 'user-1' });
      expect((await rejectionOf(verify(token))).code).toBe('UNAUTHENTICATED');
    });

    it('has only the first request wait for an issuer that hangs', async () => {
      const clock = stopClock();
      const server = await startKeyServer(first.jwks.keys);
      const verify = createVerify({ jwksUrl: server.jwksUrl, timeoutMs: 100 });
      const token = await first.sign();
      await verify(token);
      const held: ServerResponse[] = [];
      server.answer = (response) => void held.push(response);
      clock.advance(600_001);
      await verify(token);
      clock.advance(2_001);
      // Two fetches that nobody has answered, and all are accepted with the keys at hand.
      for (let attempt = 0; attempt < 100; attempt++) await verify(token);
      expect(held.length).toBeLessThanOrEqual(2);
    });
  });
});
