import { randomUUID } from 'node:crypto';
import type { Logger } from '../../observability/logger.js';
import { EVERYTHING } from './entity-cache.js';
import { type ProgrammeIdentity, programmeScope } from './programme-scope.js';
import { createRedisConnection, type RedisConnection } from './redis-connection.js';
import { withDeadline } from './with-deadline.js';

/** For a process that serves nobody, and so has no cache of its own: makes what the gateways have cached unreachable. */
export interface RemoteInvalidation {
  /** True once the store has acknowledged it: from then on no gateway that shares the store answers with what was before. */
  invalidate(tags: readonly string[]): Promise<boolean>;
  redis: Pick<RedisConnection, 'command' | 'keyOf'>;
  close(): Promise<void>;
}

const MAX_TAGS_AT_ONCE = 1_000;
/** As gateways do: longer than any value lives. */
const GENERATION_TTL_MS = 24 * 3_600_000;
const TRY_MS = 1_000;
const PAUSE_MS = 100;

/**
 * Without the heartbeats of a gateway, which the others would miss when this process ends. A generation that is written
 * and acknowledged counts for everybody, whoever wrote it (docs/adr/0006).
 */
export function createRemoteInvalidation(options: {
  redisUrl: string;
  programme: ProgrammeIdentity;
  logger: Logger;
  /** How long to go on trying while the store is away, all in all. */
  patienceMs?: number;
}): RemoteInvalidation {
  const { redisUrl, programme, logger, patienceMs = 5_000 } = options;
  const connection = createRedisConnection({ url: redisUrl, scope: programmeScope(programme), logger });
  const generations = connection.keyv('generation');
  let endAt: number | undefined;

  async function write(tags: readonly string[]): Promise<void> {
    const names = tags.length > MAX_TAGS_AT_ONCE ? [EVERYTHING] : tags;
    const entries = names.map((key) => ({ key, value: randomUUID(), ttl: GENERATION_TTL_MS }));
    await withDeadline(generations.setMany(entries), TRY_MS, { isFact: true });
  }

  return {
    redis: connection,
    async invalidate(tags) {
      if (tags.length === 0) return true;
      endAt ??= performance.now() + patienceMs;
      for (;;) {
        const isWritten = await write(tags).then(
          () => true,
          () => false,
        );
        if (isWritten) {
          endAt = undefined;
          return true;
        }
        if (performance.now() >= endAt) return false;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    },
    close: () => connection.close(),
  };
}
