import { addFigures, parseCacheFigures, shareBetween } from './cache-figures.js';
import { type Cluster, type ClusterOptions, startCluster } from './cluster.js';
import type { Violation } from './history.js';
import { createWorkloadClient, FailedRequest, type WorkloadClient } from './operations.js';
import { createRecorder, type Recorder } from './recorder.js';
import { findViolations } from './regular-register.js';

export interface ConsistencyOptions {
  /** The run goes on until both are reached. A read is a field of a query's root: `card(id)`, `account(id)` or `cards`. */
  reads: number;
  writes: number;
  /** Ends the run in any case. */
  timeLimitMs: number;
  redisPort: number | null;
  gateways?: number;
  cards?: number;
  readers?: number;
  writers?: number;
  /** Root fields in one request. */
  batchSize?: number;
  env?: ClusterOptions['env'];
}

export interface ConsistencyReport {
  /** Root fields that were answered. */
  reads: number;
  /** Answered requests that they came in. */
  readRequests: number;
  /** States of cards that were seen in them, each checked by itself. */
  observations: number;
  writes: number;
  failures: readonly string[];
  violations: readonly Violation[];
  /** Of the gateways' caches together, by resource; null where nothing was read. */
  hitRates: Readonly<Record<string, number | null>>;
  elapsedMs: number;
}

const RESOURCES = ['card', 'account', 'account-cards', 'cards'];
/** How often a writer reads what it wrote through another gateway at once: where a race is lost, it shows there first. */
const READ_AFTER_WRITE_SHARE = 0.5;
const FAILURES_KEPT = 20;

/**
 * Gateways on one Redis (or without), one API, random delays between all of them; readers and writers on every gateway; and
 * the check that nobody saw what a regular register would not have shown.
 */
export async function runConsistency(options: ConsistencyOptions): Promise<ConsistencyReport> {
  const { cards = 80, redisPort, gateways = 2, batchSize = 8, env = {} } = options;
  const cluster = await startCluster({ cards, redisPort, gateways, env });
  const clients = cluster.gateways.map(({ url }) => createWorkloadClient({ url, token: cluster.token }));
  try {
    await addDelays(cluster);
    return await drive({ options, clients, recorder: createRecorder({ cards, batchSize }) });
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await cluster.close();
  }
}

/** Before the API executes, on the way of its answers, and on the way to and from Redis: well below its deadline. */
async function addDelays({ injectApiFault, apiProxy, gateways }: Cluster): Promise<void> {
  const sometimes = (share: number, mostMs: number) => () => (Math.random() < share ? Math.random() * mostMs : 0);
  await injectApiFault({ probability: 0.02, fault: { kind: 'latency', ms: 40 } });
  await injectApiFault({ probability: 0.2, fault: { kind: 'latency', ms: 5 } });
  apiProxy.set({ delayMs: sometimes(0.3, 15) }, 'toClient');
  for (const { redisProxy } of gateways) redisProxy?.set({ delayMs: sometimes(0.1, 8) });
}

async function drive(parts: {
  options: ConsistencyOptions;
  clients: readonly WorkloadClient[];
  recorder: Recorder;
}): Promise<ConsistencyReport> {
  const { options, clients, recorder } = parts;
  const { readers = 12, writers = 4, timeLimitMs } = options;
  const counts = { reads: 0, readRequests: 0, writes: 0 };
  const failures: string[] = [];
  const startedAt = performance.now();
  const isOver = () =>
    (counts.reads >= options.reads && counts.writes >= options.writes) || performance.now() - startedAt > timeLimitMs;
  const anyClient = () => clients[Math.floor(Math.random() * clients.length)] as WorkloadClient;

  async function loop(act: () => Promise<void>): Promise<void> {
    while (!isOver()) {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof FailedRequest)) throw error;
        if (failures.length < FAILURES_KEPT) failures.push(error.message);
      }
    }
  }
  async function read(client: WorkloadClient, including?: string): Promise<void> {
    const { rootFields } = await recorder.read(client, including === undefined ? {} : { kind: 'cards', including });
    counts.reads += rootFields;
    counts.readRequests += 1;
  }
  async function write(): Promise<void> {
    // Keeps pace with the readers, so that neither is left to run alone at the end.
    if (counts.writes / options.writes > counts.reads / options.reads + 0.02) return void (await pause());
    const client = anyClient();
    const register = await recorder.write(client);
    counts.writes += 1;
    const others = clients.filter((other) => other !== client);
    if (Math.random() < READ_AFTER_WRITE_SHARE) await read(others[0] ?? client, register);
  }
  async function readInPace(): Promise<void> {
    if (counts.reads / options.reads > counts.writes / options.writes + 0.02) return void (await pause());
    await read(anyClient());
  }

  const before = await figuresOf(clients);
  await Promise.all([
    ...Array.from({ length: readers }, () => loop(readInPace)),
    ...Array.from({ length: writers }, () => loop(write)),
  ]);
  const after = await figuresOf(clients);
  const elapsedMs = performance.now() - startedAt;
  const history = recorder.history();
  return {
    ...counts,
    observations: history.reads.length,
    failures,
    violations: findViolations(history),
    hitRates: Object.fromEntries(
      RESOURCES.map((resource) => [resource, shareBetween(before[resource] ?? {}, after[resource] ?? {}, 'hit')]),
    ),
    elapsedMs,
  };
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 2));

async function figuresOf(clients: readonly WorkloadClient[]) {
  const texts = await Promise.all(clients.map((client) => client.metrics()));
  return Object.fromEntries(
    RESOURCES.map((resource) => [resource, addFigures(texts.map((text) => parseCacheFigures(text, resource)))]),
  );
}
