import type { UpstreamFailureKind } from './upstream-failure.js';

export interface FailedTry {
  /** Number of tries made so far, this one included; 1 for the first. */
  tries: number;
  /** A request that changes nothing, or that carries an Idempotency-Key: the API runs it at most once. */
  repeatable: boolean;
  kind: UpstreamFailureKind;
  status?: number | undefined;
  retryAfterMs?: number | undefined;
  /** What is left until the deadline of the operation. */
  remainingMs: number;
  /** In [0, 1). */
  random: number;
}

export interface RetryLimits {
  maxTries: number;
  baseDelayMs: number;
  maxDelayMs: number;
  /** Instead of `baseDelayMs` after a 409: the first request with the key needs its time to end. */
  inFlightDelayMs: number;
}

export const RETRY_LIMITS: RetryLimits = Object.freeze({
  maxTries: 3,
  baseDelayMs: 50,
  maxDelayMs: 1_000,
  inFlightDelayMs: 300,
});

/** Statuses after which the same bytes may fare better. 409: the key is in flight (API guide, Idempotency). */
function isTransientStatus(status: number | undefined): boolean {
  return status !== undefined && (status >= 500 || status === 409 || status === 429);
}

/**
 * Milliseconds to wait before the next try, or null for none. Full jitter over an exponential ceiling; a Retry-After
 * is a lower bound; a wait that would outlast the deadline is not begun.
 */
export function retryDelayMs(failed: FailedTry, limits: RetryLimits = RETRY_LIMITS): number | null {
  if (!failed.repeatable || failed.tries >= limits.maxTries) return null;
  const transient =
    failed.kind === 'unreachable' ||
    failed.kind === 'interrupted' ||
    failed.kind === 'timeout' ||
    (failed.kind === 'status' && isTransientStatus(failed.status));
  if (!transient) return null;
  const baseDelayMs = failed.status === 409 ? limits.inFlightDelayMs : limits.baseDelayMs;
  const ceiling = Math.min(limits.maxDelayMs, baseDelayMs * 2 ** (failed.tries - 1));
  const delayMs = Math.max(Math.floor(failed.random * ceiling), failed.retryAfterMs ?? 0);
  return delayMs < failed.remainingMs ? delayMs : null;
}

/** Retry-After as milliseconds from `now`: seconds or an HTTP date (RFC 9110 section 10.2.3). Undefined when unusable. */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value.trim())) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
