import { createClient } from '@keyv/redis';
import { Keyv } from 'keyv';
import type { Logger } from '../../observability/logger.js';
import { OwnedClientStore } from './owned-client-store.js';

/** One connection to the Redis or Valkey that several gateways share. Never waits for it and never throws at the start. */
export interface RedisConnection {
  /** One command, past Keyv; rejects at once while there is no connection. */
  command(args: readonly string[]): Promise<unknown>;
  /** Where a name of a namespace stands in the store. */
  keyOf(namespace: string, name: string): string;
  /**
   * Keyv over this connection. Calls fail at once while there is none; they have no deadline of their own.
   */
  keyv(namespace: string): Keyv;
  /**
   * Changes whenever the server was restarted or replaced, null while unknown. What was stored under another epoch must
   * not be trusted: a server that comes back with an old snapshot brings old generations back with it.
   */
  epoch(): string | null;
  /** Drops the connection and makes a new one, for when the other side has gone silent. */
  reconnect(): void;
  /** Ends it for good: whatever is called afterwards fails, and nothing connects again. Waits for an attempt under way. */
  close(): Promise<void>;
}

const PREFIX = 'offblocks-gateway';
const RECONNECT_CEILING_MS = 500;
const CONNECT_TIMEOUT_MS = 1_000;
/** Longer than any pause between two heartbeats: only a connection that hangs in its handshake is silent this long. */
const SILENCE_TIMEOUT_MS = 5_000;
const MAX_QUEUED_COMMANDS = 10_000;

export function createRedisConnection(options: {
  url: string;
  /** Keeps apart what must never mix: gateways of one scope share everything, others nothing. */
  scope: string;
  logger: Logger;
}): RedisConnection {
  const { url, scope, logger } = options;
  let epoch: string | null = null;
  let isClosed = false;
  /** A socket is being opened: the client has no hold of it yet, so it cannot be told to let go of it. */
  let isDialing = false;
  let lastComplaint = '';

  const client = createClient({
    url,
    // A queue would carry old writes over an outage and play them back into a world that has moved on.
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_QUEUED_COMMANDS,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_TIMEOUT_MS,
      reconnectStrategy(attempts: number) {
        isDialing = false;
        if (isClosed) return false;
        return Math.min(RECONNECT_CEILING_MS, 25 * 2 ** Math.min(attempts, 8)) * (0.5 + Math.random() / 2);
      },
    },
  });
  client.on('error', (error: unknown) => {
    epoch = null;
    if (isClosed) return;
    const complaint = String((error as { code?: string }).code ?? (error as Error).name);
    if (complaint !== lastComplaint) logger.warn({ err: error }, 'the shared store cannot be reached');
    lastComplaint = complaint;
  });
  client.on('end', () => {
    epoch = null;
  });
  client.on('reconnecting', () => {
    isDialing = true;
    epoch = null;
  });
  client.on('connect', () => {
    isDialing = false;
    // Closed while the socket was being opened. Not here and now, as the handshake is yet to be queued.
    if (isClosed) setImmediate(() => client.isOpen && client.destroy());
  });
  client.on('ready', () => {
    client.sendCommand(['INFO', 'server']).then(
      (info) => {
        if (isClosed) return;
        epoch = /^run_id:(\w+)/m.exec(String(info))?.[1] ?? 'unknown';
        lastComplaint = '';
        logger.info('the shared store is connected');
      },
      (err: unknown) => {
        // Either the connection broke again, and the next one asks anew, or INFO is forbidden: then nothing is cached.
        if (client.isReady) logger.warn({ err }, 'the shared store does not answer INFO, so nothing is cached');
      },
    );
  });
  const connect = () => {
    isDialing = true;
    client.connect().catch(() => {
      // Told by the error event already; the client goes on trying by itself.
    });
  };
  connect();

  return {
    keyv(namespace) {
      const store = new OwnedClientStore(client, { keyPrefixSeparator: ':', throwOnErrors: true });
      // Keyv hands its namespace on to the adapter, which makes the prefix.
      const keyv = new Keyv({
        store,
        namespace: `${PREFIX}:${scope}:${namespace}`,
        useKeyPrefix: false,
        throwOnErrors: true,
      });
      // Failures come back from the calls; without a listener an error event would end the process.
      keyv.on('error', () => {});
      store.on('error', () => {});
      return keyv;
    },
    command: (args) => client.sendCommand([...args]),
    keyOf: (namespace, name) => `${PREFIX}:${scope}:${namespace}:${name}`,
    epoch: () => epoch,
    reconnect() {
      // A client that is not ready is on its way to a new connection by itself; a second attempt would cross the first.
      if (isClosed || !client.isReady) return;
      epoch = null;
      client.destroy();
      connect();
    },
    async close() {
      isClosed = true;
      epoch = null;
      if (!client.isOpen) return;
      if (!isDialing) return client.destroy();
      await new Promise<void>((resolve) => {
        client.once('end', resolve);
        client.once('error', () => resolve());
      });
    },
  };
}
