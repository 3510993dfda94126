import type { WebhookStats } from '../webhooks/delivery.js';

const MAX_RECENT_REFUSALS = 20;

/** What the sandbox has received and done since it started or its counters were reset. */
export interface SandboxStats {
  /** All requests below the API prefix. */
  totalRequests: number;
  /** By route, e.g. `GET /cards/{cardId}`; what no route matches is `unknown`. */
  requests: Record<string, number>;
  /** By HTTP status; `none` where a fault kept the answer back. */
  statuses: Record<string, number>;
  statusesByRoute: Record<string, Record<string, number>>;
  refusedTokens: number;
  refusedSignatures: {
    total: number;
    byReason: Record<string, number>;
    /** The last twenty. */
    recent: { route: string; reason: string }[];
  };
  /** Answers that repeated an earlier one for the same idempotency key. */
  replays: number;
  /** Successful executions by idempotency key. */
  executions: Record<string, number>;
  /** Faults that were acted out, by kind. */
  faults: Record<string, number>;
  webhooks: WebhookStats;
}

type OwnStats = Omit<SandboxStats, 'executions' | 'webhooks'>;

/** Counters of the HTTP side. */
export class Counters {
  #stats = emptyStats();

  countRequest(route: string): void {
    this.#stats.totalRequests += 1;
    increment(this.#stats.requests, route);
  }

  countAnswer({ route, status }: { route: string; status: number | 'none' }): void {
    increment(this.#stats.statuses, String(status));
    this.#stats.statusesByRoute[route] ??= {};
    increment(this.#stats.statusesByRoute[route], String(status));
  }

  countRefusedToken(): void {
    this.#stats.refusedTokens += 1;
  }

  countRefusedSignature(refusal: { route: string; reason: string }): void {
    const { refusedSignatures } = this.#stats;
    refusedSignatures.total += 1;
    increment(refusedSignatures.byReason, refusal.reason);
    refusedSignatures.recent.push(refusal);
    if (refusedSignatures.recent.length > MAX_RECENT_REFUSALS) refusedSignatures.recent.shift();
  }

  countReplay(): void {
    this.#stats.replays += 1;
  }

  countFault(kind: string): void {
    increment(this.#stats.faults, kind);
  }

  read(): OwnStats {
    return structuredClone(this.#stats);
  }

  reset(): void {
    this.#stats = emptyStats();
  }
}

function emptyStats(): OwnStats {
  return {
    totalRequests: 0,
    requests: {},
    statuses: {},
    statusesByRoute: {},
    refusedTokens: 0,
    refusedSignatures: { total: 0, byReason: {}, recent: [] },
    replays: 0,
    faults: {},
  };
}

function increment(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
