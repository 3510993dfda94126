import { createHash } from 'node:crypto';
import type { SharedStore } from '../../datasources/cache/cache-stores.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Budget, BudgetState } from './budget.js';
import { createMemoryBudget } from './memory-budget.js';
import { createSharedBudget } from './shared-budget.js';

/** Who pays for an operation. */
export interface Caller {
  /** `Principal.callerId`; null without an access token. */
  readonly callerId: string | null;
  /** IP address, for callers without a token. */
  readonly address: string;
}

/** Each caller has one of each, so that a flood of reads stops no mutation, and the other way round. */
export type BudgetName = 'query' | 'change';

/** What an operation was charged; in answers `extensions.cost`. Without a rate limit only `requested` is there. */
export interface Charge {
  readonly requested: number;
  /** Points a minute. */
  readonly limit?: number;
  readonly remaining?: number;
  readonly resetSeconds?: number;
}

export interface RateLimiter {
  /** Points a minute. */
  readonly limit: number;
  /** @throws {GatewayError} `RATE_LIMITED`: nothing was taken, and the error says when to come back */
  charge(caller: Caller, budget: BudgetName, cost: number): Promise<Charge>;
}

const WINDOW_MS = 60_000;
/** Callers remembered in each budget of this process; about 20 MB if they are all there. */
const MAX_CALLERS = 100_000;

/** Addresses of IPv6 come in networks of 2^64, one for a household: they share a budget (RFC 6177 section 2). */
export function networkOf(address: string): string {
  if (!address.includes(':') || /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - after.length)).fill('0');
  return [...groups, ...zeros, ...after].slice(0, 4).join(':');
}

/** Neither subjects nor addresses are to be read in a store. */
function keyOf({ callerId, address }: Caller): string {
  return callerId ?? createHash('sha256').update(networkOf(address)).digest('base64url').slice(0, 22);
}

function refusal(cost: number, limit: number, { remaining, resetMs }: BudgetState): GatewayError {
  const retryAfterSeconds = Math.max(1, Math.ceil(resetMs / 1_000));
  const message = `This operation costs ${cost} points, of ${limit} a minute ${remaining} are left. Come back in ${retryAfterSeconds} s.`;
  return new GatewayError('RATE_LIMITED', message, {
    retryable: true,
    httpStatus: 429,
    httpHeaders: { 'retry-after': String(retryAfterSeconds) },
    details: { retryAfterSeconds, requested: cost, limit, remaining },
  });
}

/**
 * Budgets of callers: in the shared store where there is one, in the memory of this gateway while it is away. Callers without
 * a token are counted by address and always in memory: they reach next to nothing, and should not fill a store.
 */
export function createRateLimiter(options: {
  limit: number;
  shared: SharedStore | null;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Told when the shared store had to be done without: with the error, or with null if it was known to be away. */
  onFallback?: (error: unknown) => void;
}): RateLimiter {
  const { limit, shared, now, onFallback = () => {} } = options;
  const settings = { limit, windowMs: WINDOW_MS };

  function create(name: BudgetName): (caller: Caller, cost: number) => Promise<BudgetState> {
    const memory: Budget = createMemoryBudget({ ...settings, maxKeys: MAX_CALLERS, now });
    const remote = shared && createSharedBudget({ ...settings, store: shared, name: `budget-${name}` });
    return async (caller, cost) => {
      const key = keyOf(caller);
      if (!shared || !remote || caller.callerId === null) return memory.spend(key, cost);
      let failure: unknown = null;
      try {
        if (shared.isUp()) return await remote.spend(key, cost);
      } catch (error) {
        failure = error;
      }
      onFallback(failure);
      return memory.spend(key, cost);
    };
  }
  const budgets = { query: create('query'), change: create('change') };

  return {
    limit,
    async charge(caller, budget, cost) {
      const state = await budgets[budget](caller, cost);
      if (!state.isGranted) throw refusal(cost, limit, state);
      return { requested: cost, limit, remaining: state.remaining, resetSeconds: Math.ceil(state.resetMs / 1_000) };
    },
  };
}
