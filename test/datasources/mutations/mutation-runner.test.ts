import { type EntityCache, EVERYTHING } from '../../../src/datasources/cache/entity-cache.js';
import type { UpstreamCall, UpstreamClient } from '../../../src/datasources/http/upstream-client.js';
import { UpstreamFailure, type UpstreamFailureKind } from '../../../src/datasources/http/upstream-failure.js';
import { upstreamKeyOf } from '../../../src/datasources/mutations/idempotency-key.js';
import { createMutationMemory } from '../../../src/datasources/mutations/mutation-memory.js';
import type { MutationPlan } from '../../../src/datasources/mutations/mutation-plan.js';
import { createLocalMutationRecords } from '../../../src/datasources/mutations/mutation-records.js';
import { createMutationRunner } from '../../../src/datasources/mutations/mutation-runner.js';
import type { SettledMutation } from '../../../src/datasources/mutations/settled-mutation.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createMetrics } from '../../../src/observability/metrics.js';
import { InvalidInputError, RejectedByApiError } from '../../../src/schema/user-error/request-errors.type.js';

const KEY = '9b2f0a44-1c1d-4f6e-8a7b-0c5d3e2f1a00';
const FRESH = { value: KEY, isFresh: true };
const USED = { value: KEY, isFresh: false };
const WHY = new RejectedByApiError({ message: 'Because.', httpStatus: 400 });

const aFailure = (kind: UpstreamFailureKind, status?: number, mayHaveHappened?: boolean) =>
  new UpstreamFailure({
    kind,
    route: '/cards/{id}/activate',
    ...(status !== undefined && { status }),
    ...(mayHaveHappened !== undefined && { mayHaveHappened }),
  });

/** A runner over an API that answers as told, and a journal of what happened in which order. */
function setUp(answer: unknown) {
  const journal: string[] = [];
  const calls: UpstreamCall[] = [];
  const metrics = createMetrics();
  const client: UpstreamClient = {
    async call(call) {
      calls.push(call);
      journal.push('call');
      if (answer instanceof Error) throw answer;
      return { status: 200, body: answer, bytes: 1 };
    },
  };
  const cache: EntityCache = {
    readMany: () => Promise.reject(new Error('a mutation reads past the cache')),
    peek: () => Promise.reject(new Error('a mutation reads past the cache')),
    async announce(tags) {
      if (tags.length > 0) journal.push(`announce ${tags.join(' ')}`);
    },
    async invalidate(tags) {
      journal.push(`invalidate ${tags.join(' ')}`);
      return true;
    },
  };
  const logger = createLogger({ level: 'silent' });
  const onChange = () => void journal.push('change');
  const now = () => new Date();
  const records = createLocalMutationRecords({ now });
  const memory = createMutationMemory({ records, now, callDeadlineMs: 1_000 });
  const settled: SettledMutation[] = [];
  const runner = createMutationRunner({
    ...{ client, cache, memory, metrics, logger, now, callerId: 'caller', onChange },
    readCard: async () => null,
    onSettled: (mutation) => settled.push(mutation),
  });
  const outcomes = async () => (await metrics.mutations.get()).values.map(({ labels }) => labels.outcome);
  return { runner, journal, calls, outcomes, settled };
}

const aPlan = (changes: Partial<MutationPlan<string>> = {}): MutationPlan<string> => ({
  mutation: 'activateCard',
  key: FRESH,
  isReachable: async () => true,
  subjectField: ['input', 'cardId'],
  call: { method: 'PATCH', route: '/cards/{id}/activate', params: { id: 'c1' } },
  complete: async (body) => `state of ${body}`,
  entityIdOf: () => 'c1',
  read: async (id) => `present state of ${id}`,
  touches: (result) => (result === null ? null : ['cards', 'card:c1']),
  ...changes,
});

