import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
  jwksCache,
} from 'jose';
import { GatewayError } from '../../errors/gateway-error.js';

export interface RemoteKeysOptions {
  jwksUrl: URL;
  /** How long after a fetch an unknown `kid` does not cause another. Default 30,000. */
  cooldownMs?: number;
  /** How long after a fetch that failed no other is tried. Default 2,000. */
  failureCooldownMs?: number;
  /** How long keys are used before they are fetched again: so long can a withdrawn key be accepted. Default 600,000. */
  maxAgeMs?: number;
  /** How long keys are used while the issuer gives no newer ones, counted from the fetch. Default 3,600,000. */
  maxStaleMs?: number;
  /** Of one fetch. Default 5,000. */
  timeoutMs?: number;
  /** Hears of each fetch that failed, at most once per `failureCooldownMs`. */
  onFetchFailure?: (error: unknown) => void;
}

/** What says that the token is at fault and not the key set. */
const TOKEN_ERRORS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/**
 * Finds keys in the issuer's JWK Set (RFC 7517 section 5), fetched when it is first needed, when it is too old, and when
 * a token names a key that is not in it (that is how a new key is met), at most once per cool-down. While the issuer is
 * away the keys that are known go on, for a bounded time. Throws `UPSTREAM_UNAVAILABLE` (HTTP 503, retryable) when the set
 * cannot be had.
 */
export function createRemoteKeys(options: RemoteKeysOptions): JWTVerifyGetKey {
  const { jwksUrl, cooldownMs = 30_000, failureCooldownMs = 2_000, timeoutMs = 5_000 } = options;
  const { maxAgeMs = 600_000, maxStaleMs = 3_600_000 } = options;
  // jose's cool-down begins with a success; without this one, every request would fetch from an issuer that is down.
  let noFetchBefore = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  const coolingFetch: FetchImplementation = async (url, init) => {
    if (Date.now() < noFetchBefore) throw new Error('The fetch of the key set failed a moment ago');
    return fetch(url, init);
  };
  /** `uat`: when jose fetched the set that it has. */
  const fetched: JWKSCacheInput = {};
  const find = createRemoteJWKSet(jwksUrl, {
    cooldownDuration: cooldownMs,
    // Age is decided below: jose would refuse every token as soon as a set that is too old cannot be fetched again.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    timeoutDuration: timeoutMs,
    [customFetch]: coolingFetch,
    [jwksCache]: fetched,
  });

  function noteFailure(error: unknown): void {
    if (Date.now() < noFetchBefore) return;
    failedAt = Date.now();
    noFetchBefore = failedAt + failureCooldownMs;
    options.onFetchFailure?.(error);
  }

  async function renewIfTooOld(): Promise<void> {
    const fetchedAt = fetched.uat;
    if (fetchedAt === undefined) return;
    const ageMs = Date.now() - fetchedAt;
    if (ageMs < maxAgeMs) return;
    const renewal = find.reload();
    if (ageMs >= maxStaleMs) return renewal;
    const tolerated = renewal.catch(noteFailure);
    // The first request waits for newer keys. While an issuer hangs, the others do not all wait until it times out.
    if (failedAt < fetchedAt) await tolerated;
  }

  return async (protectedHeader, token) => {
    try {
      await renewIfTooOld();
      return await find(protectedHeader, token);
    } catch (error) {
      if (TOKEN_ERRORS.some((kind) => error instanceof kind)) throw error;
      noteFailure(error);
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Access tokens cannot be checked at the moment.', {
        retryable: true,
        httpStatus: 503,
        httpHeaders: { 'retry-after': String(Math.max(1, Math.ceil(failureCooldownMs / 1000))) },
        cause: error,
      });
    }
  };
}
