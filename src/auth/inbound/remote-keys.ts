import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, type JWTVerifyGetKey } from 'jose';
import { GatewayError } from '../../errors/gateway-error.js';

export interface RemoteKeysOptions {
  jwksUrl: URL;
  /** How long after a fetch an unknown `kid` does not cause another. Default 30,000. */
  cooldownMs?: number;
  /** How long after a fetch that failed no other is tried. Default 2,000. */
  failureCooldownMs?: number;
  /** How long keys are used before they are fetched again: so long can a withdrawn key be accepted. Default 600,000. */
  maxAgeMs?: number;
  /** Of one fetch. Default 5,000. */
  timeoutMs?: number;
}

/** What says that the token is at fault and not the key set. */
const TOKEN_ERRORS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/**
 * Finds keys in the issuer's JWK Set (RFC 7517 section 5), fetched when it is first needed, when it is too old, and when
 * a token names a key that is not in it (that is how a new key is met), at most once per cool-down. Throws
 * `UPSTREAM_UNAVAILABLE` (HTTP 503, retryable) when the set cannot be had.
 */
export function createRemoteKeys(options: RemoteKeysOptions): JWTVerifyGetKey {
  const { jwksUrl, cooldownMs = 30_000, failureCooldownMs = 2_000, maxAgeMs = 600_000, timeoutMs = 5_000 } = options;
  // jose's cool-down begins with a success; without this one, every request would fetch from an issuer that is down.
  let noFetchBefore = 0;
  const coolingFetch: FetchImplementation = async (url, init) => {
    if (Date.now() < noFetchBefore) throw new Error('The fetch of the key set failed a moment ago');
    return fetch(url, init);
  };
  const find = createRemoteJWKSet(jwksUrl, {
    cooldownDuration: cooldownMs,
    cacheMaxAge: maxAgeMs,
    timeoutDuration: timeoutMs,
    [customFetch]: coolingFetch,
  });
  return async (protectedHeader, token) => {
    try {
      return await find(protectedHeader, token);
    } catch (error) {
      if (TOKEN_ERRORS.some((kind) => error instanceof kind)) throw error;
      if (Date.now() >= noFetchBefore) noFetchBefore = Date.now() + failureCooldownMs;
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Access tokens cannot be checked at the moment.', {
        retryable: true,
        httpStatus: 503,
        httpHeaders: { 'retry-after': String(Math.max(1, Math.ceil(failureCooldownMs / 1000))) },
        cause: error,
      });
    }
  };
}
