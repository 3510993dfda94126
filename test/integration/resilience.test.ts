import { UPSTREAM_PROSE_MARKER } from '../../sandbox/sandbox.js';
import * as op from '../operations/generated.js';
import { type ApiSandbox, startApiSandbox } from '../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { ADDRESS, createActiveAccount, createActiveCustomer, present } from '../support/guide.js';

const demo = demoProgramme();
const active = firstOf(demo.cards, ({ status }) => status === 'active');
const NO_CACHE = { CACHE_TTL_SECONDS: '0' };
const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE', retryable: true };

/** Asks until the API is asked again: the breaker lets something through after a second. */
async function untilBack(gateway: TestGateway, id: string): Promise<void> {
  for (;;) {
    const { body } = await gateway.execute(op.CardDocument, { id });
    if (!body.errors) return expect(body.data?.card?.id).toBe(id);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

describe('an API in trouble', () => {
  let api: ApiSandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    api = await startApiSandbox();
  });

  beforeEach(async () => {
    api.running.clearFaults();
    // Of its own: what one test does to breaker and budget is nothing to the next.
    gateway = await startTestGateway({ api, env: NO_CACHE });
    gateway.resetCalls();
  });

  const readCard = () => gateway.execute(op.CardDocument, { id: active.id });

  it('that is killed gives UPSTREAM_UNAVAILABLE, and one that comes back is used', async () => {
    await gateway.run(op.CardDocument, { id: active.id });
    const refusedBefore = api.refusals.total();
    await api.stop();
    const away = await Promise.all([1, 2, 3].map(readCard));
    for (const { status, body } of away) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ data: { card: null }, errors: [{ path: ['card'], extensions: UNAVAILABLE }] });
    }
    const refused = await gateway.execute(op.DeactivateCardDocument, { input: { cardId: active.id } });
    expect(refused.body.errors?.[0]?.extensions).toMatchObject(UNAVAILABLE);
    expect((await gateway.run(op.ViewerDocument, {})).viewer.subject).toBe('staff');
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);

    await api.restart();
    gateway.resetCalls();
    await untilBack(gateway, active.id);
    // The sandbox has forgotten its tokens: the first request is refused with 401 and repeated with a new one.
    expect(api.running.stats().requests).toMatchObject({ 'POST /auth/token': 1, 'GET /cards/{cardId}': 2 });
    gateway.expectRefusals({ tokens: api.refusals.total().tokens - refusedBefore.tokens });
  });

  it('that is killed in the midst of many requests answers each of them, and the process lives', async () => {
    const refusedBefore = api.refusals.total();
    api.running.injectFault({ fault: { kind: 'latency', ms: 50 } });
    const running = demo.cards.map(({ id }) => gateway.execute(op.CardDocument, { id }));
    await gateway.execute(op.ViewerDocument, {});
    await api.stop();
    for (const { body } of await Promise.all(running)) {
      if (body.errors) expect(body.errors[0]?.extensions).toMatchObject(UNAVAILABLE);
      else expect(body.data?.card).not.toBeNull();
    }
    await api.restart();
    await untilBack(gateway, active.id);
    gateway.expectRefusals({ tokens: api.refusals.total().tokens - refusedBefore.tokens });
  });

  it('that forgets its tokens is asked for one new token, whatever runs at that time', async () => {
    await gateway.run(op.CardDocument, { id: active.id });
    gateway.resetCalls();
    api.running.expireTokens();
    await Promise.all(demo.cards.map(({ id }) => gateway.run(op.CardDocument, { id })));
    const { requests, refusedTokens } = api.running.stats();
    expect(requests['POST /auth/token']).toBe(1);
    expect(refusedTokens).toBeGreaterThan(0);
    gateway.expectRefusals({ tokens: refusedTokens });
  });

  it('whose token expires before a mutation carries that mutation out once', async () => {
    const accountId = await createActiveAccount(gateway, await createActiveCustomer(gateway));
    gateway.resetCalls();
    api.running.expireTokens();
    const payload = await gateway.mutate(op.CreateCardDocument, {
      accountId,
      type: 'VIRTUAL',
      billingAddress: ADDRESS,
    });
    expect(payload).toMatchObject({ card: { accountId }, userErrors: [] });
    expect(Object.values(api.running.stats().executions)).toEqual([1]);
    gateway.expectRefusals({ tokens: 1 });
  });

  it.each([
    ['the connection dropped', { kind: 'drop-after-commit' }],
    ['a 502', { kind: 'status-after-commit', status: 502 }],
  ] as const)(
    'that has carried out createCard but answers with %s: one card, and the answer arrives',
    async (_how, fault) => {
      const accountId = await createActiveAccount(gateway, await createActiveCustomer(gateway));
      gateway.resetCalls();
      api.running.injectFault({ fault, method: 'POST', path: '/accounts/*/cards', times: 1 });
      const input = { accountId, type: 'VIRTUAL' as const, billingAddress: ADDRESS };
      const { card, userErrors } = await gateway.mutate(op.CreateCardDocument, input);
      expect(userErrors).toEqual([]);
      const { executions, replays } = api.running.stats();
      expect([Object.values(executions), replays]).toEqual([[1], 1]);
      const { account } = await gateway.run(op.AccountCardsDocument, { id: accountId });
      expect(account?.cards?.map(({ id }) => id)).toEqual([present(card).id]);
    },
  );

  it.each([
    ['503', { kind: 'status', status: 503 }],
    ['500 and a text', { kind: 'status', status: 500 }],
    ['429', { kind: 'status', status: 429 }],
    ['a reset connection', { kind: 'reset' }],
  ] as const)('that answers a read with %s: three times is repeated, four times is an error', async (_how, fault) => {
    api.running.injectFault({ fault, method: 'GET', path: '/cards/*', times: 3 });
    expect((await gateway.run(op.CardDocument, { id: active.id })).card?.id).toBe(active.id);
    expect(gateway.upstreamCalls()).toEqual({ 'GET /cards/{cardId}': 4 });

    api.running.injectFault({ fault, method: 'GET', path: '/cards/*', times: 4 });
    const answer = await readCard();
    expect(answer.body).toMatchObject({
      data: { card: null },
      errors: [{ path: ['card'], extensions: UNAVAILABLE }],
    });
    expect(answer.text).not.toContain(UPSTREAM_PROSE_MARKER);
  });

  it('in one field leaves the rest of the answer standing', async () => {
    api.running.injectFault({ fault: { kind: 'status', status: 503 }, path: '/accounts/*/cards' });
    const { body } = await gateway.execute(op.AccountCardsDocument, { id: active.accountId });
    expect(body.data).toMatchObject({ account: { id: active.accountId, status: 'ACTIVE', cards: null } });
    expect(body.errors).toMatchObject([{ path: ['account', 'cards'], extensions: UNAVAILABLE }]);
  });

  it('that refuses an act without doing it is no unknown outcome', async () => {
    api.running.injectFault({ fault: { kind: 'status', status: 429 }, method: 'PATCH' });
    const { body } = await gateway.execute(op.DeactivateCardDocument, { input: { cardId: active.id } });
    expect(body.errors?.[0]?.extensions).toMatchObject(UNAVAILABLE);
    const { card } = await gateway.run(op.CardDocument, { id: active.id });
    expect(card?.status).toBe('ACTIVE');
  });

  it('whose every answer to an act is lost makes it OUTCOME_UNKNOWN; the same key tells later', async () => {
    api.running.injectFault({ fault: { kind: 'drop-after-commit' }, method: 'PATCH', path: '/cards/*/deactivate' });
    const lost = await gateway.mutate(op.DeactivateCardDocument, { cardId: active.id });
    expect(lost).toMatchObject({ card: null, userErrors: [{ code: 'OUTCOME_UNKNOWN' }] });
    api.running.clearFaults();
    const idempotencyKey = lost.idempotency.key;
    const told = await gateway.mutate(op.DeactivateCardDocument, { cardId: active.id, idempotencyKey });
    expect(told).toMatchObject({ card: { id: active.id, status: 'INACTIVE' }, userErrors: [] });
    expect(Object.values(api.running.stats().executions)).toEqual([1]);
  });

  it('with an unknown outcome leaves no stale state behind in the cache', async () => {
    const cached = await startTestGateway({ api });
    const own = firstOf(demo.of('sofia-marques').cards, ({ status }) => status === 'active');
    await cached.run(op.AccountCardsDocument, { id: own.accountId });
    await cached.run(op.CardDocument, { id: own.id });
    api.running.injectFault({ fault: { kind: 'drop-after-commit' }, method: 'PATCH', path: '/cards/*/deactivate' });
    const lost = await cached.mutate(op.DeactivateCardDocument, { cardId: own.id });
    expect(lost.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
    expect((await cached.run(op.CardDocument, { id: own.id })).card?.status).toBe('INACTIVE');
    const { account } = await cached.run(op.AccountCardsDocument, { id: own.accountId });
    expect(account?.cards?.find(({ id }) => id === own.id)?.status).toBe('INACTIVE');
  });
});

describe('an API that never answers', () => {
  it('gives UPSTREAM_TIMEOUT for a read and OUTCOME_UNKNOWN for an act, within the deadline', async () => {
    const gateway = await startTestGateway({ env: { ...NO_CACHE, OPERATION_DEADLINE_MS: '300' } });
    await gateway.run(op.CardDocument, { id: active.id });
    gateway.sandbox.injectFault({ fault: { kind: 'hang' }, path: '/cards/**' });
    const { body } = await gateway.execute(op.CardDocument, { id: active.id });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_TIMEOUT', retryable: true });
    const { userErrors } = await gateway.mutate(op.TerminateCardDocument, { cardId: active.id });
    expect(userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
  });
});
