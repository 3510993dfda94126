import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { createMutationMemory } from '../../../src/datasources/mutations/mutation-memory.js';
import type { MutationPlan } from '../../../src/datasources/mutations/mutation-plan.js';
import { createLocalMutationRecords } from '../../../src/datasources/mutations/mutation-records.js';
import type { SettledMutation } from '../../../src/datasources/mutations/settled-mutation.js';
import { InvalidInputError } from '../../../src/schema/user-error/request-errors.type.js';
import { CardLimitReachedError } from '../../../src/schema/user-error/state-errors.type.js';
import { KeyedApi, type Trouble } from './keyed-api.js';
import { aCreation, aRunner, KEY } from './plans.js';

const MINUTE = 60_000;

/** A gateway over an API that honours keys; what befalls the calls is told beforehand, and its clock moves by hand. */
function setUp() {
  let nowMs = 1_700_000_000_000;
  const troubles: Trouble[] = [];
  const api = new KeyedApi({ nowMs: () => nowMs, trouble: () => troubles.shift() ?? 'none' });
  const now = () => new Date(nowMs);
  const memory = createMutationMemory({ records: createLocalMutationRecords({ now }), now, callDeadlineMs: 10_000 });
  const settled: SettledMutation[] = [];
  const journal: string[] = [];
  const runnerOf = (callerId: string) =>
    aRunner({
      ...{ client: api.client, memory, now, callerId },
      onSettled: (mutation) => settled.push(mutation),
      onChange: () => void journal.push('change'),
    });
  const { run, metrics } = runnerOf('caller');
  return {
    api,
    run,
    runnerOf,
    metrics,
    settled,
    journal,
    troubles,
    pass(ms: number) {
      nowMs += ms;
    },
    outcome: (callerId = 'caller', clientKey = KEY) => memory.outcome({ callerId, clientKey }),
  };
}

const codes = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);
const OTHER = { ...aCreation().call, body: { type: 'physical' } };

describe('the same key with the same input', () => {
  it('is answered from what is remembered, without asking the API', async () => {
    const { run, api, journal } = setUp();
    expect(await run(aCreation())).toMatchObject({ value: 'entity-1', idempotency: { key: KEY, replayed: false } });
    journal.length = 0;
    const read = jest.fn(async (id: string) => `${id}, as it is now`);
    expect(await run(aCreation({ read }))).toEqual({
      value: 'entity-1, as it is now',
      userErrors: [],
      idempotency: { key: KEY, replayed: true },
    });
    // The request may have read the state before it, to find out whether the caller may.
    expect(journal).toEqual(['change']);
    expect([api.asked, api.executions.length]).toEqual([1, 1]);
  });

  it('still is a day later, but no longer', async () => {
    const { run, api, pass } = setUp();
    await run(aCreation());
    pass(24 * 60 * MINUTE - 1);
    expect((await run(aCreation())).idempotency.replayed).toBe(true);
    expect(api.asked).toBe(1);
  });

  it('asked for ten times at once is carried out once, and all are given the same', async () => {
    const { run, api } = setUp();
    const answers = await Promise.all(Array.from({ length: 10 }, () => run(aCreation())));
    expect(new Set(answers.map(({ value }) => value))).toEqual(new Set(['entity-1']));
    expect(answers.filter(({ idempotency }) => idempotency.replayed)).toHaveLength(9);
    expect(api.asked).toBe(1);
  });

  it('is not answered to a caller who may not reach the entity any more', async () => {
    const { run, api } = setUp();
    await run(aCreation());
    const answer = await run(aCreation({ isReachable: async () => false, subjectField: ['input', 'accountId'] }));
    expect([codes(answer), answer.value, answer.idempotency.replayed]).toEqual([['NOT_FOUND'], null, false]);
    expect(api.asked).toBe(1);
  });

  it('fails at the entity only when that cannot be read', async () => {
    const { run } = setUp();
    await run(aCreation());
    const failure = new UpstreamFailure({ kind: 'timeout', route: '/cards/{id}' });
    const answer = await run(aCreation({ read: () => Promise.reject(failure) }));
    await expect(answer.value).rejects.toBe(failure);
    expect([answer.userErrors, answer.idempotency.replayed]).toEqual([[], true]);
  });

  it('is read again for who joined, when the one who came first could not read it', async () => {
    const { run } = setUp();
    await run(aCreation());
    const gone = new UpstreamFailure({ kind: 'timeout', route: '/cards/{id}' });
    const [first, joined] = await Promise.all([run(aCreation({ read: () => Promise.reject(gone) })), run(aCreation())]);
    await expect(first.value).rejects.toBe(gone);
    expect(joined).toMatchObject({ value: 'entity-1', idempotency: { replayed: true } });
  });

  it('is told apart by what goes to the API: what is asked before sending is not asked again', async () => {
    const { run } = setUp();
    const isPresent = jest.fn(async () => true);
    await run(aCreation({ isPresent }));
    isPresent.mockResolvedValue(false);
    expect((await run(aCreation({ isPresent }))).idempotency.replayed).toBe(true);
    expect(isPresent).toHaveBeenCalledTimes(1);
    const absent = await run(aCreation({ isPresent, key: { value: 'other', isFresh: false } }));
    expect(codes(absent)).toEqual(['NOT_FOUND']);
  });
});

