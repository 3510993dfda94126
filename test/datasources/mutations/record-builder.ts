import type { MutationRecord } from '../../../src/datasources/mutations/mutation-record.js';
import { MutationState } from '../../../src/schema/mutation-outcome/mutation-state.enum.js';
import { KEY } from './plans.js';

export const aRecord = (changes: Partial<MutationRecord> = {}): MutationRecord => ({
  owner: 'caller',
  mutation: 'createCard',
  clientKey: KEY,
  fingerprint: 'fingerprint',
  state: MutationState.SUCCEEDED,
  entityId: 'entity-1',
  userErrors: [],
  startedAtMs: Date.now(),
  triedAtMs: Date.now(),
  holder: 'holder-1',
  leaseUntilMs: 0,
  ...changes,
});
