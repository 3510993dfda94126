import type { UserErrorCode } from '../../schema/user-error/user-error-code.enum.js';
import type { MutationName } from './mutation-name.js';

/** How a mutation was answered: a closed list, also the values of the label `outcome` of `gateway_mutations_total`. */
export const SETTLED_OUTCOMES = [
  /** It was carried out. */
  'succeeded',
  /** Its input cannot be used; nothing was sent. */
  'invalid',
  /** What it was to change is not within the caller's reach; nothing was sent. */
  'absent',
  /** It failed without having been carried out, and that is nobody's choice. */
  'failed',
  // What `userErrors` says, in lower case.
  'not_found',
  'invalid_state',
  'card_limit_reached',
  'already_exists',
  'idempotency_key_reused',
  'idempotency_key_in_flight',
  'rejected_by_api',
  'outcome_unknown',
] as const;

export type SettledOutcome = (typeof SETTLED_OUTCOMES)[number];

/** The word for a user error; `invalid` for those of the input. */
export function outcomeOf(code: UserErrorCode): SettledOutcome {
  const word = code.toLowerCase();
  return SETTLED_OUTCOMES.find((outcome) => outcome === word) ?? 'invalid';
}

/** One mutation that was asked for, and what came of it. Told once for each, whatever the outcome. */
export interface SettledMutation {
  mutation: MutationName;
  /** As the client knows it. */
  key: string;
  /** Of what was created or was to be changed, or of what something was to be created below; null where none of it is known. */
  entityId: string | null;
  outcome: SettledOutcome;
  /** Of the last answer of the API to it; null without one. */
  upstreamStatus: number | null;
  durationMs: number;
  /** Whether an earlier answer was given again: nothing was sent this time. */
  replayed: boolean;
}
