import type { Challenge } from '../schema/challenge/challenge.type.js';
import { UpstreamFailure } from './http/upstream-failure.js';

/** What `createCustomer` and `createAccount` make. */
export interface Creation<T> {
  entity: T;
  /**
   * What has to be signed next. Read when it is asked for: reading can make earlier challenges invalid, which must not
   * happen to a client that never asked.
   */
  challenge: () => Promise<Challenge | null>;
}

type Unreadable = Promise<null>;

/** The entity of a mutation's result, which is a promise that rejects when it could not be read. */
export function entityOf<T>(value: Creation<T> | null | Unreadable): T | null {
  return (value instanceof Promise ? value : (value?.entity ?? null)) as T | null;
}

/** Its challenge, as a promise; null without an entity, and when it cannot be read: there is a query for that. */
export async function challengeOf<T>(value: Creation<T> | null | Unreadable): Promise<Challenge | null> {
  if (value === null || value instanceof Promise) return null;
  try {
    return await value.challenge();
  } catch (error) {
    if (error instanceof UpstreamFailure) return null;
    throw error;
  }
}
