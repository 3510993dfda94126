import { KeyObject, sign } from 'node:crypto';
import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { type AccessTokenVerifier, createAccessTokenVerifier } from '../../../src/auth/inbound/access-token.js';
import { GatewayError } from '../../../src/errors/gateway-error.js';

export const NOW_SECONDS = 1_750_000_000;
export const ISSUER = 'https://login.example.com/';
export const AUDIENCE = 'gateway';
export const CUSTOMER = '6f1e4c0a-7d2b-4c3e-9a5f-0123456789ab';

export interface TokenIssuer {
  readonly publicKey: CryptoKey;
  readonly jwks: JSONWebKeySet;
  sign(claims?: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Signs (ES256) what jose refuses to sign. `payload` is the text as it stands. */
  signByHand(token: { payload?: string; header?: object; dsaEncoding?: 'der' | 'ieee-p1363' }): string;
}

/** Claims of a token that is acceptable at `NOW_SECONDS`; an undefined one takes a claim away. */
export function claimsOf(changes: JWTPayload = {}): JWTPayload {
  return {
    ...{ iss: ISSUER, aud: AUDIENCE, sub: 'user-1', exp: NOW_SECONDS + 300 },
    ...{ customer_id: CUSTOMER, scope: 'cards:read cards:write' },
    ...changes,
  };
}

/** An issuer of one key. */
export async function createTokenIssuer({ kid = 'key-1', alg = 'ES256' } = {}): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return {
    publicKey,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }] },
    sign: (claims, header) =>
      new SignJWT(claimsOf(claims)).setProtectedHeader({ alg, kid, typ: 'at+jwt', ...header }).sign(privateKey),
    signByHand({ payload = JSON.stringify(claimsOf()), header, dsaEncoding = 'ieee-p1363' }) {
      const parts = [JSON.stringify({ alg, kid, ...header }), payload];
      const input = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
      const signature = sign('sha256', Buffer.from(input), { key: KeyObject.from(privateKey), dsaEncoding });
      return `${input}.${signature.toString('base64url')}`;
    },
  };
}

export function createVerifier(jwks: JSONWebKeySet, nowSeconds = NOW_SECONDS): AccessTokenVerifier {
  return createAccessTokenVerifier({
    keys: createLocalJWKSet(jwks),
    issuer: ISSUER,
    audience: AUDIENCE,
    customerClaim: 'customer_id',
    now: () => nowSeconds * 1000,
  });
}

/** A token put together by hand: what no library would sign. */
export function assemble(header: object, claims: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

export async function rejectionOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error = await promise.then(
    () => new Error('It was accepted'),
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayError) return error;
  throw error;
}
