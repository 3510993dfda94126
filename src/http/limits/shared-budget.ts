import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { SharedStore } from '../../datasources/cache/cache-stores.js';
import { StoreDeadlineError, withDeadline } from '../../datasources/cache/with-deadline.js';
import type { Budget, BudgetOptions } from './budget.js';

/**
 * Like the library's own script, but what would exceed the budget is not taken from it: a large operation that is refused must
 * not use up what a small one needs. Returns what was spent, with the points at hand, and the rest of the window in ms.
 */
const SPEND_OR_REFUSE = `
redis.call('set', KEYS[1], 0, 'EX', ARGV[2], 'NX')
local spent = tonumber(redis.call('get', KEYS[1]) or '0') + tonumber(ARGV[1])
if spent <= tonumber(ARGV[3]) then redis.call('incrby', KEYS[1], ARGV[1]) end
local ttl = redis.call('pttl', KEYS[1])
if ttl < 0 then
  redis.call('expire', KEYS[1], ARGV[2])
  ttl = 1000 * tonumber(ARGV[2])
end
return {spent, ttl}`;

interface EvalOptions {
  keys: readonly string[];
  arguments: readonly string[];
}

/**
 * Budgets in the Redis that several gateways share, through the connection of the cache. A call that takes longer than the
 * store's deadline rejects, and is reported: nobody asks a silent Redis again until its heartbeat is back.
 */
export function createSharedBudget(options: BudgetOptions & { store: SharedStore; name: string }): Budget {
  const { store, name, limit, windowMs } = options;
  const limiter = new RateLimiterRedis({
    // The one command of node-redis that the limiter uses.
    storeClient: {
      eval: (script: string, { keys, arguments: values }: EvalOptions) =>
        store.command(['EVAL', script, String(keys.length), ...keys, ...values]),
    },
    useRedisPackage: true,
    customIncrTtlLuaScript: SPEND_OR_REFUSE,
    keyPrefix: '',
    points: limit,
    duration: windowMs / 1_000,
  });

  return {
    async spend(key, points) {
      try {
        const { remainingPoints, msBeforeNext } = await withDeadline(
          limiter.consume(store.keyOf(name, key), points),
          store.deadlineMs,
        );
        return { isGranted: true, remaining: remainingPoints, resetMs: msBeforeNext };
      } catch (error) {
        if (error instanceof RateLimiterRes) {
          const remaining = Math.max(0, limit - (error.consumedPoints - points));
          return { isGranted: false, remaining, resetMs: error.msBeforeNext };
        }
        // Only silence: a store that refuses the script alone (an ACL, say) is good enough for the cache.
        if (error instanceof StoreDeadlineError) store.reportFailure();
        throw error;
      }
    },
  };
}
