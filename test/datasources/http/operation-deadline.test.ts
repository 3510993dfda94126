import { FixedDeadline } from '../../../src/datasources/deadline.js';
import { RETRY_BUDGET, RetryBudget } from '../../../src/datasources/http/retry-budget.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import type { UpstreamGate } from '../../../src/datasources/http/upstream-gate.js';
import { CHANGE, clientOf, OK, READ } from './client-under-test.js';
import { type ScriptedApi, startScriptedApi } from './scripted-api.js';

const inMs = (ms: number) => new FixedDeadline(performance.now() + ms);

describe('a call on behalf of an operation', () => {
  let api: ScriptedApi;
  beforeAll(async () => {
    api = await startScriptedApi();
  });

  it.each([
    ['a read', READ],
    ['a change', CHANGE],
  ])('%s that hangs ends with the operation, not with the time that a call may take', async (_what, call) => {
    api.script('hang');
    const { client } = clientOf(api.origin, { deadlineMs: 60_000 });
    await expect(client.call({ ...call, deadline: inMs(80) })).rejects.toMatchObject({ kind: 'timeout' });
    expect(api.received).toHaveLength(1);
  });

  it.each([
    ['a read', READ],
    ['a change', CHANGE],
  ])('%s is not sent once the time is over, and has surely not happened', async (_what, call) => {
    api.script(OK);
    const { client } = clientOf(api.origin);
    const failure = { kind: 'timeout', mayHaveHappened: false };
    await expect(client.call({ ...call, deadline: inMs(-1) })).rejects.toMatchObject(failure);
    expect(api.received).toHaveLength(0);
  });

  it('closes the connection of a read that nobody waits for', async () => {
    api.script('hang');
    const { client } = clientOf(api.origin);
    const deadline = inMs(60_000);
    const reading = client.call({ ...READ, deadline });
    while (api.received.length === 0) await new Promise((wake) => setTimeout(wake, 5));
    deadline.cancel();
    await expect(reading).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('does not repeat what nobody waits for', async () => {
    api.script({ status: 503 });
    const deadline = inMs(60_000);
    const { client } = clientOf(api.origin, { sleep: async () => deadline.cancel() });
    await expect(client.call({ ...READ, deadline })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(api.received).toHaveLength(1);
  });

  it('remembers, when its time is over between two tries, that the first may have been carried out', async () => {
    api.script('reset');
    const deadline = inMs(60_000);
    const { client } = clientOf(api.origin, { sleep: async () => deadline.cancel() });
    await expect(client.call({ ...CHANGE, deadline })).rejects.toMatchObject({ mayHaveHappened: true });
    expect(api.received).toHaveLength(1);
  });

  it('gives a read that hangs a second try, and a change all the time that there is', async () => {
    api.script('hang', OK);
    const { client } = clientOf(api.origin, { tryTimeoutMs: 60 });
    expect(await client.call({ ...READ, deadline: inMs(20_000) })).toMatchObject({ status: 200 });
    api.script('hang', OK);
    await expect(client.call({ ...CHANGE, deadline: inMs(200) })).rejects.toMatchObject({ kind: 'timeout' });
    expect(api.received).toHaveLength(1);
  });
});

describe('the retry budget of a client', () => {
  it('ends repetitions when it is spent, and says so in a metric', async () => {
    const api = await startScriptedApi();
    api.script({ status: 503 });
    const limits = { ...RETRY_BUDGET, share: 0, floor: 3, reserve: 2 };
    const { client, metrics } = clientOf(api.origin, { budget: new RetryBudget({ limits, now: () => 0 }) });
    await expect(client.call(READ)).rejects.toMatchObject({ status: 503 });
    expect(api.received).toHaveLength(2);
    await expect(client.call(READ)).rejects.toMatchObject({ status: 503 });
    expect(api.received).toHaveLength(3);
    expect((await metrics.upstreamRetriesRefused.get()).values).toMatchObject([{ value: 2 }]);
    // What is kept back is for a change that may have been carried out.
    await expect(client.call(CHANGE)).rejects.toMatchObject({ status: 503, mayHaveHappened: true });
    expect(api.received).toHaveLength(6);
  });
});

describe('while the breaker is open', () => {
  const refused = () => new UpstreamFailure({ kind: 'refused', route: '/cards', retryAfterMs: 700 });

  /** Lets the tries through that it is told, one by one. */
  function aGate(...isOpen: boolean[]): UpstreamGate {
    let tries = 0;
    return {
      pass: async (_pass, send) => {
        if (isOpen[tries++]) throw refused();
        return send();
      },
      refusedForMs: () => (isOpen[tries] ? 700 : 0),
    };
  }

  it.each([
    ['a read', READ],
    ['a change', CHANGE],
  ])('%s that was never sent fails at once, and has surely not happened', async (_what, call) => {
    const api = await startScriptedApi();
    api.script(OK);
    const { client, slept } = clientOf(api.origin, { gate: aGate(true, true) });
    await expect(client.call(call)).rejects.toMatchObject({ kind: 'refused', mayHaveHappened: false });
    expect([api.received.length, slept]).toEqual([0, []]);
  });

  it('a change that may have been carried out waits for the next trial, and gets its answer', async () => {
    const api = await startScriptedApi();
    api.script('reset', { status: 201, body: '{"id":"c1"}' });
    const { client, slept } = clientOf(api.origin, { gate: aGate(false, true, false) });
    expect(await client.call(CHANGE)).toMatchObject({ status: 201 });
    expect(slept).toEqual([700, 700]);
    expect(api.received.map(({ headers }) => headers['idempotency-key'])).toEqual([
      CHANGE.idempotencyKey,
      CHANGE.idempotencyKey,
    ]);
  });

  it('it stays unknown when that does not help', async () => {
    const api = await startScriptedApi();
    api.script('reset');
    const { client } = clientOf(api.origin, { gate: aGate(false, true, true) });
    await expect(client.call(CHANGE)).rejects.toMatchObject({ kind: 'refused', mayHaveHappened: true });
  });
});