describe('the same key', () => {
  it('with another input is refused, before and after the first is answered', async () => {
    const { run, api } = setUp();
    const [first, other] = await Promise.all([run(aCreation()), run(aCreation({ call: OTHER }))]);
    expect([first.value, codes(other)]).toEqual(['entity-1', ['IDEMPOTENCY_KEY_REUSED']]);
    const later = await run(aCreation({ call: OTHER }));
    expect(later.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] }]);
    expect([later.value, later.idempotency.replayed, api.asked]).toEqual([null, false, 1]);
    expect((await run(aCreation())).value).toBe('entity-1');
  });

  it('of another caller is another mutation, and neither learns of the other', async () => {
    const { run, runnerOf, api, outcome } = setUp();
    expect((await run(aCreation())).value).toBe('entity-1');
    expect(await outcome('stranger')).toBeNull();
    const theirs = await runnerOf('stranger').run(aCreation({ call: OTHER }));
    expect(theirs).toMatchObject({ value: 'entity-2', idempotency: { key: KEY, replayed: false } });
    expect(await outcome('stranger')).toMatchObject({ entityId: 'entity-2' });
    expect(await outcome()).toMatchObject({ entityId: 'entity-1' });
    expect(api.executions).toHaveLength(2);
  });

  it('for another mutation is another mutation; mutationOutcome tells of the one that was sent last', async () => {
    const { run, pass, outcome } = setUp();
    await run(aCreation());
    pass(1_000);
    await run(aCreation({ mutation: 'createAccount' }));
    expect(await outcome()).toMatchObject({ key: KEY, mutation: 'createAccount', entityId: 'entity-2' });
    pass(1_000);
    // A replay sends nothing.
    await run(aCreation());
    expect(await outcome()).toMatchObject({ mutation: 'createAccount' });
  });

  it('that the API knows from elsewhere with another input is refused, and that one can still be repeated', async () => {
    const { run, api, outcome } = setUp();
    // A gateway that shares no records but the API: as when Redis is away.
    const now = () => new Date(1_700_000_000_000);
    const records = createLocalMutationRecords({ now });
    const memory = createMutationMemory({ records, now, callDeadlineMs: 10_000 });
    const { run: runElsewhere } = aRunner({ client: api.client, memory, now });
    expect((await runElsewhere(aCreation())).value).toBe('entity-1');
    expect(codes(await run(aCreation({ call: OTHER })))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(await outcome()).toBeNull();
    expect((await run(aCreation())).value).toBe('entity-1');
    expect(api.executions).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('is final for its key, and given again as it was', async () => {
    const { run, api, troubles, outcome } = setUp();
    troubles.push('refused');
    const existingCard = { id: 'card-1' } as never;
    const explain = jest.fn(async () => new CardLimitReachedError({ message: 'One is enough.', existingCard }));
    const first = await run(aCreation({ explain }));
    expect(await outcome()).toMatchObject({ state: 'FAILED', entityId: null });
    const again = await run(aCreation({ explain }));
    expect(codes(again)).toEqual(codes(first));
    expect(again.userErrors[0]).toBeInstanceOf(CardLimitReachedError);
    expect(again.userErrors[0]?.message).toBe('One is enough.');
    expect([again.idempotency.replayed, api.asked, explain.mock.calls.length]).toEqual([true, 1, 1]);
  });

  it('of the input is not remembered: the key can be used once it is corrected', async () => {
    const { run, api, outcome } = setUp();
    await run(aCreation({ problems: [new InvalidInputError({ message: 'Wrong.' })], call: OTHER }));
    expect(await outcome()).toBeNull();
    expect((await run(aCreation())).value).toBe('entity-1');
    expect(api.asked).toBe(1);
  });
});

describe('a mutation that was not carried out for want of an API', () => {
  it('leaves nothing that would block the key', async () => {
    const { run, troubles, outcome, api } = setUp();
    troubles.push('away');
    await expect(run(aCreation())).rejects.toMatchObject({ kind: 'unreachable' });
    expect(await outcome()).toBeNull();
    expect((await run(aCreation({ call: OTHER }))).value).toBe('entity-1');
    expect(api.executions).toHaveLength(1);
  });

  it('fails alike for all who asked at once', async () => {
    const { run, troubles } = setUp();
    troubles.push('away');
    const all = await Promise.allSettled([run(aCreation()), run(aCreation())]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('an unknown outcome', () => {
  it.each<[Trouble, string]>([
    ['lost', 'was carried out'],
    ['broken', 'was not carried out'],
  ])('(%s) is found out by sending it again, when it %s', async (trouble) => {
    const { run, api, troubles, pass, outcome } = setUp();
    troubles.push(trouble);
    expect(codes(await run(aCreation()))).toEqual(['OUTCOME_UNKNOWN']);
    expect(await outcome()).toMatchObject({ state: 'UNKNOWN', entityId: null });
    pass(55 * MINUTE - 1);
    expect(await run(aCreation())).toMatchObject({ value: 'entity-1', userErrors: [] });
    expect(await outcome()).toMatchObject({ state: 'SUCCEEDED', entityId: 'entity-1' });
    expect(api.executions).toHaveLength(1);
  });

  it('stays one while the API is away, though this try was surely not carried out', async () => {
    const { run, troubles, outcome } = setUp();
    troubles.push('lost', 'away');
    await run(aCreation());
    expect(codes(await run(aCreation()))).toEqual(['OUTCOME_UNKNOWN']);
    expect(await outcome()).toMatchObject({ state: 'UNKNOWN' });
    expect((await run(aCreation())).value).toBe('entity-1');
  });

  it('still owns its key: another input is refused', async () => {
    const { run, troubles, api } = setUp();
    troubles.push('broken');
    await run(aCreation());
    expect(codes(await run(aCreation({ call: OTHER })))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(api.asked).toBe(1);
  });

  describe('after 55 minutes', () => {
    async function longAfter(trouble: Trouble, lookUp: MutationPlan<string>['lookUp']) {
      const parts = setUp();
      parts.troubles.push(trouble);
      await parts.run(aCreation());
      parts.pass(55 * MINUTE);
      return { ...parts, answer: await parts.run(aCreation({ ...(lookUp && { lookUp }) })) };
    }

    it('is looked up, and never sent again', async () => {
      const lookUp = jest.fn(async () => 'entity-1');
      const { answer, api, outcome, run } = await longAfter('lost', lookUp);
      expect(answer).toMatchObject({ value: 'entity-1', userErrors: [], idempotency: { replayed: true } });
      expect(await outcome()).toMatchObject({ state: 'SUCCEEDED', entityId: 'entity-1' });
      expect((await run(aCreation({ lookUp }))).value).toBe('entity-1');
      expect([api.asked, lookUp.mock.calls.length]).toEqual([1, 1]);
    });

    it('is looked for where it was under way, give or take a minute', async () => {
      const lookUp = jest.fn(async () => null);
      await longAfter('lost', lookUp);
      const start = 1_700_000_000_000;
      expect(lookUp).toHaveBeenCalledWith({ from: new Date(start - MINUTE), until: new Date(start + 2 * MINUTE) });
    });

    it.each<[string, MutationPlan<string>['lookUp']]>([
      ['there is no trace of it', async () => null],
      ['the trace cannot be read', () => Promise.reject(new UpstreamFailure({ kind: 'timeout', route: '/' }))],
      ['there is no way to look it up', undefined],
    ])('stays unknown where %s, and is not sent either', async (_, lookUp) => {
      const { answer, api, outcome } = await longAfter('broken', lookUp);
      expect(codes(answer)).toEqual(['OUTCOME_UNKNOWN']);
      expect(await outcome()).toMatchObject({ state: 'UNKNOWN' });
      expect(api.asked).toBe(1);
    });
  });
});

describe('a mutation that was carried out, but whose answer told nothing of it', () => {
  it('is remembered as carried out, and sent never again', async () => {
    const { run, api } = setUp();
    const unreadable = new UpstreamFailure({ kind: 'invalid', route: '/cards/{id}' });
    const answer = await run(aCreation({ complete: () => Promise.reject(unreadable) }));
    await expect(answer.value).rejects.toBe(unreadable);
    const again = await run(aCreation());
    await expect(again.value).rejects.toMatchObject({ kind: 'invalid' });
    expect([again.userErrors, again.idempotency.replayed, api.asked]).toEqual([[], true, 1]);
  });
});

describe('what is told of each mutation', () => {
  const FRESH = { value: KEY, isFresh: true };
  const about = { mutation: 'createCard', key: KEY, durationMs: expect.any(Number) };
  type Told = Omit<SettledMutation, 'mutation' | 'key' | 'durationMs'>;

  it.each<[string, Trouble[], Partial<MutationPlan<string>>, Told]>([
    ['success', [], {}, { outcome: 'succeeded', entityId: 'entity-1', upstreamStatus: 201, replayed: false }],
    [
      'refusal of a creation: below what',
      ['refused'],
      {},
      { outcome: 'rejected_by_api', entityId: 'a1', upstreamStatus: 400, replayed: false },
    ],
    [
      'refusal of a change: of what',
      ['refused'],
      { entityIdOf: () => 'c1' },
      { outcome: 'rejected_by_api', entityId: 'c1', upstreamStatus: 400, replayed: false },
    ],
    [
      'lost answer',
      ['lost'],
      {},
      { outcome: 'outcome_unknown', entityId: 'a1', upstreamStatus: null, replayed: false },
    ],
    ['absent API', ['away'], {}, { outcome: 'failed', entityId: 'a1', upstreamStatus: null, replayed: false }],
    [
      'bad input',
      [],
      { problems: [new InvalidInputError({ message: 'Wrong.' })], entityIdOf: () => '' },
      { outcome: 'invalid', entityId: 'a1', upstreamStatus: null, replayed: false },
    ],
    [
      'foreign entity',
      [],
      { isReachable: async () => false, entityIdOf: () => 'c1' },
      { outcome: 'absent', entityId: 'c1', upstreamStatus: null, replayed: false },
    ],
    [
      'reach that cannot be decided',
      [],
      { isReachable: () => Promise.reject(new UpstreamFailure({ kind: 'status', status: 503, route: '/' })) },
      { outcome: 'failed', entityId: 'a1', upstreamStatus: 503, replayed: false },
    ],
  ])('%s, once', async (_, troubles, changes, told) => {
    const parts = setUp();
    parts.troubles.push(...troubles);
    await parts.run(aCreation({ key: FRESH, ...changes })).catch(() => {});
    expect(parts.settled).toEqual([{ ...about, ...told }]);
    expect(await parts.metrics.mutations.get()).toMatchObject({
      values: [{ labels: { outcome: told.outcome }, value: 1 }],
    });
  });

  it('a repetition and a key that is not free, each once as well', async () => {
    const { run, settled, metrics } = setUp();
    await run(aCreation());
    await Promise.all([run(aCreation()), run(aCreation()), run(aCreation({ call: OTHER }))]);
    const replayed = { ...about, outcome: 'succeeded', entityId: 'entity-1', upstreamStatus: null, replayed: true };
    const reused = {
      ...about,
      outcome: 'idempotency_key_reused',
      entityId: 'a1',
      upstreamStatus: null,
      replayed: false,
    };
    expect(settled.slice(1)).toHaveLength(3);
    expect(settled.slice(1)).toEqual(expect.arrayContaining([replayed, reused]));
    expect(await metrics.mutationReplays.get()).toMatchObject({ values: [{ value: 2 }] });
  });
});
