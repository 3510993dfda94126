import type { UserError } from '../../schema/user-error/user-error.type.js';
import type { UpstreamCall } from '../http/upstream-client.js';
import type { ClientKey } from './idempotency-key.js';
import type { MutationName } from './mutation-name.js';

/** When a mutation was under way, with a margin for clocks that differ: what it made was made then. */
export interface TimeWindow {
  from: Date;
  until: Date;
}

/** One mutation, written down: what to send, what it touches, and how to tell a refusal. */
export interface MutationPlan<T> {
  /** Name of the GraphQL field, e.g. `deactivateCard`. */
  mutation: MutationName;
  key: ClientKey;
  /** What is wrong with the input; with any of these nothing is sent. */
  problems?: readonly UserError[];
  /** Whether the caller may reach what is to be changed; if not, the answer is that for an absent ID. Asked before a replay too. */
  isReachable(): Promise<boolean>;
  /** Asked before something is sent, and not before a replay: false is answered as an absent ID. */
  isPresent?(): Promise<boolean>;
  /** Input field with the ID that may lead nowhere, e.g. `['input', 'cardId']`. */
  subjectField?: readonly string[];
  call: Omit<UpstreamCall, 'idempotencyKey'>;
  /** What is known beforehand to be touched, without lists: while the call runs, readers pass it by. */
  announces?: readonly string[];
  /** The state after the change, from the body of the answer or read back. */
  complete(body: unknown): Promise<T>;
  /** ID of what was created or changed; null where that is not known without a result. */
  entityIdOf(result: T | null): string | null;
  /** For a replay: the entity as it is now, through loaders and cache; null when it is gone. */
  read(entityId: string): Promise<T | null>;
  /**
   * For a mutation that may have been carried out so long ago that its key cannot be sent again: what it made, or the
   * entity in the state that it was to bring about; null when that does not tell. Absent: it never can be told.
   */
  lookUp?(window: TimeWindow): Promise<T | null>;
  /**
   * Tags to invalidate, broad ones (lists) first. `result` is null when the outcome is unknown; null in return when what
   * was touched cannot be told.
   */
  touches(result: T | null): Promise<readonly string[] | null> | readonly string[] | null;
  /** Why the API said no, found out by reading; null if that does not tell. */
  explain?(status: number): Promise<UserError | null>;
}

/** Whether something was made while a mutation was under way. `createdAt` is ISO 8601. */
export function isWithin({ createdAt }: { readonly createdAt: string }, { from, until }: TimeWindow): boolean {
  const at = Date.parse(createdAt);
  return at >= from.getTime() && at <= until.getTime();
}

/** The one of its kind; null when there is none, or several, so that nobody can tell which. */
export function onlyOne<T>(found: readonly T[]): T | null {
  return found.length === 1 ? (found[0] as T) : null;
}
