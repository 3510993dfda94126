import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { ConfigError } from '../config/config-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { changesOfTags } from '../datasources/cache/changed-entities.js';
import { createRemoteInvalidation } from '../datasources/cache/remote-invalidation.js';
import { UpstreamFailure } from '../datasources/http/upstream-failure.js';
import { createOutsidePublisher } from '../events/bus/outside-publisher.js';
import { createResync, ResyncError } from '../events/resync/resync.js';
import { createMetrics } from '../observability/metrics.js';
import { openApi } from './open-api.js';
import {
  CommandFailure,
  type CommandOptions,
  type ExitCode,
  runAsProcess,
  runCommand,
  UsageError,
} from './run-command.js';

const usage = `Makes up for webhooks that were lost: compares the lists of the API with what gateways may still hold, and
invalidates what has changed, for all gateways that share the Redis. Uses the environment of the gateway.

  npm run --silent resync                                  changes of the last two days
  npm run --silent resync -- --since 36h                   or of so many hours (h) or days (d)
  npm run --silent resync -- --since 2026-11-19T08:00:00Z  or from a moment on: when the outage began

It may be run at any time and again. Without REDIS_URL nothing but the gateway itself can reach its cache: set
RESYNC_INTERVAL_SECONDS there instead.
Exit codes: 0 done, 1 failed, 2 wrong use, 78 the environment cannot be used.
`;

const HOUR_MS = 3_600_000;
/** Deliveries are repeated for a day and then dropped: what an outage of up to another day has lost. */
const DEFAULT_REACH_MS = 48 * HOUR_MS;
/** Reading the list of a large programme takes longer than a GraphQL operation may. */
const MIN_DEADLINE_MS = 120_000;

/** Runs the command; resolves to its exit code. */
export async function resync(options: CommandOptions): Promise<ExitCode> {
  const { args, writeOut, now = () => new Date() } = options;
  return runCommand(options, {
    usage,
    async run({ config: readConfig, logger }) {
      const startedAt = now();
      const wanted = parseSince(args, startedAt);
      if (wanted === 'help') {
        writeOut(usage);
        return 0;
      }
      const config = readConfig();
      const redisUrl = redisUrlOf(config);
      const deadlineMs = Math.max(config.operationDeadlineMs, MIN_DEADLINE_MS);
      const api = openApi({ config, metrics: createMetrics(), logger, now, deadlineMs });
      const remote = createRemoteInvalidation({ redisUrl, programme: api, logger });
      try {
        const since = reachOf({ wanted, startedAt, config });
        const publish = createOutsidePublisher(remote.redis);
        const published: Promise<void>[] = [];
        const onInvalidated = (tags: readonly string[]) => void published.push(publish(changesOfTags(tags)));
        const { run } = createResync({ client: api.client, cache: remote, onInvalidated, logger });
        const kinds = await run({ since }).catch(explain);
        await Promise.all(published);
        for (const { kind, listed, changed } of kinds)
          writeOut(`${kind.padEnd(9)} ${listed} listed, ${changed} changed\n`);
        writeOut(`Whatever has changed since ${since.toISOString()} is read anew by every gateway.\n`);
        return 0;
      } finally {
        await remote.close();
        await api.close();
      }
    },
  });
}

function parseSince(args: readonly string[], now: Date): Date | 'help' {
  const since = readArgs(args);
  if (since === 'help') return since;
  if (since === undefined) return new Date(now.getTime() - DEFAULT_REACH_MS);
  const [, amount, unit] = /^(\d{1,5})([hd])$/.exec(since) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * HOUR_MS * (unit === 'd' ? 24 : 1));
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(since);
  const at = new Date(isInstant ? since : Number.NaN);
  if (Number.isNaN(at.getTime())) {
    throw new UsageError(
      '--since must be an instant with its time zone, as 2026-11-19T08:00:00Z, or a time as 36h or 3d',
    );
  }
  if (at > now) throw new UsageError('--since lies in the future');
  return at;
}

function readArgs(args: readonly string[]): string | undefined | 'help' {
  try {
    const options = { since: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    return values.help ? 'help' : values.since;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** At least as far back as something can be cached. */
function reachOf({ wanted, startedAt, config }: { wanted: Date; startedAt: Date; config: GatewayConfig }): Date {
  return new Date(Math.min(wanted.getTime(), startedAt.getTime() - config.cacheTtlSeconds * 1_000));
}

function redisUrlOf({ redisUrl }: GatewayConfig): string {
  if (redisUrl) return redisUrl.reveal();
  throw new ConfigError([
    'REDIS_URL is not set: without it only the gateway itself reaches its cache; set RESYNC_INTERVAL_SECONDS there instead',
  ]);
}

function explain(error: unknown): never {
  if (!(error instanceof ResyncError)) throw error;
  if (error.cause instanceof UpstreamFailure) throw error.cause;
  throw new CommandFailure(`Failed: ${error.message}. Is Redis there? Run it again.`);
}

if (require.main === module) runAsProcess(resync);
