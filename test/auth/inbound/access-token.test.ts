import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import {
  ACCEPTED_ALGORITHMS,
  createAccessTokenVerifier,
  MAX_TOKEN_CHARACTERS,
} from '../../../src/auth/inbound/access-token.js';
import {
  AUDIENCE,
  assemble,
  CUSTOMER,
  claimsOf,
  createTokenIssuer,
  createVerifier,
  ISSUER,
  NOW_SECONDS,
  rejectionOf,
  type TokenIssuer,
} from './token-issuer.js';

const NOT_ACCEPTABLE = 'The access token is not acceptable.';
const EXPIRED = 'The access token has expired.';
const NO_CUSTOMER = 'The access token needs a customer ID in the claim customer_id, or the scope programme.';

let ours: TokenIssuer;
let foreign: TokenIssuer;

beforeAll(async () => {
  [ours, foreign] = await Promise.all([createTokenIssuer(), createTokenIssuer()]);
});

function verify(header: string | undefined, nowSeconds = NOW_SECONDS) {
  return createVerifier(ours.jwks, nowSeconds).verify(header);
}

/** Signed with HMAC, the issuer's public key being the secret (RFC 8725 section 2.1). */
async function hmacOfPublicKey(encode: 'pem' | 'jwk'): Promise<string> {
  const secret = encode === 'pem' ? await exportSPKI(ours.publicKey) : JSON.stringify(await exportJWK(ours.publicKey));
  const input = assemble({ alg: 'HS256', kid: 'key-1' }, claimsOf()).slice(0, -1);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function withPart(token: string, index: number, change: (part: string) => string): string {
  return token
    .split('.')
    .map((part, at) => (at === index ? change(part) : part))
    .join('.');
}

describe('verify accepts', () => {
  it('what the tests sign by hand, so that its refusals below have the reason that they name', async () => {
    expect(await verify(`Bearer ${ours.signByHand({})}`)).toMatchObject({ subject: 'user-1' });
  });

  it('a token of a customer, and says who that is', async () => {
    const principal = await verify(`Bearer ${await ours.sign()}`);
    expect(principal).toEqual({
      subject: 'user-1',
      scopes: new Set(['cards:read', 'cards:write']),
      customerId: CUSTOMER,
      isProgramme: false,
      expiresAtEpochSeconds: NOW_SECONDS + 300,
      callerId: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('a token of the programme, whose customer claim then counts for nothing', async () => {
    for (const customer_id of [undefined, CUSTOMER, 42]) {
      const principal = await verify(`Bearer ${await ours.sign({ scope: 'programme cards:read', customer_id })}`);
      expect(principal).toMatchObject({ customerId: null, isProgramme: true });
    }
  });

  it('nobody, when there is no header', async () => {
    expect(await verify(undefined)).toBeNull();
  });

  it.each(['bearer', 'BEARER', 'Bearer '])('the scheme "%s"', async (scheme) => {
    expect(await verify(`${scheme} ${await ours.sign()}`)).toMatchObject({ subject: 'user-1' });
  });

  it.each(['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', undefined])('the type %s', async (typ) => {
    expect(await verify(`Bearer ${await ours.sign({}, { typ })}`)).toMatchObject({ subject: 'user-1' });
  });

  it.each(ACCEPTED_ALGORITHMS)('the algorithm %s', async (alg) => {
    const issuer = await createTokenIssuer({ alg });
    const principal = await createVerifier(issuer.jwks).verify(`Bearer ${await issuer.sign()}`);
    expect(principal).toMatchObject({ subject: 'user-1' });
  });

  it.each([
    ['customer IDs in upper case, as lower case', { customer_id: CUSTOMER.toUpperCase() }, { customerId: CUSTOMER }],
    ['scopes in a list', { scope: ['cards:read', 'a'] }, { scopes: new Set(['cards:read', 'a']) }],
    ['scopes with blanks to spare', { scope: ' a  b ' }, { scopes: new Set(['a', 'b']) }],
    ['no scopes', { scope: undefined }, { scopes: new Set() }],
    ['our audience among others', { aud: ['other', 'gateway'] }, { subject: 'user-1' }],
    ['a fractional exp, rounded down', { exp: NOW_SECONDS + 1.9 }, { expiresAtEpochSeconds: NOW_SECONDS + 1 }],
    ['exp at the last second of the tolerance', { exp: NOW_SECONDS - 4 }, { subject: 'user-1' }],
    ['nbf at the last second of the tolerance', { nbf: NOW_SECONDS + 5 }, { subject: 'user-1' }],
  ])('%s', async (_, claims, expected) => {
    expect(await verify(`Bearer ${await ours.sign(claims)}`)).toMatchObject(expected);
  });

  it('a token of exactly the longest length', async () => {
    const { length } = await ours.sign({ pad: '' });
    const pad = Math.floor(((MAX_TOKEN_CHARACTERS - length) * 3) / 4);
    const token = await ours.sign({ pad: 'x'.repeat(pad) });
    expect(token.length).toBeGreaterThan(MAX_TOKEN_CHARACTERS - 4);
    expect(await verify(`Bearer ${token}`)).toMatchObject({ subject: 'user-1' });
  });
});

describe('verify refuses', () => {
  it.each<[string, string, () => Promise<string> | string]>([
    ['alg none', NOT_ACCEPTABLE, () => assemble({ alg: 'none', kid: 'key-1' }, claimsOf())],
    ['alg None with a signature', NOT_ACCEPTABLE, () => assemble({ alg: 'None' }, claimsOf(), 'AAAA')],
    ['HMAC with the public key in PEM', NOT_ACCEPTABLE, () => hmacOfPublicKey('pem')],
    ['HMAC with the public key as JWK', NOT_ACCEPTABLE, () => hmacOfPublicKey('jwk')],
    ['a foreign key under our kid', NOT_ACCEPTABLE, () => foreign.sign()],
    ['a foreign key in a jwk header', NOT_ACCEPTABLE, () => foreign.sign({}, { jwk: foreign.jwks.keys[0] })],
    ['a foreign jku header', NOT_ACCEPTABLE, () => foreign.sign({}, { jku: 'https://evil.example/jwks' })],
    ['a foreign x5u header', NOT_ACCEPTABLE, () => foreign.sign({}, { x5u: 'https://evil.example/x5u' })],
    ['an unknown kid', NOT_ACCEPTABLE, () => ours.sign({}, { kid: 'key-2' })],
    ['a kid that is a path', NOT_ACCEPTABLE, () => ours.sign({}, { kid: '../../dev/null' })],
    ['an algorithm that is not the key’s', NOT_ACCEPTABLE, () => withAlgorithm('ES384')],
    ['a crit header that nobody knows', NOT_ACCEPTABLE, () => ours.signByHand({ header: { crit: ['x'], x: 1 } })],
    ['the type of an ID token of another kind', NOT_ACCEPTABLE, () => ours.sign({}, { typ: 'logout+jwt' })],
    ['a wrong issuer', NOT_ACCEPTABLE, () => ours.sign({ iss: 'https://login.example.com' })],
    ['no issuer', NOT_ACCEPTABLE, () => ours.sign({ iss: undefined })],
    ['a wrong audience', NOT_ACCEPTABLE, () => ours.sign({ aud: 'gateway2' })],
    ['no audience', NOT_ACCEPTABLE, () => ours.sign({ aud: undefined })],
    ['no subject', NOT_ACCEPTABLE, () => ours.sign({ sub: undefined })],
    ['an empty subject', NOT_ACCEPTABLE, () => ours.sign({ sub: '' })],
    ['a subject that is a number', NOT_ACCEPTABLE, () => ours.sign({ sub: 7 as unknown as string })],
    ['no exp', NOT_ACCEPTABLE, () => ours.sign({ exp: undefined })],
    ['exp as text', NOT_ACCEPTABLE, () => ours.sign({ exp: String(NOW_SECONDS + 300) as unknown as number })],
    [
      'an endless exp',
      NOT_ACCEPTABLE,
      () => ours.signByHand({ payload: JSON.stringify(claimsOf()).replace(/"exp":\d+/, '"exp":1e400') }),
    ],
    ['exp an hour ago', EXPIRED, () => ours.sign({ exp: NOW_SECONDS - 3600 })],
    ['exp just outside of the tolerance', EXPIRED, () => ours.sign({ exp: NOW_SECONDS - 5 })],
    ['nbf just outside of the tolerance', NOT_ACCEPTABLE, () => ours.sign({ nbf: NOW_SECONDS + 6 })],
    ['scope as a number', NOT_ACCEPTABLE, () => ours.sign({ scope: 1 })],
    ['scope as a list of other things', NOT_ACCEPTABLE, () => ours.sign({ scope: ['programme', 1] })],
    ['neither customer nor programme', NO_CUSTOMER, () => ours.sign({ customer_id: undefined })],
    ['a customer that is no UUID', NO_CUSTOMER, () => ours.sign({ customer_id: 'customer-1' })],
    ['a UUID and something after it', NO_CUSTOMER, () => ours.sign({ customer_id: `${CUSTOMER}\n` })],
    ['a list of customers', NO_CUSTOMER, () => ours.sign({ customer_id: [CUSTOMER] })],
    ['a scope that only looks like programme', NO_CUSTOMER, () => ours.sign({ customer_id: '', scope: 'Programme' })],
    [
      'a changed payload',
      NOT_ACCEPTABLE,
      async () => withPart(await ours.sign(), 1, () => raw(claimsOf({ sub: 'x' }))),
    ],
    ['a changed signature', NOT_ACCEPTABLE, async () => withPart(await ours.sign(), 2, flipFirst)],
    ['no signature', NOT_ACCEPTABLE, async () => withPart(await ours.sign(), 2, () => '')],
    ['a DER signature', NOT_ACCEPTABLE, () => ours.signByHand({ dsaEncoding: 'der' })],
    ['two parts', NOT_ACCEPTABLE, async () => (await ours.sign()).split('.').slice(0, 2).join('.')],
    ['five parts', NOT_ACCEPTABLE, async () => `${await ours.sign()}.a.b`],
    ['a token and a word', NOT_ACCEPTABLE, async () => `${await ours.sign()} more`],
    ['a payload that is a list', NOT_ACCEPTABLE, () => ours.signByHand({ payload: '[1]' })],
    ['a payload that is not JSON', NOT_ACCEPTABLE, () => ours.signByHand({ payload: '{' })],
    ['a token of 16 kB', 'The access token is too long.', () => ours.sign({ pad: randomBytes(8192).toString('hex') })],
    ['nothing that could be a token', NOT_ACCEPTABLE, () => '%%%'],
  ])('%s', async (_, message, token) => {
    const error = await rejectionOf(verify(`Bearer ${await token()}`));
    expect(error.message).toBe(message);
    expect(error.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false, http: { status: 401 } });
    expect(challengeOf(error)).toBe(`Bearer realm="offblocks", error="invalid_token", error_description="${message}"`);
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', '', 'token', 'Bearertoken', 'DPoP abc'])(
    'the header "%s", without an error code in the challenge (RFC 6750 section 3.1)',
    async (header) => {
      const error = await rejectionOf(verify(header));
      expect(error.extensions).toMatchObject({ code: 'UNAUTHENTICATED', http: { status: 401 } });
      expect(challengeOf(error)).toBe('Bearer realm="offblocks"');
    },
  );

  it('HMAC even where the keys would hold the shared secret', async () => {
    const secret = randomBytes(32);
    const options = { issuer: ISSUER, audience: AUDIENCE, customerClaim: 'customer_id', now: () => NOW_SECONDS * 1000 };
    const verifier = createAccessTokenVerifier({ ...options, keys: async () => secret });
    const token = await new SignJWT(claimsOf()).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    expect((await rejectionOf(verifier.verify(`Bearer ${token}`))).message).toBe(NOT_ACCEPTABLE);
  });

  it('an RSA key that is too short', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'short' }] };
    const input = assemble({ alg: 'RS256', kid: 'short' }, claimsOf()).slice(0, -1);
    const token = `${input}.${createSign('sha256').update(input).sign(privateKey, 'base64url')}`;
    expect((await rejectionOf(createVerifier(jwks).verify(`Bearer ${token}`))).message).toBe(NOT_ACCEPTABLE);
  });

  it('with a reason for logs that the client never sees', async () => {
    const token = await ours.sign({ iss: 'https://evil.example' });
    const error = await rejectionOf(verify(`Bearer ${token}`));
    expect(error.cause).toMatchObject({ claim: 'iss' });
    expect(JSON.stringify(error)).not.toMatch(/iss|evil/);
    expect(`${error.message}${error.stack}`).not.toContain(token.slice(0, 20));
  });
});

describe('callerId', () => {
  const callerIdOf = async (claims: Record<string, unknown>) =>
    (await verify(`Bearer ${await ours.sign(claims)}`))?.callerId;

  it('is the same for every token of one caller', async () => {
    const other = { exp: NOW_SECONDS + 60, scope: '', jti: 'x', customer_id: CUSTOMER.toUpperCase() };
    expect(await callerIdOf({})).toBe(await callerIdOf(other));
  });

  it('differs by subject, by customer, and between customer and programme', async () => {
    const ids = await Promise.all([
      callerIdOf({}),
      callerIdOf({ sub: 'user-2' }),
      callerIdOf({ customer_id: CUSTOMER.replace('6f', '7f') }),
      callerIdOf({ scope: 'programme' }),
      callerIdOf({ sub: `user-1","${CUSTOMER}` }),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.join()).not.toContain(ISSUER);
  });
});

function challengeOf(error: { extensions: { http?: unknown } }): string | undefined {
  const { headers } = error.extensions.http as { headers: Map<string, string> };
  return headers.get('www-authenticate');
}

function raw(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function flipFirst(part: string): string {
  return (part.startsWith('A') ? 'B' : 'A') + part.slice(1);
}

async function withAlgorithm(alg: string): Promise<string> {
  const { privateKey } = await generateKeyPair(alg);
  return new SignJWT(claimsOf()).setProtectedHeader({ alg, kid: 'key-1' }).sign(privateKey);
}
