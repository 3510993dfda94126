import type { RedisConnection } from '../../datasources/cache/redis-connection.js';
import { withDeadline } from '../../datasources/cache/with-deadline.js';

/** Who resynchronises next, and from when on. */
export interface ResyncTurns {
  /**
   * The moment from which on changes are to be looked for; null when it is not this node's turn. Rejects while that cannot
   * be found out.
   */
  take(now: Date): Promise<Date | null>;
  /** A pass that began at this moment has done everything: the next one begins there. */
  finish(startedAt: Date): Promise<void>;
}

interface TurnOptions {
  intervalMs: number;
  /** How far back the first pass looks: nothing is cached for longer. */
  firstReachMs: number;
}

/** For a single node: it is always its turn. */
export function createLocalTurns({ firstReachMs }: TurnOptions): ResyncTurns {
  let since: Date | null = null;
  return {
    take: async (now) => since ?? new Date(now.getTime() - firstReachMs),
    async finish(startedAt) {
      since = startedAt;
    },
  };
}

const DEADLINE_MS = 1_000;
/** A turn ends a little before the next is due, so that it may fall to the same node again. */
const TURN_SHARE = 0.9;
/** Longer than any value is cached: what is forgotten then costs no more than a first pass. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

/** For several nodes: whoever is first in an interval has the turn; where the last pass began is shared. */
export function createSharedTurns(
  redis: Pick<RedisConnection, 'command' | 'keyOf'>,
  { intervalMs, firstReachMs }: TurnOptions,
): ResyncTurns {
  const turnKey = redis.keyOf('resync', 'turn');
  const sinceKey = redis.keyOf('resync', 'since');
  const command = (...args: string[]) => withDeadline(redis.command(args), DEADLINE_MS);
  return {
    async take(now) {
      const turnMs = Math.max(1, Math.floor(intervalMs * TURN_SHARE));
      const reply = await command('SET', turnKey, now.toISOString(), 'NX', 'PX', String(turnMs));
      if (reply === null) return null;
      const since = Date.parse(String(await command('GET', sinceKey)));
      return new Date(Number.isNaN(since) ? now.getTime() - firstReachMs : since);
    },
    async finish(startedAt) {
      await command('SET', sinceKey, startedAt.toISOString(), 'PX', String(REMEMBERED_MS));
    },
  };
}
