import {
  judgeRecord,
  type MutationRecord,
  REPEAT_WINDOW_MS,
  type Verdict,
  visibleState,
} from '../../../src/datasources/mutations/mutation-record.js';
import { MutationState } from '../../../src/schema/mutation-outcome/mutation-state.enum.js';

const { IN_FLIGHT, SUCCEEDED, FAILED, UNKNOWN } = MutationState;
const NOW = 1_700_000_000_000;
const MINUTE = 60_000;

describe('judgeRecord', () => {
  it.each<[what: string, state: MutationState, ageMs: number, leaseLeftMs: number, verdict: Verdict]>([
    ['carried out', SUCCEEDED, 0, 0, 'replay'],
    ['carried out a day ago', SUCCEEDED, 23 * 60 * MINUTE, 0, 'replay'],
    ['refused', FAILED, 2 * 60 * MINUTE, 0, 'replay'],
    ['under way', IN_FLIGHT, 10, 1, 'wait'],
    ['under way since long, and still renewed', IN_FLIGHT, 59 * MINUTE, 1, 'wait'],
    ['left behind by a gateway that died', IN_FLIGHT, 5_000, 0, 'again'],
    ['left behind almost too long ago', IN_FLIGHT, REPEAT_WINDOW_MS - 1, 0, 'again'],
    ['left behind too long ago', IN_FLIGHT, REPEAT_WINDOW_MS, 0, 'look-up'],
    ['of unknown outcome', UNKNOWN, 0, 0, 'again'],
    ['of unknown outcome, almost too long ago', UNKNOWN, REPEAT_WINDOW_MS - 1, 0, 'again'],
    ['of unknown outcome, too long ago', UNKNOWN, REPEAT_WINDOW_MS, 0, 'look-up'],
    ['of unknown outcome, a lease beside it means nothing', UNKNOWN, 0, 1_000, 'again'],
  ])('%s', (_, state, ageMs, leaseLeftMs, verdict) => {
    const record = { fingerprint: 'f', state, startedAtMs: NOW - ageMs, leaseUntilMs: NOW + leaseLeftMs };
    expect(judgeRecord(record, { fingerprint: 'f', nowMs: NOW })).toBe(verdict);
    // The first input owns the key, however it fared.
    expect(judgeRecord(record, { fingerprint: 'other', nowMs: NOW })).toBe('reused');
  });

  it('leaves five minutes to the hour after which the API forgets a key', () => {
    expect(REPEAT_WINDOW_MS).toBe(55 * MINUTE);
  });
});

it.each([
  [IN_FLIGHT, 1, IN_FLIGHT],
  [IN_FLIGHT, 0, UNKNOWN],
  [SUCCEEDED, 0, SUCCEEDED],
  [FAILED, 0, FAILED],
  [UNKNOWN, 0, UNKNOWN],
])('%s with %i ms of its lease left is shown as %s', (state, leaseLeftMs, shown) => {
  expect(visibleState({ state, leaseUntilMs: NOW + leaseLeftMs } as MutationRecord, NOW)).toBe(shown);
});
