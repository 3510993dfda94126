import type { EntityCache } from '../../datasources/cache/entity-cache.js';
import { type ProgrammeIdentity, programmeScope } from '../../datasources/cache/programme-scope.js';
import { createRedisConnection } from '../../datasources/cache/redis-connection.js';
import type { UpstreamClient } from '../../datasources/http/upstream-client.js';
import type { Logger } from '../../observability/logger.js';
import type { ResyncMetrics } from '../../observability/resync-metrics.js';
import { createResync } from './resync.js';
import { startResyncTimer } from './resync-timer.js';
import { createLocalTurns, createSharedTurns } from './resync-turns.js';

export interface ResyncSettings {
  client: UpstreamClient;
  cache: EntityCache;
  onInvalidated: (tags: readonly string[]) => void;
  intervalSeconds: number;
  cacheTtlSeconds: number;
  /** Null: a single node. */
  redisUrl: string | null;
  programme: ProgrammeIdentity;
  metrics: ResyncMetrics;
  logger: Logger;
  now: () => Date;
}

/** Resynchronises at intervals for as long as the gateway runs. Returns what ends it. */
export function startResync(settings: ResyncSettings): { close(): Promise<void> } {
  const { client, cache, onInvalidated, redisUrl, programme, metrics, logger, now } = settings;
  const intervalMs = settings.intervalSeconds * 1_000;
  const firstReachMs = Math.max(settings.cacheTtlSeconds * 1_000, intervalMs);
  const redis = redisUrl ? createRedisConnection({ url: redisUrl, scope: programmeScope(programme), logger }) : null;
  const stop = startResyncTimer({
    resync: createResync({ client, cache, onInvalidated, logger }),
    turns: redis
      ? createSharedTurns(redis, { intervalMs, firstReachMs })
      : createLocalTurns({ intervalMs, firstReachMs }),
    intervalMs,
    logger,
    now,
    onPass(outcome, kinds) {
      metrics.passes.inc({ outcome });
      for (const { kind, changed } of kinds) metrics.changes.inc({ kind }, changed);
    },
  });
  return {
    async close() {
      stop();
      await redis?.close();
    },
  };
}
