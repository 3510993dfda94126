import { randomUUID } from 'node:crypto';
import type { Changes } from '../../datasources/cache/changed-entities.js';
import type { RedisConnection } from '../../datasources/cache/redis-connection.js';
import { encodeBusMessage } from './bus-message.js';
import { CHANNEL } from './redis-bus.js';

/**
 * Tells every gateway on the bus what has changed, from a process that is none of them and hears nothing. Resolves once
 * Redis has taken each message; rejects when it has not.
 */
export function createOutsidePublisher(redis: Pick<RedisConnection, 'command' | 'keyOf'>) {
  const nodeId = randomUUID();
  let sent = 0;
  return async function publish(changes: Changes): Promise<void> {
    if (changes !== 'everything' && changes.length === 0) return;
    sent += 1;
    await redis.command(['PUBLISH', redis.keyOf(...CHANNEL), encodeBusMessage({ nodeId, sent, changes })]);
  };
}
