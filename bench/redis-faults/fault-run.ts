import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedisServer } from '../../test/support/redis.js';
import type { TcpProxy } from '../../test/support/tcp-proxy.js';
import { addFigures, type CacheFigures, parseCacheFigures, shareBetween } from '../consistency/cache-figures.js';
import { type Cluster, startCluster } from '../consistency/cluster.js';
import type { Violation } from '../consistency/history.js';
import { createWorkloadClient, type WorkloadClient } from '../consistency/operations.js';
import { createRecorder, type Recorder } from '../consistency/recorder.js';
import { findViolations } from '../consistency/regular-register.js';
import { type Fault, prepare } from './faults.js';
import {
  type CacheLook,
  meanShare,
  percentile,
  type Recovery,
  recoveryOf,
  type Sample,
  waitsBetween,
} from './latency.js';
import { startLoad } from './open-loop.js';

/** Two gateways on one Redis, and those who ask them. Can go through several faults. */
export interface FaultSubject {
  redis: RedisServer;
  cluster: Cluster;
  clients: readonly WorkloadClient[];
  recorder: Recorder;
  /** Redis too. */
  close(): Promise<void>;
}

export async function startFaultSubject(
  settings: { isRedisDown?: boolean; cards?: number } = {},
): Promise<FaultSubject> {
  const { isRedisDown = false, cards = 80 } = settings;
  const redis = await startRedisServer({ isRunning: !isRedisDown });
  try {
    const cluster = await startCluster({ cards, redisPort: redis.port });
    const clients = cluster.gateways.map(({ url }) => createWorkloadClient({ url, token: cluster.token }));
    return {
      redis,
      cluster,
      clients,
      recorder: createRecorder({ cards, batchSize: 2 }),
      async close() {
        await Promise.all(clients.map((client) => client.close()));
        await cluster.close();
        await redis.close();
      },
    };
  } catch (error) {
    await redis.close();
    throw error;
  }
}

export interface FaultRunOptions {
  fault: Fault;
  subject: FaultSubject;
  /** How long the load runs before the fault, during it, and after it was mended. */
  beforeMs: number;
  duringMs: number;
  afterMs: number;
  readsPerSecond?: number;
  writesPerSecond?: number;
}

/** 99th percentile of waiting times in milliseconds; null where there was no request. */
export interface Waits {
  before: number | null;
  /** Within a second of the fault's beginning. */
  first: number | null;
  /** From then on until it was mended. */
  later: number | null;
}

export interface FaultReport {
  fault: string;
  reads: number;
  writes: number;
  failures: readonly string[];
  violations: readonly Violation[];
  readWaits: Waits;
  writeWaits: Waits;
  recovery: Recovery;
  hitRate: { before: number | null; during: number | null; after: number | null };
  /** Exit code or signal of gateways that ended. */
  ended: readonly (number | string)[];
}

const LOOK_INTERVAL_MS = 250;
const FIRST_MS = 1_000;
/** Taken for usual where there was no time before the fault. */
const TYPICAL_SHARES = { hit: 0.5, passed: 0.15 };

/** Load on the gateways, one fault of their Redis, and what their clients noticed of it. */
export async function runFault(options: FaultRunOptions): Promise<FaultReport> {
  const { fault, subject, beforeMs, duringMs, afterMs, readsPerSecond = 60, writesPerSecond = 6 } = options;
  const { redis, cluster, clients, recorder } = subject;
  const proxies = cluster.gateways.map(({ redisProxy }) => redisProxy as TcpProxy);
  recorder.forget();
  const watch = watchCaches(clients);
  const load = startLoad({ recorder, clients, readsPerSecond, writesPerSecond });

  const startedAt = performance.now();
  let beganAt = startedAt;
  let mendedAt = startedAt;
  try {
    if (!fault.isDownAtStart) {
      // Early: a snapshot can keep a server from answering for longer than a gateway waits.
      await sleep(beforeMs / 4);
      await prepare({ redis, proxies });
      await sleep(beforeMs - beforeMs / 4);
    }
    beganAt = performance.now();
    await fault.begin({ redis, proxies });
    await sleep(duringMs);
    await fault.end({ redis, proxies });
    mendedAt = performance.now();
    await sleep(afterMs);
  } finally {
    await load.stop();
    await watch.stop();
  }

  // The first half is for warming up.
  const before = [startedAt + beforeMs / 2, beganAt] as const;
  const usual = {
    hit: meanShare(watch.looks, 'hit', ...before) ?? TYPICAL_SHARES.hit,
    passed: meanShare(watch.looks, 'passed', ...before) ?? TYPICAL_SHARES.passed,
  };
  const waits = (kind: Sample['kind']): Waits => {
    const samples = load.samples.filter((sample) => sample.kind === kind);
    const between = (from: number, until: number) => percentile(waitsBetween(samples, from, until), 0.99);
    return {
      before: between(...before),
      first: between(beganAt, beganAt + FIRST_MS),
      later: between(beganAt + FIRST_MS, mendedAt),
    };
  };
  return {
    fault: fault.name,
    reads: load.samples.filter(({ kind }) => kind === 'read').length,
    writes: load.samples.filter(({ kind }) => kind === 'write').length,
    failures: load.samples.flatMap(({ failure }) => failure ?? []),
    violations: findViolations(recorder.history()),
    readWaits: waits('read'),
    writeWaits: waits('write'),
    recovery: recoveryOf(watch.looks, fault.isMomentary ? beganAt : mendedAt, usual),
    hitRate: {
      before: meanShare(watch.looks, 'hit', ...before),
      during: meanShare(watch.looks, 'hit', beganAt, mendedAt),
      after: meanShare(watch.looks, 'hit', mendedAt + afterMs / 2, mendedAt + afterMs),
    },
    ended: cluster.gateways.flatMap(({ process }) => process.ending() ?? []),
  };
}

function watchCaches(clients: readonly WorkloadClient[]) {
  const looks: CacheLook[] = [];
  let isOver = false;
  const figures = async () =>
    addFigures(await Promise.all(clients.map(async (client) => parseCacheFigures(await client.metrics()))));
  const watching = (async () => {
    let last: CacheFigures | null = null;
    while (!isOver) {
      // A gateway that does not answer is told of elsewhere.
      const present = await figures().catch(() => null);
      if (last && present) {
        looks.push({
          at: performance.now(),
          hit: shareBetween(last, present, 'hit'),
          passed: shareBetween(last, present, 'passed'),
        });
      }
      last = present;
      await sleep(LOOK_INTERVAL_MS);
    }
  })();
  return {
    looks,
    async stop() {
      isOver = true;
      await watching;
    },
  };
}
