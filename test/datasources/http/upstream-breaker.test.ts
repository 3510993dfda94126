import { FailureCount } from '../../../src/datasources/http/failure-count.js';
import { type BreakerState, UpstreamBreaker, verdictOf } from '../../../src/datasources/http/upstream-breaker.js';
import { UpstreamFailure, type UpstreamFailureKind } from '../../../src/datasources/http/upstream-failure.js';

const ROUTE = '/cards/{id}';
const TRY_MS = 5_000;
const failureOf = (kind: UpstreamFailureKind, status?: number) =>
  new UpstreamFailure({ kind, route: ROUTE, ...(status !== undefined && { status }) });

describe('what a try says of the API', () => {
  it.each<[UpstreamFailureKind, number | undefined, string]>([
    ['unreachable', undefined, 'trouble'],
    ['interrupted', undefined, 'trouble'],
    ['status', 500, 'trouble'],
    ['status', 502, 'trouble'],
    ['status', 503, 'trouble'],
    ['status', 504, 'trouble'],
    ['status', 400, 'there'],
    ['status', 401, 'there'],
    ['status', 404, 'there'],
    ['status', 409, 'there'],
    ['status', 422, 'there'],
    ['status', 429, 'there'],
    ['invalid', 200, 'there'],
    ['too-large', undefined, 'there'],
    ['credentials', undefined, 'there'],
    ['signature', 400, 'there'],
    ['refused', undefined, 'nothing'],
    ['cancelled', undefined, 'nothing'],
  ])('%s %p: %s', (kind, status, verdict) => {
    expect(verdictOf(failureOf(kind, status), { durationMs: 10 })).toBe(verdict);
  });

  it.each([
    [5, false, 'nothing'],
    [999, false, 'nothing'],
    [1_000, false, 'trouble'],
    [5, true, 'trouble'],
  ])('a timeout after %i ms, the whole time of the try: %p: %s', (durationMs, wasWholeTime, verdict) => {
    expect(verdictOf(failureOf('timeout'), { durationMs, wasWholeTime })).toBe(verdict);
  });
});

describe('the breaker', () => {
  const limits = { consecutive: 3, share: 0.75, minTries: 100, windowMs: 10_000 };

  function setUp() {
    const states: BreakerState[] = [];
    const breaker = new UpstreamBreaker({
      count: new FailureCount({ limits }),
      openMs: 1_000,
      trialMs: 2_000,
      onStateChange: (state) => states.push(state),
    });
    const run = (send: () => Promise<string>) => breaker.run(ROUTE, send, TRY_MS);
    const fail = (error: unknown = failureOf('unreachable')) =>
      run(() => Promise.reject(error)).catch((e: unknown) => e);
    const open = async () => {
      for (let i = 0; i < limits.consecutive; i += 1) await fail();
      await Promise.resolve();
    };
    return { breaker, states, run, fail, open };
  }

  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('hands on what it lets through, results and failures alike', async () => {
    const { run, fail } = setUp();
    expect(await run(async () => 'answer')).toBe('answer');
    const failure = failureOf('status', 404);
    expect(await fail(failure)).toBe(failure);
  });

  it('opens after failures enough, and then sends nothing', async () => {
    const { breaker, states, run, open } = setUp();
    await open();
    expect([breaker.state, breaker.refusedForMs()]).toEqual(['open', 1_000]);
    const send = jest.fn(async () => 'answer');
    await expect(run(send)).rejects.toMatchObject({
      kind: 'refused',
      route: ROUTE,
      mayHaveHappened: false,
      retryAfterMs: 1_000,
    });
    expect(send).not.toHaveBeenCalled();
    expect(states).toEqual(['open']);
  });

  it.each([
    ['refusals of the API', failureOf('status', 404)],
    ['too many requests', failureOf('status', 429)],
    ['what nobody waited for', failureOf('cancelled')],
    ['mistakes of ours', new TypeError('ours')],
  ])('does not open for %s', async (_what, error) => {
    const { breaker, fail } = setUp();
    for (let i = 0; i < 50; i += 1) await fail(error);
    expect(breaker.state).toBe('closed');
  });

  it('lets one trial through after a second, keeps all others waiting for nothing, and closes with its success', async () => {
    const { breaker, run, open, states } = setUp();
    await open();
    jest.advanceTimersByTime(1_000);
    expect(breaker.refusedForMs()).toBe(0);
    let answer = (_: string) => {};
    const trial = run(() => new Promise((resolve) => (answer = resolve)));
    await expect(run(async () => 'second')).rejects.toMatchObject({ kind: 'refused' });
    answer('first');
    expect(await trial).toBe('first');
    await jest.advanceTimersByTimeAsync(0);
    expect(states).toEqual(['open', 'half-open', 'closed']);
    expect(await run(async () => 'third')).toBe('third');
  });

  it('takes any answer in a trial for a sign of life, even a refusal', async () => {
    const { fail, open, states } = setUp();
    await open();
    jest.advanceTimersByTime(1_000);
    await fail(failureOf('status', 404));
    await jest.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toBe('closed');
  });

  it.each([failureOf('unreachable'), failureOf('cancelled')])('opens again after a trial with %s', async (failure) => {
    const { fail, open, states } = setUp();
    await open();
    jest.advanceTimersByTime(1_000);
    await fail(failure);
    await jest.advanceTimersByTimeAsync(0);
    expect(states).toEqual(['open', 'half-open', 'open']);
  });

  it('waits for a trial that hangs no longer than two seconds, and the next one may be another', async () => {
    const { run, open, states, breaker } = setUp();
    await open();
    jest.advanceTimersByTime(1_000);
    void run(() => new Promise(() => {}));
    await jest.advanceTimersByTimeAsync(1_999);
    expect(breaker.state).toBe('half-open');
    await jest.advanceTimersByTimeAsync(1);
    expect(breaker.state).toBe('open');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await run(async () => 'back')).toBe('back');
    await jest.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toBe('closed');
  });

  it('believes a trial that was late but succeeded: an API may be slow', async () => {
    const { run, open, breaker } = setUp();
    await open();
    jest.advanceTimersByTime(1_000);
    const slow = run(() => new Promise((resolve) => setTimeout(() => resolve('slow'), 2_500)));
    await jest.advanceTimersByTimeAsync(2_500);
    expect(await slow).toBe('slow');
    expect(breaker.state).toBe('open');
    await jest.advanceTimersByTimeAsync(1_000);
    const hanging = run(() => new Promise(() => {}));
    await jest.advanceTimersByTimeAsync(0);
    expect(breaker.state).toBe('closed');
    void hanging;
  });
});
