import {
  type FailedTry,
  parseRetryAfter,
  RETRY_LIMITS,
  retryDelayMs,
} from '../../../src/datasources/http/retry-policy.js';
import type { UpstreamFailureKind } from '../../../src/datasources/http/upstream-failure.js';

const aFailedTry = (changes: Partial<FailedTry> = {}): FailedTry => ({
  tries: 1,
  isChange: false,
  repeatable: true,
  kind: 'unreachable',
  isUncertain: false,
  refusedForMs: 0,
  remainingMs: 10_000,
  random: 0.5,
  ...changes,
});

describe('retryDelayMs', () => {
  const KINDS: [UpstreamFailureKind, boolean][] = [
    ['unreachable', true],
    ['interrupted', true],
    ['timeout', true],
    ['invalid', false],
    ['too-large', false],
    ['credentials', false],
    ['signature', false],
    ['refused', false],
    ['cancelled', false],
  ];
  it.each(KINDS)('after %s, a repetition is worth it: %p', (kind, isWorthIt) => {
    expect(retryDelayMs(aFailedTry({ kind })) !== null).toBe(isWorthIt);
  });

  it.each([
    [500, true],
    [502, true],
    [503, true],
    [504, true],
    [599, true],
    [409, true],
    [429, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [405, false],
    [410, false],
    [415, false],
    [422, false],
    [301, false],
    [undefined, false],
  ])('after the status %p, a repetition is worth it: %p', (status, isWorthIt) => {
    expect(retryDelayMs(aFailedTry({ kind: 'status', status })) !== null).toBe(isWorthIt);
  });

  it.each<[UpstreamFailureKind, number | undefined]>([
    ['unreachable', undefined],
    ['interrupted', undefined],
    ['timeout', undefined],
    ['status', 500],
    ['status', 409],
    ['status', 429],
  ])('never repeats a change without an idempotency key (%s %p)', (kind, status) => {
    expect(retryDelayMs(aFailedTry({ repeatable: false, kind, status }))).toBeNull();
  });

  it.each([
    ['read', 1, true],
    ['read', 3, true],
    ['read', 4, false],
    ['read', 5, false],
    ['change', 1, true],
    ['change', 2, true],
    ['change', 3, false],
    ['change', 4, false],
  ])('of a %s, after try %i, goes on: %p', (what, tries, goesOn) => {
    expect(retryDelayMs(aFailedTry({ tries, isChange: what === 'change' })) !== null).toBe(goesOn);
  });

  const OPEN: [what: string, failed: Partial<FailedTry>, delayMs: number | null][] = [
    ['a read that failed', { kind: 'unreachable', refusedForMs: 400 }, null],
    ['a read that was not let through', { kind: 'refused', retryAfterMs: 400, refusedForMs: 400 }, null],
    ['a change that was never sent', { isChange: true, kind: 'refused', refusedForMs: 400 }, null],
    ['a change that surely failed', { isChange: true, kind: 'unreachable', refusedForMs: 400 }, null],
    [
      'a change that may have been done',
      { isChange: true, isUncertain: true, kind: 'interrupted', refusedForMs: 400 },
      400,
    ],
    [
      'a change that may have been done, and was then not let through',
      { isChange: true, isUncertain: true, kind: 'refused', retryAfterMs: 400, refusedForMs: 400, tries: 2 },
      400,
    ],
    [
      'the same, but the deadline comes first',
      { isChange: true, isUncertain: true, kind: 'interrupted', refusedForMs: 400, remainingMs: 300 },
      null,
    ],
    [
      'a change that may have been done, and found no room',
      { isChange: true, isUncertain: true, kind: 'refused', retryAfterMs: 1_000, refusedForMs: 0 },
      1_000,
    ],
    ['a read that found no room', { kind: 'refused', retryAfterMs: 1_000, refusedForMs: 0 }, null],
  ];
  it.each(OPEN)('while little or nothing is let through: %s', (_what, failed, delayMs) => {
    expect(retryDelayMs(aFailedTry(failed))).toBe(delayMs);
  });

  it.each([
    [1, 0, 0],
    [1, 0.5, 25],
    [1, 0.999, 49],
    [2, 0, 0],
    [2, 0.5, 50],
    [2, 0.999, 99],
    [3, 0.5, 100],
    [6, 0.5, 500],
    [9, 0.999, 999],
  ])(
    'waits, after try %i with the chance %p, %i ms: anything up to a ceiling that doubles up to one second',
    (tries, random, delayMs) => {
      const limits = { ...RETRY_LIMITS, maxReadTries: 10 };
      expect(retryDelayMs(aFailedTry({ tries, random }), limits)).toBe(delayMs);
    },
  );

  it.each([
    [0, 25],
    [10, 25],
    [2_000, 2_000],
  ])('takes a Retry-After of %i ms as a lower bound: %i', (retryAfterMs, delayMs) => {
    expect(retryDelayMs(aFailedTry({ kind: 'status', status: 503, retryAfterMs }))).toBe(delayMs);
  });

  it.each([
    [26, undefined, 25],
    [25, undefined, null],
    [0, undefined, null],
    [-5, undefined, null],
    [1_999, 2_000, null],
    [2_000, 2_000, null],
    [2_001, 2_000, 2_000],
  ])(
    'with %i ms left and a Retry-After of %p ms, waits %p: never past the deadline',
    (remainingMs, retryAfterMs, delayMs) => {
      expect(retryDelayMs(aFailedTry({ remainingMs, retryAfterMs }))).toBe(delayMs);
    },
  );
});

describe('parseRetryAfter', () => {
  const now = new Date('2024-01-12T14:32:26.500Z');
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['0', 0],
    ['1', 1_000],
    [' 120 ', 120_000],
    ['999999', 999_999_000],
    ['Fri, 12 Jan 2024 14:32:27 GMT', 500],
    ['Fri, 12 Jan 2024 14:33:26 GMT', 59_500],
    ['Fri, 12 Jan 2024 14:32:26 GMT', 0],
    ['Fri, 12 Jan 2001 14:32:26 GMT', 0],
  ])('reads %p as %p ms', (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms);
  });
});
