import { randomUUID } from 'node:crypto';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';
import type { DevelopmentTokenRequest } from './development-token-request.js';
import { defaultScopes } from './development-token-request.js';

/** Long, so that GraphiQL stays usable for a day's work. */
export const DEVELOPMENT_TOKEN_LIFETIME_SECONDS = 12 * 3600;

/**
 * Issues access tokens to whoever asks, with a key that lives as long as the process: for the embedded sandbox only.
 * Its tokens take the same way through the verifier as those of a real issuer.
 */
export interface DevelopmentIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The public key, as `/dev/jwks` shows it. */
  readonly jwks: JSONWebKeySet;
  /** Finds that key, for `createAccessTokenVerifier`. */
  readonly keys: JWTVerifyGetKey;
  /** Returns a JWT. Without `scopes` they are those of `defaultScopes`. */
  issueToken(request: Partial<DevelopmentTokenRequest>): Promise<string>;
}

export interface DevelopmentIssuerOptions {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Default `customer_id`. */
  customerClaim?: string;
}

export async function createDevelopmentIssuer(options: DevelopmentIssuerOptions): Promise<DevelopmentIssuer> {
  const { now, customerClaim = 'customer_id' } = options;
  const issuer = 'urn:offblocks-graphql-gateway:development';
  const audience = 'offblocks-graphql-gateway';
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const jwks: JSONWebKeySet = { keys: [{ ...publicJwk, kid, alg: 'ES256', use: 'sig' }] };

  return {
    issuer,
    audience,
    jwks,
    keys: createLocalJWKSet(jwks),
    issueToken({ customerId, scopes = defaultScopes(customerId), subject = customerId ?? 'developer' }) {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({ scope: scopes.join(' '), ...(customerId !== undefined && { [customerClaim]: customerId }) })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + DEVELOPMENT_TOKEN_LIFETIME_SECONDS)
        .sign(privateKey);
    },
  };
}
