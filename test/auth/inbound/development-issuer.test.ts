import { decodeProtectedHeader } from 'jose';
import { createAccessTokenVerifier } from '../../../src/auth/inbound/access-token.js';
import {
  createDevelopmentIssuer,
  DEVELOPMENT_TOKEN_LIFETIME_SECONDS,
} from '../../../src/auth/inbound/development-issuer.js';
import { parseDevelopmentTokenRequest } from '../../../src/auth/inbound/development-token-request.js';
import { ALL_SCOPES } from '../../../src/auth/inbound/scope.js';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import { CUSTOMER, NOW_SECONDS, rejectionOf } from './token-issuer.js';

const CUSTOMER_SCOPES = ALL_SCOPES.filter((scope) => scope !== 'programme' && scope !== 'webhooks:manage');

async function createIssuerAndVerify(options: { customerClaim?: string; at?: { seconds: number } } = {}) {
  const { customerClaim, at = { seconds: NOW_SECONDS } } = options;
  const now = () => at.seconds * 1000;
  const issuer = await createDevelopmentIssuer({ now, customerClaim });
  const { keys, audience } = issuer;
  const verifier = createAccessTokenVerifier({
    ...{ keys, issuer: issuer.issuer, audience, now },
    customerClaim: customerClaim ?? 'customer_id',
  });
  return { issuer, verify: async (token: string) => verifier.verify(`Bearer ${token}`) };
}

describe('createDevelopmentIssuer', () => {
  it('issues tokens of the programme that the verifier accepts', async () => {
    const { issuer, verify } = await createIssuerAndVerify();
    const principal = await verify(await issuer.issueToken({}));
    expect(principal).toMatchObject({ isProgramme: true, customerId: null, subject: 'developer' });
    expect(principal?.scopes).toEqual(new Set(ALL_SCOPES));
  });

  it('issues tokens of a customer under the claim that is configured', async () => {
    const { issuer, verify } = await createIssuerAndVerify({ customerClaim: 'https://example.com/customer' });
    const principal = await verify(await issuer.issueToken({ customerId: CUSTOMER, subject: 'ada' }));
    expect(principal).toMatchObject({ isProgramme: false, customerId: CUSTOMER, subject: 'ada' });
    expect(principal?.scopes).toEqual(new Set(CUSTOMER_SCOPES));
  });

  it('issues exactly the scopes asked for', async () => {
    const { issuer, verify } = await createIssuerAndVerify();
    const principal = await verify(await issuer.issueToken({ customerId: CUSTOMER, scopes: ['cards:read'] }));
    expect(principal?.scopes).toEqual(new Set(['cards:read']));
  });

  it('lets its tokens live for 12 hours', async () => {
    const at = { seconds: NOW_SECONDS };
    const { issuer, verify } = await createIssuerAndVerify({ at });
    const token = await issuer.issueToken({});
    at.seconds += DEVELOPMENT_TOKEN_LIFETIME_SECONDS;
    expect(await verify(token)).toMatchObject({ expiresAtEpochSeconds: NOW_SECONDS + 12 * 3600 });
    at.seconds += 5;
    expect((await rejectionOf(verify(token))).message).toBe('The access token has expired.');
  });

  it('shows its public key only, under the kid of its tokens', async () => {
    const { issuer } = await createIssuerAndVerify();
    const { kid } = decodeProtectedHeader(await issuer.issueToken({}));
    expect(issuer.jwks.keys).toEqual([
      { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String), kid, alg: 'ES256', use: 'sig' },
    ]);
  });

  it('makes a key of its own for each process', async () => {
    const [{ issuer }, { verify }] = await Promise.all([createIssuerAndVerify(), createIssuerAndVerify()]);
    expect((await rejectionOf(verify(await issuer.issueToken({})))).code).toBe('UNAUTHENTICATED');
  });
});

describe('parseDevelopmentTokenRequest', () => {
  it.each([
    ['an empty object', {}, { scopes: ALL_SCOPES }],
    ['no body', undefined, { scopes: ALL_SCOPES }],
    ['a null body', null, { scopes: ALL_SCOPES }],
    ['an empty body', '', { scopes: ALL_SCOPES }],
    ['a customer', { customerId: CUSTOMER.toUpperCase() }, { customerId: CUSTOMER, scopes: CUSTOMER_SCOPES }],
    ['a list of scopes', { scopes: ['cards:read', 'programme'] }, { scopes: ['cards:read', 'programme'] }],
    ['a text of scopes', { scopes: ' cards:read  simulator ' }, { scopes: ['cards:read', 'simulator'] }],
    ['no scopes at all', { customerId: CUSTOMER, scopes: [] }, { customerId: CUSTOMER, scopes: [] }],
    ['a scope twice', { scopes: 'cards:read cards:read' }, { scopes: ['cards:read'] }],
    ['a subject', { subject: 'ada' }, { subject: 'ada', scopes: ALL_SCOPES }],
  ])('accepts %s', (_, body, expected) => {
    expect(parseDevelopmentTokenRequest(body)).toEqual(expected);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['a list', [], []],
    ['a number', 1, []],
    ['a text', '{}', []],
    ['an unknown field', { customerID: CUSTOMER }, ['customerID']],
    ['a customer that is no UUID', { customerId: 'x' }, ['customerId']],
    ['an empty customer', { customerId: '' }, ['customerId']],
    ['a number of scopes', { scopes: 1 }, ['scopes']],
    ['a null scope', { scopes: [null] }, ['scopes']],
    ['an unknown scope', { scopes: 'cards:delete' }, ['scopes']],
    ['scopes joined in a list', { scopes: ['cards:read cards:write'] }, ['scopes']],
    ['an empty subject', { subject: '' }, ['subject']],
    ['a long subject', { subject: 'a'.repeat(256) }, ['subject']],
  ])('refuses %s and names the field', (_, body, field) => {
    expect(() => parseDevelopmentTokenRequest(body)).toThrow(GatewayError);
    expect(() => parseDevelopmentTokenRequest(body)).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', retryable: false, field } }),
    );
  });
});
