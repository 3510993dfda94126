import type { AccessTokenVerifier } from '../../auth/inbound/access-token.js';
import { missingToken } from '../../auth/inbound/challenge.js';
import type { Principal } from '../../auth/inbound/principal.js';

/** Longest wait that a timer of Node takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Who opens a stream. Throws what the verifier throws, and `UNAUTHENTICATED` without a token: a stream is for somebody. */
export async function verifyStreamCaller(
  verifier: AccessTokenVerifier,
  authorization: string | undefined,
): Promise<Principal> {
  const principal = await verifier.verify(authorization);
  if (principal === null) throw missingToken('Live updates need an access token.');
  return principal;
}

/** Calls `onExpired` when the caller's token ends, which no stream outlives. Returns what calls that off. */
export function watchExpiry(principal: Principal, now: () => number, onExpired: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = () => {
    const leftMs = principal.expiresAtEpochSeconds * 1_000 - now();
    if (leftMs <= 0) onExpired();
    else {
      timer = setTimeout(arm, Math.min(leftMs, MAX_TIMER_MS));
      timer.unref();
    }
  };
  timer = setTimeout(arm, 0);
  return () => clearTimeout(timer);
}
