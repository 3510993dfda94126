import type { UpstreamFailureKind } from '../../../src/datasources/http/upstream-failure.js';
import { type MutationOutcome, mutationOutcomeOf } from '../../../src/datasources/mutations/mutation-outcome.js';

/** Outcome where an earlier or this try may have been carried out, and where surely none was. */
const BY_STATUS: [number, { maybe: MutationOutcome; surelyNot: MutationOutcome }][] = [
  [301, { maybe: 'unknown', surelyNot: 'failed' }],
  [400, { maybe: 'refused', surelyNot: 'refused' }],
  [401, { maybe: 'unknown', surelyNot: 'failed' }],
  [403, { maybe: 'refused', surelyNot: 'refused' }],
  [404, { maybe: 'absent', surelyNot: 'absent' }],
  [405, { maybe: 'refused', surelyNot: 'refused' }],
  [407, { maybe: 'unknown', surelyNot: 'failed' }],
  // With an earlier try it is that one which is in flight.
  [409, { maybe: 'unknown', surelyNot: 'conflict' }],
  [410, { maybe: 'absent', surelyNot: 'absent' }],
  [415, { maybe: 'refused', surelyNot: 'refused' }],
  [422, { maybe: 'key-reused', surelyNot: 'key-reused' }],
  [429, { maybe: 'unknown', surelyNot: 'failed' }],
  [500, { maybe: 'unknown', surelyNot: 'failed' }],
  [503, { maybe: 'unknown', surelyNot: 'failed' }],
];

it.each(BY_STATUS)('HTTP %i means %j', (status, { maybe, surelyNot }) => {
  expect(mutationOutcomeOf({ kind: 'status', status, mayHaveHappened: true })).toBe(maybe);
  expect(mutationOutcomeOf({ kind: 'status', status, mayHaveHappened: false })).toBe(surelyNot);
});

const KINDS: UpstreamFailureKind[] = [
  'unreachable',
  'interrupted',
  'timeout',
  'invalid',
  'too-large',
  'credentials',
  'signature',
  'refused',
  'cancelled',
];

it.each(KINDS)('%s is unknown if a try may have been carried out, else failed, whatever the status', (kind) => {
  for (const status of [undefined, 200, 401, 404]) {
    expect(mutationOutcomeOf({ kind, status, mayHaveHappened: true })).toBe('unknown');
    expect(mutationOutcomeOf({ kind, status, mayHaveHappened: false })).toBe('failed');
  }
});
