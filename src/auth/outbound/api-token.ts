/** Answer of `POST /auth/token`. Source: https://docs.offblocks.xyz/developer-guides/api-integration/authentication */
export interface IssuedToken {
  readonly token: string;
  /** An instant, in epoch seconds. */
  readonly expiresAt: number;
  /** `Bearer`, the only one documented. */
  readonly tokenType: string;
}

/** The API token of one credential pair, shared by every request made with it. */
export interface ApiTokenSource {
  /**
   * A valid bearer token. Asks the API only when there is none; one that is due for renewal is still handed out while
   * it is renewed behind the scenes.
   * @throws {ApiTokenError} or what `requestToken` threw; the next call asks anew
   */
  get(): Promise<string>;
  /**
   * The API has answered 401 to this token: another one. Callers with the same rejected token share one renewal, and a
   * caller that comes late with a token that has been replaced since gets the present one without any.
   * @throws {ApiTokenError} or what `requestToken` threw; the next call asks anew
   */
  renew(rejected: string): Promise<string>;
}

/** The token endpoint answered something that is no usable bearer token. The message holds nothing of it. */
export class ApiTokenError extends Error {
  override readonly name = 'ApiTokenError';
  readonly code = 'API_TOKEN_INVALID';
}

interface HeldToken {
  readonly token: string;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/** RFC 6750 section 2.1: what can follow `Bearer `. */
const bearerTokenPattern = /^[A-Za-z0-9._~+/-]+=*$/;

/** While the token at hand is valid a failed renewal is tried again no sooner than this. */
const pauseAfterFailureMs = 1000;

/**
 * Keeps one token per credential pair, with at most one renewal in flight.
 *
 * @param options.requestToken one call of the token endpoint, with its own deadline
 * @param options.renewBeforeSeconds how long before its end a token is renewed, default 60; half the life of the token
 *   where that is less, so that short-lived tokens are not renewed with every request
 */
export function createApiTokenSource(options: {
  requestToken: () => Promise<IssuedToken>;
  now: () => Date;
  renewBeforeSeconds?: number;
}): ApiTokenSource {
  const { requestToken, now, renewBeforeSeconds = 60 } = options;
  let held: HeldToken | undefined;
  let flight: Promise<string> | undefined;
  let retryAtMs = 0;

  async function request(): Promise<string> {
    try {
      const issued = await requestToken();
      held = holdToken({ issued, now: now(), renewBeforeSeconds });
      return held.token;
    } catch (error) {
      retryAtMs = now().getTime() + pauseAfterFailureMs;
      throw error;
    }
  }

  function join(): Promise<string> {
    flight ??= request().finally(() => {
      flight = undefined;
    });
    return flight;
  }

  return {
    async get() {
      const nowMs = now().getTime();
      if (!held || nowMs >= held.expiresAtMs) return join();
      if (nowMs >= held.renewAtMs && nowMs >= retryAtMs) {
        // Nobody waits for this one, and nobody fails with it: the token at hand is still good.
        join().catch(() => undefined);
      }
      return held.token;
    },
    async renew(rejected) {
      if (held?.token === rejected) held = undefined;
      if (held && now().getTime() < held.expiresAtMs) return held.token;
      return join();
    },
  };
}

function holdToken(options: { issued: IssuedToken; now: Date; renewBeforeSeconds: number }): HeldToken {
  const { issued, now, renewBeforeSeconds } = options;
  const { token, expiresAt, tokenType } = issued;
  if (tokenType.toLowerCase() !== 'bearer') throw new ApiTokenError('The API issued a token that is no bearer token');
  if (!bearerTokenPattern.test(token)) throw new ApiTokenError('The API issued a token that no header can carry');
  if (!Number.isFinite(expiresAt)) throw new ApiTokenError('The API issued a token without an expiry time');
  const expiresAtMs = expiresAt * 1000;
  const lifeMs = Math.max(0, expiresAtMs - now.getTime());
  return { token, expiresAtMs, renewAtMs: expiresAtMs - Math.min(renewBeforeSeconds * 1000, lifeMs / 2) };
}
