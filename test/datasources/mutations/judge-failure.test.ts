import type { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { type FailureMeaning, judgeFailure } from '../../../src/datasources/mutations/judge-failure.js';

const FRESH = { isFreshKey: true, wasTried: false, isAlone: true, ageMs: 0 };
/** A key of the client, sent for the first time. */
const FIRST = { ...FRESH, isFreshKey: false };
/** Some other gateway may have it under way: the records cannot be read. */
const UNSEEN = { ...FIRST, isAlone: false };
/** An earlier try was left open. */
const AGAIN = { ...FIRST, wasTried: true };

type Failure = Pick<UpstreamFailure, 'kind' | 'status' | 'mayHaveHappened'>;
const status = (code: number, mayHaveHappened = false): Failure => ({ kind: 'status', status: code, mayHaveHappened });
const away: Failure = { kind: 'unreachable', status: undefined, mayHaveHappened: false };
const lost: Failure = { kind: 'interrupted', status: undefined, mayHaveHappened: true };

const TABLE: [failure: Failure, meanings: Record<'fresh' | 'first' | 'unseen' | 'again', FailureMeaning>][] = [
  [status(400), { fresh: 'refused', first: 'refused', unseen: 'refused', again: 'refused' }],
  [status(403), { fresh: 'refused', first: 'refused', unseen: 'refused', again: 'refused' }],
  [status(404), { fresh: 'absent', first: 'absent', unseen: 'absent', again: 'absent' }],
  [status(409), { fresh: 'conflict', first: 'conflict', unseen: 'in-flight', again: 'in-flight' }],
  [status(409, true), { fresh: 'unknown', first: 'unknown', unseen: 'unknown', again: 'unknown' }],
  [status(422), { fresh: 'refused', first: 'key-reused', unseen: 'key-reused', again: 'unknown' }],
  [status(401), { fresh: 'failed', first: 'failed', unseen: 'failed', again: 'unknown' }],
  [status(429), { fresh: 'failed', first: 'failed', unseen: 'failed', again: 'unknown' }],
  [status(503), { fresh: 'failed', first: 'failed', unseen: 'failed', again: 'unknown' }],
  [status(503, true), { fresh: 'unknown', first: 'unknown', unseen: 'unknown', again: 'unknown' }],
  [away, { fresh: 'failed', first: 'failed', unseen: 'failed', again: 'unknown' }],
  [lost, { fresh: 'unknown', first: 'unknown', unseen: 'unknown', again: 'unknown' }],
];

it.each(TABLE)('%j means %j', (failure, meanings) => {
  expect({
    fresh: judgeFailure(failure, FRESH),
    first: judgeFailure(failure, FIRST),
    unseen: judgeFailure(failure, UNSEEN),
    again: judgeFailure(failure, AGAIN),
  }).toEqual(meanings);
});

it.each([
  [59_999, 'in-flight'],
  [60_000, 'conflict'],
] as const)(
  'a conflict %i ms after the key was first sent is %s: no request is under way for that long',
  (ageMs, meaning) => {
    expect(judgeFailure(status(409), { ...AGAIN, ageMs })).toBe(meaning);
  },
);
