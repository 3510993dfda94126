import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  importPKCS8,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { GraphqlAnswer } from '../support/graphql-client.js';
import { closeAfterAll } from '../support/teardown.js';
import { startTokenIssuer, type TestTokenIssuer } from '../support/token-issuer.js';

const CUSTOMER = '6f1e4c0a-7d2b-4c3e-9a5f-0123456789ab';
const HOUR = 3600;
const QUERY = { query: '{ viewer { subject scopes } }' };

const partOf = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('access tokens, over HTTP and with a JWK Set at an address', () => {
  let issuer: TestTokenIssuer;
  let foreign: { jwk: JWK; privateKey: CryptoKey };
  let rsa: { jwk: JWK; privateKey: CryptoKey };
  /** The same key, in the eyes of another algorithm. */
  let rsaPss: CryptoKey;
  let encryption: { privateKey: CryptoKey };
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
  let gateway: TestGateway;

  /** A good token but for what is changed. */
  function sign(claims: JWTPayload = {}, header: object = {}, key: CryptoKey = issuer.privateKey): Promise<string> {
    return new SignJWT(issuer.claims(claims))
      .setProtectedHeader({ alg: 'ES256', kid: 'test-issuer', typ: 'at+jwt', ...header })
      .sign(key);
  }

  async function hmacOf(secret: string): Promise<string> {
    const input = `${partOf({ alg: 'HS256', kid: 'test-issuer' })}.${partOf(issuer.claims())}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  }

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    const [other, ofRsa, forEncryption] = await Promise.all([
      generateKeyPair('ES256'),
      generateKeyPair('RS256', { extractable: true }),
      generateKeyPair('ES256'),
    ]);
    foreign = { jwk: await exportJWK(other.publicKey), privateKey: other.privateKey };
    rsa = { jwk: await exportJWK(ofRsa.publicKey), privateKey: ofRsa.privateKey };
    encryption = { privateKey: forEncryption.privateKey };
    const [pkcs8, second] = [await exportPKCS8(ofRsa.privateKey), await generateKeyPair('ES256')];
    rsaPss = await importPKCS8(pkcs8, 'PS256');
    issuer.published.push(
      { ...rsa.jwk, kid: 'rsa', alg: 'RS256', use: 'sig' },
      { ...(await exportJWK(short.publicKey)), kid: 'short' },
      { ...(await exportJWK(second.publicKey)), kid: 'second', alg: 'ES256', use: 'sig' },
      { ...(await exportJWK(forEncryption.publicKey)), kid: 'encryption', use: 'enc' },
      { kty: 'oct', k: Buffer.from('a shared secret that was published by mistake').toString('base64url'), kid: 'oct' },
    );
    gateway = await startTestGateway({ env: issuer.env });
  });

  const ask = (token: string): Promise<GraphqlAnswer> => gateway.post(QUERY, { token });

  const ACCEPTED: [string, () => Promise<string>, unknown][] = [
    ['a token of staff', () => sign(), { subject: 'staff', scopes: ['customers:read', 'programme'] }],
    ['typ JWT', () => sign({}, { typ: 'JWT' }), { subject: 'staff' }],
    ['no typ', () => sign({}, { typ: undefined }), { subject: 'staff' }],
    ['our audience among others', async () => sign({ aud: ['other', String(issuer.claims().aud)] }), {}],
    ['nbf within the tolerance of 5 s', () => sign({ nbf: Math.floor(Date.now() / 1000) + 4 }), {}],
    ['another published key', () => sign({}, { alg: 'RS256', kid: 'rsa' }, rsa.privateKey), { subject: 'staff' }],
    [
      'a customer, in upper case, and scopes that mean nothing here',
      () => sign({ customer_id: CUSTOMER.toUpperCase(), scope: 'openid cards:read webhooks:manage' }),
      { scopes: ['cards:read'] },
    ],
    ['staff whose customer claim then counts for nothing', () => sign({ customer_id: 'not even a UUID' }), {}],
  ];

  it.each(ACCEPTED)('accepts %s', async (_, token, viewer) => {
    const { status, body } = await ask(await token());
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    expect(body.data).toMatchObject({ viewer });
  });

  const REFUSED: [string, () => Promise<string> | string][] = [
    ['alg none without a signature', () => `${partOf({ alg: 'none' })}.${partOf(issuer.claims())}.`],
    ['alg nOnE under our kid', () => `${partOf({ alg: 'nOnE', kid: 'test-issuer' })}.${partOf(issuer.claims())}.AAAA`],
    ['HMAC with the public key as PEM', async () => hmacOf(await exportSPKI(issuer.publicKey))],
    ['HMAC with the public key as JWK', async () => hmacOf(JSON.stringify(issuer.published[0]))],
    [
      'HMAC with a symmetric key that the issuer published',
      () => {
        const input = `${partOf({ alg: 'HS256', kid: 'oct' })}.${partOf(issuer.claims())}`;
        const secret = 'a shared secret that was published by mistake';
        return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      },
    ],
    ['a foreign key under our kid', () => sign({}, {}, foreign.privateKey)],
    ['a foreign key in the jwk header', () => sign({}, { jwk: foreign.jwk, kid: 'foreign' }, foreign.privateKey)],
    ['a foreign key behind jku', () => sign({}, { jku: `${gateway.url}/nowhere` }, foreign.privateKey)],
    ['a foreign key behind x5u', () => sign({}, { x5u: `${gateway.url}/nowhere` }, foreign.privateKey)],
    ['an unknown kid', () => sign({}, { kid: 'unknown' })],
    ['a kid that looks like a path or SQL', () => sign({}, { kid: "../../etc/passwd' OR 1=1 --" })],
    ['no kid where several keys could be meant', () => sign({}, { kid: undefined })],
    ['a key that is published for encryption', () => sign({}, { kid: 'encryption' }, encryption.privateKey)],
    ['another algorithm than the key is published for', () => sign({}, { alg: 'PS256', kid: 'rsa' }, rsaPss)],
    ['a critical header that nobody knows', () => signWith({ crit: ['exp-policy'], 'exp-policy': 1 })],
    ['an unencoded payload (b64: false)', () => signWith({ crit: ['b64'], b64: false })],
    ['the type of a logout token', () => sign({}, { typ: 'logout+jwt' })],
    ['the type of a DPoP proof', () => sign({}, { typ: 'dpop+jwt' })],
    ['a wrong issuer', () => sign({ iss: 'https://login.example.com/' })],
    ['an issuer that differs by a slash', () => sign({ iss: String(issuer.claims().iss).replace(/\/$/, '') })],
    ['no issuer', () => sign({ iss: undefined })],
    ['a wrong audience', () => sign({ aud: 'gateway-under-test-2' })],
    ['no audience', () => sign({ aud: undefined })],
    ['an expired one', () => sign({ exp: Math.floor(Date.now() / 1000) - HOUR })],
    ['no expiry', () => sign({ exp: undefined })],
    ['an expiry as text', () => sign({ exp: '9999999999' as unknown as number })],
    ['one that is not yet valid', () => sign({ nbf: Math.floor(Date.now() / 1000) + HOUR })],
    ['no subject', () => sign({ sub: undefined })],
    ['neither customer nor programme', () => sign({ scope: 'customers:read' })],
    ['a customer that is no UUID', () => sign({ scope: 'customers:read', customer_id: `${CUSTOMER}/../x` })],
    ['scopes that are a number', () => sign({ scope: 7 })],
    [
      'a changed payload',
      async () => (await sign()).replace(/\.[^.]+\./, `.${partOf(issuer.claims({ sub: 'root' }))}.`),
    ],
    ['a changed signature', async () => (await sign()).replace(/.{8}$/, 'AAAAAAAA')],
    ['an encrypted token', () => `${partOf({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`],
    ['an RSA key that is too short', () => shortRsa()],
    ['nearly 16 kB', async () => `${await sign()}${'A'.repeat(15_000)}`],
    ['16 kB that are signed', () => sign({ pad: randomBytes(6_100).toString('hex') })],
    ['more than 16 kB', () => 'A'.repeat(20_000)],
    ['a million dots, as far as they fit', () => '.'.repeat(16_000)],
    ['a payload that is no object', () => `${partOf({ alg: 'ES256', kid: 'test-issuer' })}.${partOf('[]')}.AAAA`],
    [
      'a header with prototype keys',
      () => `${partOf('{"__proto__":{"alg":"ES256"}}')}.${partOf(issuer.claims())}.AAAA`,
    ],
  ];

  /** With a header that jose refuses to sign. */
  async function signWith(header: object): Promise<string> {
    const input = `${partOf({ alg: 'ES256', kid: 'test-issuer', ...header })}.${partOf(issuer.claims())}`;
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(algorithm, issuer.privateKey, Buffer.from(input));
    return `${input}.${Buffer.from(signature).toString('base64url')}`;
  }

  function shortRsa(): string {
    const input = `${partOf({ alg: 'RS256', kid: 'short' })}.${partOf(issuer.claims())}`;
    return `${input}.${createSign('sha256').update(input).sign(short.privateKey, 'base64url')}`;
  }

  it.each(REFUSED)('refuses %s with 401, and tells nothing', async (_, token) => {
    const answer = await ask(await token());
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="offblocks", error="invalid_token", error_de/,
    );
    expect(answer.body.data ?? null).toBeNull();
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.errors?.[0]?.extensions).toEqual({
      code: 'UNAUTHENTICATED',
      retryable: false,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(answer.body.errors?.[0]?.message).toMatch(
      /^The access token (is not acceptable|is too long|has expired|needs a customer ID in the claim customer_id, or the scope programme)\.$/,
    );
    expect(answer.text).not.toMatch(/JWS|JWT|JWK|signature|"iss"|"aud"|kid|127\.0\.0\.1|at [A-Za-z]+ \(/);
  });

  it.each<[string, Record<string, string | string[]>, string]>([
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }, ''],
    ['a scheme without a token', { authorization: 'Bearer' }, ''],
    ['the token in a cookie', { cookie: 'access_token=TOKEN; authorization=TOKEN' }, ''],
    ['the token in the address', {}, '?access_token=TOKEN'],
    ['the token in another header', { 'x-access-token': 'TOKEN', 'proxy-authorization': 'Bearer TOKEN' }, ''],
    ['two Authorization headers', { authorization: ['Bearer TOKEN', 'Bearer TOKEN'] }, ''],
  ])('takes %s for no token at all (RFC 6750 section 3.1: no error code)', async (_, template, search) => {
    const token = await sign();
    const fill = (text: string) => text.replaceAll('TOKEN', token);
    const headers = Object.entries(template).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(fill) : fill(value),
    ]);
    const { status, challenge, text } = await send(
      `${gateway.url}/graphql${fill(search)}`,
      Object.fromEntries(headers),
    );
    expect(status).toBe(401);
    expect(challenge).toBe('Bearer realm="offblocks"');
    expect(JSON.parse(text).errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  it('fetches the key set once per cool-down, whatever 1,000 unknown key IDs ask for', async () => {
    const before = issuer.fetches();
    const token = await sign();
    const statuses = new Set<number>();
    for (let batch = 0; batch < 20; batch++) {
      const answers = Array.from({ length: 50 }, (_, index) => ask(withKid(token, `unknown-${batch}-${index}`)));
      for (const { status } of await Promise.all(answers)) statuses.add(status);
    }
    expect([...statuses]).toEqual([401]);
    // One more if a cool-down of 30 s ends meanwhile, and then only one.
    expect(issuer.fetches() - before).toBeLessThanOrEqual(1);
    expect((await ask(token)).status).toBe(200);
  });

  it('refused them all without a call to the API or a token in a log line', () => {
    expect(gateway.upstreamCalls()).toEqual({});
    expect(gateway.logs.filter((line) => line.includes('eyJ'))).toEqual([]);
  });

  it('says that the keys cannot be had, and not that the token is bad, when that is so', async () => {
    const lonely = await startTestGateway({ env: { ...issuer.env, AUTH_JWKS_URL: await deadAddress() } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => lonely.post(QUERY, { token: await sign() })),
    );
    for (const { status, headers, body } of answers) {
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toBe('2');
      expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    }
    const told = lonely.logs.filter((line) => line.includes('the key set of the issuer could not be fetched'));
    expect(told).toHaveLength(1);
    expect((await lonely.post(QUERY, { token: null })).status).toBe(401);
  });
});

function withKid(token: string, kid: string): string {
  return `${partOf({ alg: 'ES256', kid })}${token.slice(token.indexOf('.'))}`;
}

/** By hand: `fetch` joins headers of one name. */
function send(url: string, headers: Record<string, string | string[]>) {
  return new Promise<{ status: number; challenge: string | undefined; text: string }>((resolve, reject) => {
    const sent = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, challenge: response.headers['www-authenticate'], text }),
      );
    });
    sent.end(JSON.stringify(QUERY));
  });
}

/** Of a server that hangs up on everybody. */
async function deadAddress(): Promise<string> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterAll(async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
}
