import type { UpstreamFailure } from '../http/upstream-failure.js';

/**
 * What a failed call means for the mutation:
 * - `absent`: what it was to change does not exist
 * - `refused`: the API looked at it and said no; nothing was changed
 * - `conflict`: the same key is in flight, or (creating a customer) it exists already
 * - `key-reused`: the key belongs to another payload
 * - `unknown`: it may or may not have been carried out
 * - `failed`: it was not carried out, and that is nobody's choice (API away, credentials refused)
 */
export type MutationOutcome = 'absent' | 'refused' | 'conflict' | 'key-reused' | 'unknown' | 'failed';

/** Status x kind x phase to outcome. Sources: API guide, Idempotency (409, 422); API reference (400, 404). */
export function mutationOutcomeOf(
  failure: Pick<UpstreamFailure, 'kind' | 'status' | 'mayHaveHappened'>,
): MutationOutcome {
  const { kind, status = 0, mayHaveHappened } = failure;
  if (kind === 'status') {
    if (status === 404 || status === 410) return 'absent';
    // After a try that may have arrived it is this very mutation that is in flight, and nobody knows how it will end.
    if (status === 409) return mayHaveHappened ? 'unknown' : 'conflict';
    if (status === 422) return 'key-reused';
    if (status === 401 || status === 407 || status === 429) return mayHaveHappened ? 'unknown' : 'failed';
    if (status >= 400 && status < 500) return 'refused';
  }
  return mayHaveHappened ? 'unknown' : 'failed';
}
