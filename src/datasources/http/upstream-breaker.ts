import { CircuitBreakerPolicy, CircuitState, circuitBreaker, handleWhen } from 'cockatiel';
import { FailureCount } from './failure-count.js';
import { UpstreamFailure } from './upstream-failure.js';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface UpstreamBreakerOptions {
  count?: FailureCount;
  /** How long nothing is let through before the next trial. */
  openMs?: number;
  /** How long a trial may take before it counts as failed. It goes on for the one who waits for it. */
  trialMs?: number;
  /** A try that was given up sooner than this tells nothing of the API. */
  tellingMs?: number;
  onStateChange?: (state: BreakerState) => void;
}

const OPEN_MS = 1_000;
const TRIAL_MS = 2_000;
const TELLING_MS = 1_000;

const NAMES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/**
 * What a try says of the API: that it is there (any answer below 500, refusals included), that it is in trouble, or nothing
 * (given up too early to tell; no token because the credentials were refused; an answer that was no use but came).
 */
export function verdictOf(
  failure: Pick<UpstreamFailure, 'kind' | 'status'>,
  {
    durationMs,
    tellingMs = TELLING_MS,
    wasWholeTime = false,
  }: { durationMs: number; tellingMs?: number; wasWholeTime?: boolean },
): 'there' | 'trouble' | 'nothing' {
  switch (failure.kind) {
    case 'unreachable':
    case 'interrupted':
      return 'trouble';
    case 'timeout':
      return wasWholeTime || durationMs >= tellingMs ? 'trouble' : 'nothing';
    case 'status':
      return (failure.status ?? 0) >= 500 ? 'trouble' : 'there';
    case 'invalid':
    case 'too-large':
    case 'credentials':
    case 'signature':
      return 'there';
    case 'refused':
    case 'cancelled':
      return 'nothing';
  }
}

/** Thrown into the breaker in place of what it must count as a failure. */
class Trouble extends Error {}
/** Thrown into the breaker in place of what it must not count at all. */
class NoVerdict extends Error {}

/**
 * cockatiel's breaker before one upstream. Opens after failures enough (`FailureCount`); while it is open every call is
 * refused at once; then one call at a time is let through as a trial, and the first that comes back closes it. Two things
 * are added: nobody waits for somebody else's trial, and a trial that hangs is over after `trialMs`, so that an API which
 * comes back is noticed within `openMs + trialMs`.
 */
export class UpstreamBreaker {
  readonly #policy: CircuitBreakerPolicy;
  readonly #openMs: number;
  readonly #trialMs: number;
  readonly #tellingMs: number;
  #openedAt = 0;
  /** A trial that had taken too long has succeeded after all: the API is slow, and there. */
  #isProven = false;

  constructor(options: UpstreamBreakerOptions = {}) {
    const { count = new FailureCount(), openMs = OPEN_MS, trialMs = TRIAL_MS, tellingMs = TELLING_MS } = options;
    this.#openMs = openMs;
    this.#trialMs = trialMs;
    this.#tellingMs = tellingMs;
    this.#policy = circuitBreaker(
      // A trial without a verdict has not shown that the API is back.
      handleWhen((error) => error instanceof Trouble || (error instanceof NoVerdict && this.state === 'half-open')),
      { halfOpenAfter: openMs, breaker: count },
    );
    this.#policy.onStateChange((state) => {
      if (state === CircuitState.Open) {
        this.#openedAt = Date.now();
        this.#isProven = false;
      }
      options.onStateChange?.(NAMES[state]);
    });
  }

  get state(): BreakerState {
    return NAMES[this.#policy.state];
  }

  /** How long everything is refused for; 0 if the next call would be let through. While a trial runs, at least until it may be over. */
  refusedForMs(): number {
    if (this.state === 'closed') return 0;
    if (this.state === 'half-open') return this.#openMs;
    return Math.max(0, this.#openedAt + this.#openMs - Date.now());
  }

  /** Throws `UpstreamFailure` (`refused`) while nothing is let through. */
  assertLetsThrough(route: string): void {
    const refusedForMs = this.refusedForMs();
    if (refusedForMs === 0) return;
    throw new UpstreamFailure({ kind: 'refused', route, retryAfterMs: refusedForMs, detail: 'breaker open' });
  }

  /** Runs one try, and learns from how it ends. `tryTimeoutMs`: a try that took so long had its whole time. */
  async run<T>(route: string, send: () => Promise<T>, tryTimeoutMs: number): Promise<T> {
    this.assertLetsThrough(route);
    if (this.#isProven && this.state === 'open') {
      this.#isProven = false;
      await this.#policy.execute(() => {});
    }
    const startedAt = performance.now();
    const isTrial = this.state !== 'closed';
    const sending = send();
    const judged = sending.then(
      () => {},
      (error: unknown) => {
        if (!(error instanceof UpstreamFailure)) throw new NoVerdict();
        const durationMs = performance.now() - startedAt;
        const wasWholeTime = durationMs >= tryTimeoutMs - 1;
        const verdict = verdictOf(error, { durationMs, tellingMs: this.#tellingMs, wasWholeTime });
        if (verdict === 'trouble') throw new Trouble();
        if (verdict === 'nothing') throw new NoVerdict();
      },
    );
    // The breaker's own opinion is of no interest to the caller, who gets what became of the try.
    this.#policy.execute(() => (isTrial ? this.#within(judged) : judged)).catch(() => {});
    return sending;
  }

  async #within(judged: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        judged.then(
          () => {
            this.#isProven = true;
          },
          () => {},
        );
        reject(new Trouble());
      }, this.#trialMs);
    });
    try {
      await Promise.race([judged, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