describe('a mutation that the API carries out', () => {
  it('answers with the state after it, once everything that it touched is invalidated', async () => {
    const { runner, journal, calls, outcomes } = setUp('c1');
    expect(await runner.run(aPlan())).toEqual({
      value: 'state of c1',
      userErrors: [],
      idempotency: { key: KEY, replayed: false },
    });
    expect(journal).toEqual(['call', 'change', 'invalidate cards card:c1', 'change']);
    const idempotencyKey = upstreamKeyOf({ callerId: 'caller', mutation: 'activateCard', clientKey: KEY });
    expect(calls).toEqual([{ ...aPlan().call, idempotencyKey }]);
    expect(await outcomes()).toEqual(['succeeded']);
  });

  it('announces what it is known to touch before it is sent', async () => {
    const { runner, journal } = setUp('c1');
    await runner.run(aPlan({ announces: ['card:c1'] }));
    expect(journal).toEqual(['announce card:c1', 'call', 'change', 'invalidate cards card:c1', 'change']);
  });

  it('is a success whose value rejects when the state cannot be read back, and drops what it may have touched', async () => {
    const { runner, journal, outcomes } = setUp('c1');
    const unreadable = aFailure('timeout');
    const result = await runner.run(aPlan({ complete: () => Promise.reject(unreadable) }));
    expect(result).toMatchObject({ userErrors: [], idempotency: { key: KEY } });
    await expect(result.value).rejects.toBe(unreadable);
    expect(journal).toEqual(['call', 'change', `invalidate ${EVERYTHING}`, 'change']);
    expect(await outcomes()).toEqual(['succeeded']);
  });

  it('brings nothing down when nobody looks at the value that cannot be read', async () => {
    const onUnhandled = jest.fn();
    process.on('unhandledRejection', onUnhandled);
    const { runner } = setUp('c1');
    await runner.run(aPlan({ complete: () => Promise.reject(new Error('unreadable')) }));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', onUnhandled);
    expect(onUnhandled).not.toHaveBeenCalled();
  });

  it.each<[string, MutationPlan<string>['touches']]>([
    ['cannot be told', () => null],
    ['cannot be read', () => Promise.reject(new Error('unreadable'))],
  ])('empties the cache when what it touched %s', async (_, touches) => {
    const { runner, journal } = setUp('c1');
    expect(await runner.run(aPlan({ touches }))).toMatchObject({ value: 'state of c1' });
    expect(journal).toContain(`invalidate ${EVERYTHING}`);
  });
});

describe('a mutation that came to nothing', () => {
  it.each([
    ['was refused', aFailure('status', 400)],
    ['could not be sent', aFailure('unreachable')],
    ['was put off', aFailure('status', 429)],
  ])('takes back what was announced when it %s', async (_, failure) => {
    const { runner, journal } = setUp(failure);
    await runner.run(aPlan({ announces: ['card:c1'] })).catch(() => {});
    expect(journal).toEqual(['announce card:c1', 'call', 'invalidate card:c1']);
  });

  it.each([400, 404, 422])(
    'by its answer (%i), though an earlier try may have been carried out: invalidates',
    async (status) => {
      const { runner, journal } = setUp(aFailure('status', status, true));
      await runner.run(aPlan({ touches: () => ['cards', 'card:c1'] }));
      expect(journal.slice(0, 4)).toEqual(['call', 'change', 'invalidate cards card:c1', 'change']);
    },
  );
});

describe('a mutation that is not sent', () => {
  it.each([1, 2])('because of its input: all problems at once (%i)', async (count) => {
    const { runner, journal, outcomes } = setUp('c1');
    const problems = Array.from({ length: count }, (_, n) => new InvalidInputError({ message: `${n}` }));
    const isReachable = jest.fn();
    expect(await runner.run(aPlan({ problems, isReachable }))).toMatchObject({ value: null, userErrors: problems });
    expect(isReachable).not.toHaveBeenCalled();
    expect(journal).toEqual([]);
    expect(await outcomes()).toEqual(['invalid']);
  });

  it('because the entity is somebody else’s: answered exactly as for an absent one', async () => {
    const foreign = setUp('c1');
    const absent = setUp(aFailure('status', 404));
    const answerOfForeign = await foreign.runner.run(aPlan({ isReachable: async () => false }));
    expect(answerOfForeign).toEqual(await absent.runner.run(aPlan()));
    expect(answerOfForeign.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'cardId'] }]);
    expect(foreign.journal).toEqual([]);
  });
});

