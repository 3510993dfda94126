import type { Logger } from '../../observability/logger.js';
import { type ProgrammeIdentity, programmeScope } from '../cache/programme-scope.js';
import { createRedisConnection } from '../cache/redis-connection.js';
import { createStoreHealth } from '../cache/store-health.js';
import { withDeadline } from '../cache/with-deadline.js';
import type { MutationRecords } from './mutation-records.js';
import { createSharedMutationRecords, type RecordStore, SWAP_SCRIPT } from './shared-mutation-records.js';

/** Longest wait for one call of the store. Longer than that of the cache: a record that is not written protects nobody. */
const STORE_DEADLINE_MS = 250;
/** Also keeps the connection from counting as silent. */
const HEARTBEAT_INTERVAL_MS = 100;
/** After so many heartbeats without an answer the connection itself is given up (about 3 s). */
const HEARTBEATS_BEFORE_RECONNECT = 10;
/** How long the first mutations of a process wait for the connection that is being made. */
const FIRST_CONTACT_MS = 1_000;
/** To be counted up when what a record holds changes. */
const NAMESPACE = 'mutation-1';

/**
 * Records in the Redis that several gateways share: over a connection of their own, with a deadline for each call and a
 * breaker that a heartbeat closes again. Never waits for Redis at the start, and never fails because it is away.
 */
export function createRedisMutationRecords(options: {
  redisUrl: string;
  /** Gateways in front of another programme must not read the same records. */
  programme: ProgrammeIdentity;
  logger: Logger;
  now: () => Date;
}): MutationRecords {
  const { redisUrl, programme, logger, now } = options;
  const connection = createRedisConnection({ url: redisUrl, scope: programmeScope(programme), logger });
  const keyv = connection.keyv(NAMESPACE);
  let missedBeats = 0;
  const health = createStoreHealth({
    async beat() {
      try {
        await withDeadline(connection.command(['PING']), STORE_DEADLINE_MS);
        missedBeats = 0;
      } catch (error) {
        missedBeats += 1;
        if (missedBeats % HEARTBEATS_BEFORE_RECONNECT === 0) connection.reconnect();
        throw error;
      }
    },
    intervalMs: HEARTBEAT_INTERVAL_MS,
    settleMs: 0,
    onChange: (state) => logger.debug({ state }, 'state of the store of mutations'),
  });
  const firstContact = new Promise<void>((resolve) => {
    setTimeout(resolve, FIRST_CONTACT_MS).unref();
    health.onHeartbeat(resolve);
  });

  async function ask<T>(call: () => Promise<T>): Promise<T> {
    await firstContact;
    if (health.state() === 'down') throw new Error('the shared store is away');
    try {
      return await withDeadline(call(), STORE_DEADLINE_MS);
    } catch (error) {
      health.reportFailure();
      throw error;
    }
  }

  const store: RecordStore = {
    keyv: { getMany: ((ids: string[]) => ask(() => keyv.getMany(ids))) as RecordStore['keyv']['getMany'] },
    evaluate: (id, args) =>
      ask(async () => {
        const command = ['EVAL', SWAP_SCRIPT, '1', connection.keyOf(NAMESPACE, id), ...args];
        return (await connection.command(command)) as string | null;
      }),
  };
  const records = createSharedMutationRecords({ store, now });
  health.onHeartbeat(() => void records.handIn());
  return {
    ...records,
    async close() {
      await records.handIn();
      health.stop();
      await connection.close();
    },
  };
}
