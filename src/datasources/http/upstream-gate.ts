import { BulkheadPolicy, BulkheadRejectedError, bulkhead } from 'cockatiel';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import { reasonOf } from '../deadline.js';
import { type BreakerState, UpstreamBreaker } from './upstream-breaker.js';
import { UpstreamFailure, withUncertainty } from './upstream-failure.js';

/** Reads and changes have places of their own, so that neither can keep the other out. */
export type Traffic = 'read' | 'change';

export interface BulkheadLimits {
  /** Requests under way at a time. */
  places: number;
  /** Requests that wait for a place. */
  queue: number;
}

/** As many places as the pool has connections, less a few for tokens (`http-transport.ts`). */
export const BULKHEADS: Readonly<Record<Traffic, BulkheadLimits>> = Object.freeze({
  read: { places: 48, queue: 1_000 },
  change: { places: 16, queue: 200 },
});

export const UPSTREAM_CONNECTIONS = BULKHEADS.read.places + BULKHEADS.change.places + 2;

export interface GatePass {
  traffic: Traffic;
  route: string;
  /** Gives up waiting for a place. What has left is the sender's business. */
  signal?: AbortSignal | undefined;
  /** See `UpstreamBreaker.run`. */
  tryTimeoutMs: number;
}

/** Breaker and bulkheads before one upstream: decides whether a try is sent at all. */
export interface UpstreamGate {
  /** Throws `UpstreamFailure`: `refused` at once where it is not let through; else what `send` throws. */
  pass<T>(pass: GatePass, send: () => Promise<T>): Promise<T>;
  /** How long the breaker refuses everything; 0 while it does not. */
  refusedForMs(): number;
}

/** What a client is told to wait after a refusal for want of room. */
const FULL_RETRY_AFTER_MS = 1_000;

export function createUpstreamGate(options: {
  metrics: Metrics;
  logger: Logger;
  breaker?: UpstreamBreaker;
  bulkheads?: Readonly<Record<Traffic, BulkheadLimits>>;
}): UpstreamGate {
  const { metrics, logger, bulkheads = BULKHEADS } = options;
  const breaker = options.breaker ?? new UpstreamBreaker({ onStateChange });
  const halls: Readonly<Record<Traffic, BulkheadPolicy>> = {
    read: bulkhead(bulkheads.read.places, bulkheads.read.queue),
    change: bulkhead(bulkheads.change.places, bulkheads.change.queue),
  };
  metrics.watchUpstream({
    breakerState: () => breaker.state,
    running: (traffic) => bulkheads[traffic].places - halls[traffic].executionSlots,
    queued: (traffic) => bulkheads[traffic].queue - halls[traffic].queueSlots,
  });

  function onStateChange(state: BreakerState): void {
    metrics.upstreamBreakerChanges.inc({ state });
    if (state === 'open') logger.warn({ state }, 'the API is in trouble, and is not asked for a moment');
    else if (state === 'closed') logger.info({ state }, 'the API is back, and is asked again');
  }

  function refused(traffic: Traffic, reason: 'breaker' | 'bulkhead', failure: UpstreamFailure): UpstreamFailure {
    metrics.upstreamRefusals.inc({ traffic, reason });
    return failure;
  }

  /** Waits for a place, no longer than somebody waits for the answer: cockatiel would keep the waiter in its queue. */
  function enter<T>({ traffic, signal }: GatePass, run: () => Promise<T>): Promise<T> {
    const hall = halls[traffic];
    if (!signal || hall.executionSlots > 0) return hall.execute(run);
    return new Promise((resolve, reject) => {
      const leave = () => reject(withUncertainty(reasonOf(signal), false));
      signal.addEventListener('abort', leave, { once: true });
      const enterNow = () => {
        signal.removeEventListener('abort', leave);
        // Whoever has left while he waited gives his place to the next.
        if (signal.aborted) throw withUncertainty(reasonOf(signal), false);
        return run();
      };
      hall
        .execute(async () => enterNow())
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', leave));
    });
  }

  return {
    refusedForMs: () => breaker.refusedForMs(),

    async pass(pass, send) {
      const { traffic, route, tryTimeoutMs } = pass;
      try {
        breaker.assertLetsThrough(route);
        return await enter(pass, () => breaker.run(route, send, tryTimeoutMs));
      } catch (error) {
        if (error instanceof BulkheadRejectedError) {
          const detail = 'bulkhead full';
          const full = { kind: 'refused', route, retryAfterMs: FULL_RETRY_AFTER_MS, detail } as const;
          throw refused(traffic, 'bulkhead', new UpstreamFailure(full));
        }
        if (error instanceof UpstreamFailure && error.kind === 'refused') throw refused(traffic, 'breaker', error);
        throw error;
      }
    },
  };
}
