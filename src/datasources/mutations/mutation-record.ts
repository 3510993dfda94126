import { MutationState } from '../../schema/mutation-outcome/mutation-state.enum.js';
import type { MutationName } from './mutation-name.js';
import type { UserErrorRecord } from './user-error-record.js';

/** How long a mutation is remembered, from when it was first sent. */
export const RECORD_TTL_MS = 24 * 3_600_000;
/**
 * How long the same key may be sent to the API again, from when it was first sent. The API forgets keys after one hour
 * (API guide, Idempotency); five minutes for clocks that differ and calls that take their time.
 */
export const REPEAT_WINDOW_MS = 55 * 60_000;
/** A run that has not renewed its lease for so long counts as dead. */
export const LEASE_MS = 3_000;

/** What the gateways remember of one mutation of one caller. Nothing of its input but IDs and a fingerprint. */
export interface MutationRecord {
  /** The caller (`Principal.callerId`). */
  owner: string;
  mutation: MutationName;
  /** The key as the caller knows it. */
  clientKey: string;
  fingerprint: string;
  state: MutationState;
  entityId: string | null;
  /** With `FAILED`: why. */
  userErrors: readonly UserErrorRecord[];
  startedAtMs: number;
  /** When it was last sent. */
  triedAtMs: number;
  /** Changes with every change of hands and of state: whoever writes must name the one that it has seen. */
  holder: string;
  /** With `IN_FLIGHT`: until when nobody else touches it. */
  leaseUntilMs: number;
}

/**
 * - `reused`: the key belongs to another input
 * - `replay`: it is settled, the answer is given again
 * - `wait`: somebody carries it out at the moment
 * - `again`: nobody knows how it ended; the same key may be sent again
 * - `look-up`: nobody knows how it ended, and the API may have forgotten the key
 */
export type Verdict = 'reused' | 'replay' | 'wait' | 'again' | 'look-up';

/** What a record means for the same key, sent once more. Reused whatever its state: the first input owns the key. */
export function judgeRecord(
  record: Pick<MutationRecord, 'fingerprint' | 'state' | 'startedAtMs' | 'leaseUntilMs'>,
  asked: { fingerprint: string; nowMs: number },
): Verdict {
  const { state, startedAtMs, leaseUntilMs } = record;
  const { fingerprint, nowMs } = asked;
  if (record.fingerprint !== fingerprint) return 'reused';
  if (state === MutationState.SUCCEEDED || state === MutationState.FAILED) return 'replay';
  if (state === MutationState.IN_FLIGHT && leaseUntilMs > nowMs) return 'wait';
  return nowMs - startedAtMs < REPEAT_WINDOW_MS ? 'again' : 'look-up';
}

/** The state to tell a client: one that nobody carries out any more is not in flight. */
export function visibleState({ state, leaseUntilMs }: MutationRecord, nowMs: number): MutationState {
  return state === MutationState.IN_FLIGHT && leaseUntilMs <= nowMs ? MutationState.UNKNOWN : state;
}
