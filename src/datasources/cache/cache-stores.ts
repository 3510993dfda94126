import { randomUUID } from 'node:crypto';
import { Keyv } from 'keyv';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import { BoundedMap } from './bounded-map.js';
import { createLocalGenerations, type Generations } from './generations.js';
import { createNodeRegister } from './node-register.js';
import { type ProgrammeIdentity, programmeScope } from './programme-scope.js';
import { createRedisConnection } from './redis-connection.js';
import { createSharedGenerations } from './shared-generations.js';
import { createStoreHealth, STORE_STATES, type StoreState } from './store-health.js';
import {
  createLocalValues,
  createTieredValues,
  type StoredValue,
  type TieredValuesOptions,
  type Values,
} from './values.js';
import { withDeadline } from './with-deadline.js';

/** The Redis behind the cache, for what is no cached value: same connection, same deadline, same heartbeat. */
export interface SharedStore {
  /** Rejects at once while there is no connection; has no deadline of its own. */
  command(args: readonly string[]): Promise<unknown>;
  /** Where a name of a namespace stands in the store. */
  keyOf(namespace: string, name: string): string;
  /** Whether it is worth asking. */
  isUp(): boolean;
  /** A call failed or came too late: it is not up until its heartbeat gets through. */
  reportFailure(): void;
  /** Longest wait for one call. */
  readonly deadlineMs: number;
}

export interface CacheStores {
  values: Values;
  generations: Generations;
  /** Null in memory. */
  shared: SharedStore | null;
  close(): Promise<void>;
}

/** Entities that all cached values of a process may hold together; a list weighs as many as it has. */
const MAX_CACHED_ENTITIES = 300_000;
const MAX_GENERATIONS = 300_000;

/** Longest wait for one call of the shared store. */
const STORE_DEADLINE_MS = 100;
const HEARTBEAT_INTERVAL_MS = 50;
/** A node that has not said for so long that it is alive counts as cut off. Three heartbeats may be late. */
const ALIVE_MS = 200;
/** After so much silence of this node every other one has noticed it, with a margin. */
const NOTICED_AFTER_MS = 250;
/** A node that fell silent without a word is missed for so long. Values may live longer: they go when it is given up. */
const MISSED_MS = 30_000;
/** Longer than the longest pause before a reconnection, two heartbeats and their deadlines together. */
const SETTLE_MS = 1_500;
/** After so many heartbeats without an answer the connection itself is given up (3 s). */
const HEARTBEATS_BEFORE_RECONNECT = 30;
/** To be counted up with every change of what an entity holds: gateways of two versions share generations, not values. */
const VALUE_NAMESPACE = 'value-1';
const GENERATION_TTL_MS = 24 * 3_600_000;

/** As Keyv keeps what it stores; milliseconds since 1970. */
interface Expiring {
  expires?: number | null;
}

function weightOf({ value: { value } }: Expiring & { value: StoredValue }): number {
  const length = typeof value === 'object' && value !== null ? (value as { length?: unknown }).length : undefined;
  return 1 + (typeof length === 'number' ? length : 0);
}

/** Keyv in process memory, bounded, holding the values themselves: they are frozen, so nothing is serialised. */
function createMemoryKeyv<V extends Expiring>(maxWeight: number, weigh?: (record: V) => number): Keyv {
  // What nobody asks for any more, such as values under generations of the past, goes once it has expired.
  const isExpired = ({ expires }: V) => typeof expires === 'number' && expires < Date.now();
  const store = new BoundedMap<V>({ maxWeight, isExpired, ...(weigh && { weigh }) });
  return new Keyv({ store, serialize: undefined, deserialize: undefined, useKeyPrefix: false });
}

const createMemoryValues = () => createMemoryKeyv(MAX_CACHED_ENTITIES, weightOf);

/** For a single node. */
export function createLocalCacheStores(): CacheStores {
  return {
    values: createLocalValues(createMemoryValues()),
    generations: createLocalGenerations(createMemoryKeyv(MAX_GENERATIONS)),
    shared: null,
    close: async () => {},
  };
}

/** For several nodes: generations in the Redis that they share, values in the memory of each in front of it. */
export function createSharedCacheStores(options: {
  redisUrl: string;
  programme: ProgrammeIdentity;
  logger: Logger;
  metrics: Metrics;
  /** Longest time that a change can be under way. */
  longestChangeMs: number;
  /** How values travel (see `TieredValuesOptions`). */
  codec: Pick<TieredValuesOptions, 'dehydrate' | 'revive' | 'isShareable'>;
}): CacheStores {
  const { redisUrl, programme, logger, metrics, longestChangeMs, codec } = options;
  const scope = programmeScope(programme);
  const connection = createRedisConnection({ url: redisUrl, scope, logger });
  const register = createNodeRegister({
    nodeId: randomUUID(),
    command: connection.command,
    epoch: connection.epoch,
    dropEverything: () => generations.dropEverything(),
    deadlineMs: STORE_DEADLINE_MS,
    registerKey: (name) => connection.keyOf('register', name),
    generationKey: (name) => connection.keyOf('generation', name),
    aliveMs: ALIVE_MS,
    missedMs: MISSED_MS,
  });
  let missedBeats = 0;
  let isBehind = () => false;

  function tell(state: StoreState): void {
    for (const each of STORE_STATES) metrics.sharedStoreState.set({ state: each }, each === state ? 1 : 0);
  }
  function tellPeers(): void {
    const { alive, silent } = register.peers();
    metrics.otherGateways.set({ state: 'alive' }, alive);
    metrics.otherGateways.set({ state: 'silent' }, silent);
  }
  tell('down');
  tellPeers();

  const health = createStoreHealth({
    async beat() {
      try {
        if (connection.epoch() === null) throw new Error('not connected');
        await register.beat({ isBehind: isBehind() });
        missedBeats = 0;
      } catch (error) {
        missedBeats += 1;
        if (missedBeats % HEARTBEATS_BEFORE_RECONNECT === 0) connection.reconnect();
        throw error;
      }
    },
    intervalMs: HEARTBEAT_INTERVAL_MS,
    settleMs: SETTLE_MS,
    onChange(state) {
      tell(state);
      logger.info({ state }, 'state of the shared store');
    },
  });
  health.onHeartbeat(tellPeers);
  const generations = createSharedGenerations({
    store: connection.keyv('generation'),
    health,
    epoch: connection.epoch,
    deadlineMs: STORE_DEADLINE_MS,
    announcementTtlMs: longestChangeMs + 5_000,
    generationTtlMs: GENERATION_TTL_MS,
    noticedAfterMs: NOTICED_AFTER_MS,
    register,
  });
  isBehind = generations.isBehind;

  return {
    generations,
    shared: {
      command: connection.command,
      keyOf: connection.keyOf,
      isUp: () => health.state() !== 'down',
      reportFailure: health.reportFailure,
      deadlineMs: STORE_DEADLINE_MS,
    },
    values: createTieredValues({
      memory: createMemoryValues(),
      shared: connection.keyv(VALUE_NAMESPACE),
      health,
      deadlineMs: STORE_DEADLINE_MS,
      ...codec,
    }),
    async close() {
      health.stop();
      // Not a node that still owes the others a renewal: they have to miss it for as long as its changes could matter.
      if (!generations.isBehind()) await withDeadline(register.leave(), STORE_DEADLINE_MS).catch(() => {});
      await connection.close();
    },
  };
}
