import { createHash } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { GatewayError } from '../../errors/gateway-error.js';
import { invalidToken, missingToken } from './challenge.js';
import { parseCustomerId } from './customer-id.js';
import type { Principal } from './principal.js';
import { Scope } from './scope.js';

/** Signatures by a private key only: never `none`, never HMAC, whose "public" key would be a secret (RFC 8725 section 3.1). */
export const ACCEPTED_ALGORITHMS: readonly string[] = [
  ...['ES256', 'ES384', 'ES512'],
  ...['PS256', 'PS384', 'PS512'],
  ...['RS256', 'RS384', 'RS512'],
  ...['EdDSA', 'Ed25519'],
];
export const CLOCK_TOLERANCE_SECONDS = 5;
export const MAX_TOKEN_CHARACTERS = 8192;

/** RFC 7519 section 5.1 and RFC 9068 section 2.1, with and without the prefix `application/`. */
const ACCEPTED_TYPES = ['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];

export interface AccessTokenVerifier {
  /**
   * Returns the caller, or null when there is no Authorization header (anonymous: the doors refuse). Throws
   * `UNAUTHENTICATED` (HTTP 401 with `WWW-Authenticate`, RFC 6750 section 3) for anything that is not acceptable, and
   * `UPSTREAM_UNAVAILABLE` (503) when the issuer's keys cannot be had, which says nothing about the token.
   */
  verify(authorizationHeader: string | undefined): Promise<Principal | null>;
}

export interface AccessTokenVerifierOptions {
  /** Finds the key for a token's header, e.g. `createRemoteKeys(…)`. */
  keys: JWTVerifyGetKey;
  issuer: string;
  audience: string;
  /** Name of the claim that holds the OffBlocks customer ID of an end user. */
  customerClaim: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

export function createAccessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  const { keys, issuer, audience, customerClaim, now } = options;
  return {
    async verify(authorizationHeader) {
      if (authorizationHeader === undefined) return null;
      const token = parseBearerToken(authorizationHeader);
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keys, {
          algorithms: [...ACCEPTED_ALGORITHMS],
          issuer,
          audience,
          requiredClaims: ['sub', 'exp'],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: new Date(now()),
        });
        assertTokenType(protectedHeader.typ);
        return decodePrincipal({ payload, issuer, customerClaim });
      } catch (error) {
        throw toClientError(error);
      }
    },
  };
}

/**
 * The one Authorization header of a request, out of Node's `headersDistinct`. Throws `UNAUTHENTICATED` for several: Node
 * would take the first, and something in front may have looked at the last.
 */
export function soleAuthorization(values: readonly string[] | undefined): string | undefined {
  if (values !== undefined && values.length > 1) throw missingToken('There may be one Authorization header only.');
  return values?.[0];
}

/**
 * Returns the token of `Bearer <token>`; the scheme is matched in any case (RFC 9110 section 11.1). Throws
 * `UNAUTHENTICATED` for another scheme, for what cannot be a token and for tokens that are too long to look at.
 */
export function parseBearerToken(header: string): string {
  const [, token] = /^bearer +(\S.*)$/i.exec(header.trim()) ?? [];
  if (token === undefined) throw missingToken('The Authorization header must be "Bearer" and an access token.');
  if (token.length > MAX_TOKEN_CHARACTERS) throw invalidToken('The access token is too long.');
  return token;
}

/** Throws `UNAUTHENTICATED` when the claims of a token whose signature is right do not make a principal. */
export function decodePrincipal(options: { payload: JWTPayload; issuer: string; customerClaim: string }): Principal {
  const { payload, issuer, customerClaim } = options;
  const { sub: subject, exp } = payload;
  if (typeof subject !== 'string' || subject === '') throw notAcceptable('sub is not a text');
  if (exp === undefined || !Number.isFinite(exp)) throw notAcceptable('exp is not a finite number');
  const scopes = decodeScopes(payload.scope);
  const isProgramme = scopes.has(Scope.Programme);
  const customerId = isProgramme ? null : decodeCustomerId(payload, customerClaim);
  return {
    subject,
    scopes,
    customerId,
    isProgramme,
    expiresAtEpochSeconds: Math.floor(exp),
    callerId: callerIdOf([issuer, subject, customerId]),
  };
}

/** A space-separated text (RFC 8693 section 4.2), or the array of texts that some issuers write. */
function decodeScopes(claim: unknown): ReadonlySet<string> {
  if (claim === undefined) return new Set();
  const names: unknown[] | null = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : null;
  if (!names?.every((name) => typeof name === 'string')) throw notAcceptable('scope is neither a text nor a list');
  return new Set(names.filter((name) => name !== ''));
}

function decodeCustomerId(payload: JWTPayload, customerClaim: string): string {
  const customerId = Object.hasOwn(payload, customerClaim) ? parseCustomerId(payload[customerClaim]) : null;
  if (customerId === null) {
    throw invalidToken(`The access token needs a customer ID in the claim ${customerClaim}, or the scope programme.`);
  }
  return customerId;
}

function assertTokenType(typ: unknown): void {
  if (typ === undefined) return;
  if (typeof typ !== 'string' || !ACCEPTED_TYPES.includes(typ.toLowerCase())) {
    throw notAcceptable('typ is not that of an access token');
  }
}

function callerIdOf(parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

function notAcceptable(cause: unknown): GatewayError {
  return invalidToken('The access token is not acceptable.', cause);
}

function toClientError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof errors.JWTExpired) return invalidToken('The access token has expired.', error);
  return notAcceptable(error);
}