describe('a mutation whose outcome is unknown', () => {
  it.each([
    aFailure('timeout'),
    aFailure('interrupted'),
    aFailure('too-large'),
    aFailure('status', 500),
    aFailure('status', 503),
    aFailure('status', 409, true),
    aFailure('unreachable', undefined, true),
  ])('says so and empties the cache (%#)', async (failure) => {
    const { runner, journal, outcomes } = setUp(failure);
    const explain = jest.fn();
    const { value, userErrors } = await runner.run(aPlan({ explain }));
    expect([value, userErrors]).toMatchObject([null, [{ code: 'OUTCOME_UNKNOWN' }]]);
    expect(journal).toEqual(['call', 'change', `invalidate ${EVERYTHING}`, 'change']);
    expect(explain).not.toHaveBeenCalled();
    expect(await outcomes()).toEqual(['outcome_unknown']);
  });

  it('invalidates no more than it can have touched, where that is known without the answer', async () => {
    const { runner, journal } = setUp(aFailure('timeout'));
    await runner.run(aPlan({ touches: () => ['cards', 'account:a1:cards'] }));
    expect(journal).toContain('invalidate cards account:a1:cards');
  });
});

describe('a mutation that the API refuses', () => {
  it.each<[string, number, typeof FRESH, string, number | null]>([
    ['a fresh key', 400, FRESH, 'REJECTED_BY_API', 400],
    ['a fresh key', 403, FRESH, 'REJECTED_BY_API', 403],
    ['a fresh key', 409, FRESH, 'REJECTED_BY_API', 409],
    ['a fresh key', 422, FRESH, 'REJECTED_BY_API', 422],
    ['a fresh key', 404, FRESH, 'NOT_FOUND', null],
    ['a key of the client', 400, USED, 'REJECTED_BY_API', 400],
    ['a key of the client', 409, USED, 'IDEMPOTENCY_KEY_IN_FLIGHT', null],
    ['a key of the client', 422, USED, 'IDEMPOTENCY_KEY_REUSED', null],
    ['a key of the client', 410, USED, 'NOT_FOUND', null],
  ])('with %s and HTTP %i', async (_, status, key, code, httpStatus) => {
    const { runner, journal, outcomes } = setUp(aFailure('status', status));
    const { value, userErrors } = await runner.run(aPlan({ key }));
    expect([value, userErrors]).toMatchObject([null, [{ code, ...(httpStatus && { httpStatus }) }]]);
    expect(journal).toEqual(['call']);
    expect(await outcomes()).toEqual([code.toLowerCase()]);
  });

  it.each([
    [400, FRESH, true],
    [409, FRESH, true],
    [422, FRESH, true],
    [400, USED, true],
    [422, USED, false],
    [404, FRESH, false],
  ])('HTTP %i with the key %j is explained: %p', async (status, key, isExplained) => {
    const { runner } = setUp(aFailure('status', status));
    const explain = jest.fn(async () => WHY);
    const { userErrors } = await runner.run(aPlan({ key, explain }));
    expect(userErrors.includes(WHY)).toBe(isExplained);
    expect(explain.mock.calls).toEqual(isExplained ? [[status]] : []);
  });

  it('stays refused when the reason cannot be read', async () => {
    const { runner } = setUp(aFailure('status', 400));
    const explain = () => Promise.reject(aFailure('timeout'));
    expect(await runner.run(aPlan({ explain }))).toMatchObject({ userErrors: [{ code: 'REJECTED_BY_API' }] });
  });
});

describe('a mutation that fails', () => {
  it.each([
    aFailure('unreachable'),
    aFailure('credentials'),
    aFailure('status', 401),
    aFailure('status', 429),
    new TypeError('a mistake of ours'),
  ])('rejects, so that the client sees a failure and no user error (%#)', async (failure) => {
    const { runner, journal } = setUp(failure);
    await expect(runner.run(aPlan())).rejects.toBe(failure);
    expect(journal).toEqual(['call']);
  });

  it('rejects before anything is sent when reachability cannot be decided', async () => {
    const { runner, journal } = setUp('c1');
    const failure = aFailure('unreachable');
    await expect(runner.run(aPlan({ isReachable: () => Promise.reject(failure) }))).rejects.toBe(failure);
    expect(journal).toEqual([]);
  });
});
