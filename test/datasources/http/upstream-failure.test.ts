import {
  toClientError,
  UpstreamFailure,
  type UpstreamFailureKind,
  withUncertainty,
} from '../../../src/datasources/http/upstream-failure.js';

const aFailure = (kind: UpstreamFailureKind, status?: number) =>
  new UpstreamFailure({
    kind,
    route: '/cards/{id}',
    detail: 'detail-of-it',
    cause: new Error('upstream prose'),
    ...(status !== undefined && { status }),
  });

it.each<[UpstreamFailureKind, number | undefined, boolean]>([
  ['unreachable', undefined, false],
  ['credentials', 401, false],
  ['signature', 400, false],
  ['interrupted', undefined, true],
  ['timeout', undefined, true],
  ['invalid', 200, true],
  ['too-large', undefined, true],
  ['status', 400, false],
  ['status', 404, false],
  ['status', 409, false],
  ['status', 429, false],
  ['status', 499, false],
  ['status', 500, true],
  ['status', 503, true],
])('after %s %p the call may have been carried out all the same: %p', (kind, status, mayHaveHappened) => {
  expect(aFailure(kind, status).mayHaveHappened).toBe(mayHaveHappened);
});

it('keeps everything else when its uncertainty is changed', () => {
  const failure = new UpstreamFailure({ kind: 'status', route: '/cards', status: 429, retryAfterMs: 5, cause: 'why' });
  const changed = withUncertainty(failure, true);
  expect(changed).toMatchObject({ kind: 'status', route: '/cards', status: 429, retryAfterMs: 5, cause: 'why' });
  expect([failure.mayHaveHappened, changed.mayHaveHappened]).toEqual([false, true]);
});

it.each<[UpstreamFailureKind, number | undefined, string, boolean]>([
  ['unreachable', undefined, 'UPSTREAM_UNAVAILABLE', true],
  ['interrupted', undefined, 'UPSTREAM_UNAVAILABLE', true],
  ['timeout', undefined, 'UPSTREAM_TIMEOUT', true],
  ['invalid', 200, 'UPSTREAM_INVALID_RESPONSE', false],
  ['too-large', undefined, 'UPSTREAM_INVALID_RESPONSE', false],
  ['credentials', 401, 'UPSTREAM_REJECTED', false],
  ['signature', 400, 'UPSTREAM_REJECTED', false],
  ['status', 400, 'UPSTREAM_REJECTED', false],
  ['status', 401, 'UPSTREAM_REJECTED', false],
  ['status', 409, 'UPSTREAM_REJECTED', false],
  ['status', 429, 'UPSTREAM_UNAVAILABLE', true],
  ['status', 500, 'UPSTREAM_UNAVAILABLE', true],
  ['status', 503, 'UPSTREAM_UNAVAILABLE', true],
])('tells a client of %s %p as %s, retryable: %p, without a word of the API', (kind, status, code, retryable) => {
  const failure = aFailure(kind, status);
  const error = toClientError(failure);
  expect(error.extensions).toEqual({ code, retryable });
  expect(JSON.stringify(error)).not.toMatch(/prose|detail-of-it|\{id\}/);
  expect(error.cause).toBe(failure);
});
