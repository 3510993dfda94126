import { randomUUID } from 'node:crypto';
import { createClient } from '@keyv/redis';
import type { Changes } from '../../datasources/cache/changed-entities.js';
import type { RedisConnection } from '../../datasources/cache/redis-connection.js';
import type { Logger } from '../../observability/logger.js';
import { decodeBusMessage, encodeBusMessage, MessageCounts } from './bus-message.js';
import type { EventBus, Gap } from './event-bus.js';

export interface RedisBusOptions {
  url: string;
  /** For sending; pub/sub needs a connection of its own for hearing, which is made here. */
  redis: Pick<RedisConnection, 'command' | 'keyOf'>;
  logger: Logger;
  nodeId?: string;
  /** Pause between two signs of life. */
  tickMs?: number;
}

/** Namespace and name of the channel. */
export const CHANNEL = ['events', 'changes'] as const;
const TICK_MS = 500;
const CONNECT_TIMEOUT_MS = 1_000;
/** Ten signs of life of this node alone: a connection that brings none of them is dead, whatever it says. */
const SILENCE_TIMEOUT_MS = 5_000;
const RECONNECT_CEILING_MS = 500;

/**
 * Redis pub/sub between the nodes. It keeps nothing for those who are away, so each message carries a number, and each node
 * says at intervals how many it has sent: whoever has missed one finds out with the next, whichever connection was to
 * blame. After this node's own connection was lost, it counts as current again when it hears its own sign of life.
 */
export function createRedisBus(options: RedisBusOptions): EventBus {
  const { url, redis, logger, nodeId = randomUUID(), tickMs = TICK_MS } = options;
  const channel = redis.keyOf(...CHANNEL);
  const counts = new MessageCounts(Date.now());
  let onChanges: (changes: Changes) => void = () => {};
  let onGap: (gap: Gap) => void = () => {};
  let sent = 0;
  /** Whether every message has reached this node since it heard its own sign of life first, and when it last did. */
  let isCurrent = false;
  let currentAtMs = Date.now();
  let isClosed = false;
  let lastComplaint = '';

  const send = (changes: Changes | null) => {
    redis.command(['PUBLISH', channel, encodeBusMessage({ nodeId, sent, changes })]).catch(() => {
      // Found missing by the others with the next sign of life that gets through.
    });
  };

  function hear(text: string): void {
    const message = decodeBusMessage(text);
    if (message === null) return;
    const nowMs = Date.now();
    if (message.nodeId === nodeId) {
      if (!isCurrent) onGap({ reason: 'reconnected', sinceMs: currentAtMs });
      isCurrent = true;
      currentAtMs = nowMs;
      return;
    }
    const missed = counts.note(message, nowMs);
    if (missed) onGap({ reason: 'lost-messages', ...missed });
    if (message.changes !== null) onChanges(message.changes);
  }

  const client = createClient({
    url,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_TIMEOUT_MS,
      reconnectStrategy: (attempts: number) =>
        Math.min(RECONNECT_CEILING_MS, 25 * 2 ** Math.min(attempts, 8)) * (0.5 + Math.random() / 2),
    },
  });
  client.on('error', (error: unknown) => {
    isCurrent = false;
    const complaint = String((error as { code?: string }).code ?? (error as Error).name);
    if (complaint !== lastComplaint && !isClosed)
      logger.warn({ err: error }, 'events of other gateways cannot be heard');
    lastComplaint = complaint;
  });
  client.on('ready', () => {
    lastComplaint = '';
  });
  for (const event of ['end', 'reconnecting']) {
    client.on(event, () => {
      isCurrent = false;
    });
  }
  client
    .connect()
    // Subscribed once: the client does it again after each reconnection.
    .then(() => client.subscribe(channel, hear))
    .catch((err: unknown) => {
      if (!isClosed) logger.error({ err }, 'events of other gateways cannot be subscribed to');
    });

  const ticking = setInterval(() => send(null), tickMs);
  ticking.unref();

  return {
    publish(changes) {
      if (changes !== 'everything' && changes.length === 0) return;
      sent += 1;
      send(changes);
    },
    onChanges(listener) {
      onChanges = listener;
    },
    onGap(listener) {
      onGap = listener;
    },
    async close() {
      isClosed = true;
      clearInterval(ticking);
      if (client.isOpen) client.destroy();
    },
  };
}
