import { BoundedMap } from '../../datasources/cache/bounded-map.js';
import type { RedisConnection } from '../../datasources/cache/redis-connection.js';
import { withDeadline } from '../../datasources/cache/with-deadline.js';

/** Which deliveries have been dealt with. Forgetting one is harmless: it is then dealt with again. */
export interface SeenEvents {
  has(eventId: string): Promise<boolean>;
  add(eventId: string): Promise<void>;
}

/**
 * Duplicates come soon after each other, by the API's habit of repeating at once. A longer memory would be a gift to
 * whoever floods the receiver: at the limit of deliveries this is 360,000 small keys.
 */
const REMEMBERED_MS = 3_600_000;
const MAX_REMEMBERED = 100_000;
const DEADLINE_MS = 100;

/** For a single node. */
export function createLocalSeenEvents(options: { now?: () => number } = {}): SeenEvents {
  const { now = () => performance.now() } = options;
  const seen = new BoundedMap<number>({ maxWeight: MAX_REMEMBERED });
  return {
    async has(eventId) {
      const at = seen.get(eventId);
      return at !== undefined && now() - at < REMEMBERED_MS;
    },
    async add(eventId) {
      seen.set(eventId, now());
    },
  };
}

/** For several nodes, in the Redis that they share; while that is away, each remembers its own. */
export function createSharedSeenEvents(redis: Pick<RedisConnection, 'command' | 'keyOf'>): SeenEvents {
  const local = createLocalSeenEvents();
  const keyOf = (eventId: string) => redis.keyOf('delivery', eventId);
  return {
    async has(eventId) {
      if (await local.has(eventId)) return true;
      return withDeadline(redis.command(['EXISTS', keyOf(eventId)]), DEADLINE_MS).then(
        (reply) => Number(reply) === 1,
        () => false,
      );
    },
    async add(eventId) {
      await local.add(eventId);
      await withDeadline(redis.command(['SET', keyOf(eventId), '1', 'PX', String(REMEMBERED_MS)]), DEADLINE_MS).catch(
        () => {},
      );
    },
  };
}
