import type { UpstreamFailureKind } from './upstream-failure.js';

export interface FailedTry {
  /** Number of tries made so far, this one included; 1 for the first. */
  tries: number;
  /** A request that changes something at the API. */
  isChange: boolean;
  /** A request that changes nothing, or that carries an Idempotency-Key: the API runs it at most once. */
  repeatable: boolean;
  kind: UpstreamFailureKind;
  status?: number | undefined;
  retryAfterMs?: number | undefined;
  /** A change of which this or an earlier try may have been carried out: only a repetition can tell. */
  isUncertain: boolean;
  /** How long the breaker lets nothing through; 0 while it is closed. */
  refusedForMs: number;
  /** What is left until the deadline of the operation. */
  remainingMs: number;
  /** In [0, 1). */
  random: number;
}

export interface RetryLimits {
  /** Four, so that of an API that fails every tenth read a client sees one failure in ten thousand, and not in a thousand. */
  maxReadTries: number;
  maxChangeTries: number;
  baseDelayMs: number;
  maxDelayMs: number;
  /** Instead of `baseDelayMs` after a 409: the first request with the key needs its time to end. */
  inFlightDelayMs: number;
}

export const RETRY_LIMITS: RetryLimits = Object.freeze({
  maxReadTries: 4,
  maxChangeTries: 3,
  baseDelayMs: 50,
  maxDelayMs: 1_000,
  inFlightDelayMs: 300,
});

/** Statuses after which the same bytes may fare better. 409: the key is in flight (API guide, Idempotency). */
function isTransientStatus(status: number | undefined): boolean {
  return status !== undefined && (status >= 500 || status === 409 || status === 429);
}

function isTransient({ kind, status, isUncertain }: FailedTry): boolean {
  switch (kind) {
    case 'unreachable':
    case 'interrupted':
    case 'timeout':
      return true;
    case 'status':
      return isTransientStatus(status);
    // Not sent, for want of room or because the API is away: more of the same helps nobody, except for what has been begun.
    case 'refused':
      return isUncertain;
    default:
      return false;
  }
}

/**
 * Milliseconds to wait before the next try, or null for none. Full jitter over an exponential ceiling; a Retry-After
 * is a lower bound; a wait that would outlast the deadline is not begun. While the breaker is open only an uncertain change
 * waits for it; everything else fails at once. The retry budget has its say after this (`RetryBudget`).
 */
export function retryDelayMs(failed: FailedTry, limits: RetryLimits = RETRY_LIMITS): number | null {
  const { tries, isChange, isUncertain, refusedForMs } = failed;
  if (!failed.repeatable || tries >= (isChange ? limits.maxChangeTries : limits.maxReadTries)) return null;
  if (!isTransient(failed)) return null;
  if (refusedForMs > 0 && !isUncertain) return null;
  const baseDelayMs = failed.status === 409 ? limits.inFlightDelayMs : limits.baseDelayMs;
  const ceiling = Math.min(limits.maxDelayMs, baseDelayMs * 2 ** (tries - 1));
  const delayMs = Math.max(Math.floor(failed.random * ceiling), failed.retryAfterMs ?? 0, refusedForMs);
  return delayMs < failed.remainingMs ? delayMs : null;
}

/** Retry-After as milliseconds from `now`: seconds or an HTTP date (RFC 9110 section 10.2.3). Undefined when unusable. */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value.trim())) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
