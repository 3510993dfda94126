import { randomUUID } from 'node:crypto';
import { parse } from 'graphql';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import {
  ADDRESS,
  aWallet,
  createActiveAccount,
  createActiveCustomer,
  present,
  WALLET_SIGNATURE,
} from '../support/guide.js';
import { describeWithRedis, startRedisServer } from '../support/redis.js';
import { closeAfterAll } from '../support/teardown.js';

const demo = demoProgramme();
const active = firstOf(demo.cards, ({ status }) => status === 'active');
const ACCOUNT = { type: 'CARD_ACCOUNT' as const, currencies: ['EUR'] };

describe('a mutation that is repeated with its key', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ env: { CACHE_TTL_SECONDS: '0' } });
  });
  afterEach(() => gateway.sandbox.clearFaults());

  const outcome = async (idempotencyKey: string, caller = {}) =>
    (await gateway.run(op.MutationOutcomeDocument, { idempotencyKey }, caller)).mutationOutcome;

  it('gives the entity as it is now, and sends nothing that changes anything', async () => {
    const idempotencyKey = randomUUID();
    const input = { cardId: active.id, idempotencyKey };
    const first = await gateway.mutate(op.DeactivateCardDocument, input);
    expect(first).toMatchObject({
      card: { status: 'INACTIVE' },
      idempotency: { key: idempotencyKey, replayed: false },
    });
    await gateway.mutate(op.ActivateCardDocument, { cardId: active.id });
    const calls = await gateway.callsOf(async () => {
      const again = await gateway.mutate(op.DeactivateCardDocument, { ...input, cardId: active.id.toUpperCase() });
      expect(again).toMatchObject({ card: { id: active.id, status: 'ACTIVE' }, userErrors: [] });
      expect(again.idempotency).toEqual({ key: idempotencyKey, replayed: true });
    });
    expect(calls).toEqual({ 'GET /cards/{cardId}': 1 });
    expect(await outcome(idempotencyKey)).toEqual({
      key: idempotencyKey,
      mutation: 'deactivateCard',
      state: 'SUCCEEDED',
      entityId: active.id,
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it('has the key of the header with the alias mixed in, which the answer names and mutationOutcome knows', async () => {
    const header = randomUUID();
    const query = `mutation ($input: CardActionInput!) {
      one: deactivateCard(input: $input) { idempotency { key replayed } }
      two: activateCard(input: $input) { idempotency { key replayed } }
    }`;
    const variables = { input: { cardId: active.id } };
    const send = async () =>
      (await gateway.post({ query, variables }, { headers: { 'idempotency-key': header.toUpperCase() } })).body
        .data as Record<'one' | 'two', { idempotency: { key: string; replayed: boolean } }>;
    const first = await send();
    const again = await send();
    const keys = [first.one, first.two].map(({ idempotency }) => idempotency.key);
    expect(new Set([...keys, header]).size).toBe(3);
    expect(again).toEqual({
      one: { idempotency: { key: keys[0], replayed: true } },
      two: { idempotency: { key: keys[1], replayed: true } },
    });
    expect(await outcome(keys[0] ?? '')).toMatchObject({ key: keys[0], mutation: 'deactivateCard' });
    expect(await outcome(keys[1] ?? '')).toMatchObject({ key: keys[1], mutation: 'activateCard' });
    expect(await outcome(header)).toBeNull();
    // The key that was answered serves as well as the header.
    const byInput = await gateway.mutate(op.ActivateCardDocument, { cardId: active.id, idempotencyKey: keys[1] ?? '' });
    expect(byInput.idempotency.replayed).toBe(true);
  });

  it('gives the challenge that can be signed now, and reads it only for who asks: reading ends earlier ones', async () => {
    const { id: customerId, wallet } = await createActiveCustomer(gateway);
    const input = { customerId, ...ACCOUNT, idempotencyKey: randomUUID() };
    const first = await gateway.mutate(op.CreateAccountDocument, input);
    const accountId = present(first.account).id;

    const idOnly = parse('mutation ($input: CreateAccountInput!) { createAccount(input: $input) { account { id } } }');
    const frugal = await gateway.callsOf(async () => {
      expect(await gateway.run(idOnly as never, { input })).toEqual({ createAccount: { account: { id: accountId } } });
    });
    expect(frugal).toEqual({ 'GET /accounts/{accountId}': 1 });

    const again = await gateway.mutate(op.CreateAccountDocument, input);
    expect(again).toMatchObject({ account: { id: accountId, status: 'INITIATING' }, userErrors: [] });
    const challenge = present(again.challenge).value;
    const proof = { accountId, ownerId: wallet, challenge, signature: WALLET_SIGNATURE };
    expect((await gateway.mutate(op.SignAccountChallengeDocument, proof)).userErrors).toEqual([]);
    const signed = await gateway.mutate(op.CreateAccountDocument, input);
    expect(signed).toMatchObject({ account: { id: accountId, status: 'ACTIVE' }, challenge: null });
  });

  it('is answered after a request whose other mutation failed, and took its answer along', async () => {
    const query = `mutation ($customer: CreateCustomerInput!, $card: CardActionInput!) {
      createCustomer(input: $customer) { customer { id } idempotency { replayed } }
      deactivateCard(input: $card) { card { status } userErrors { code } }
    }`;
    const customer = { chainId: aWallet(), externalId: randomUUID(), idempotencyKey: randomUUID() };
    const variables = { customer, card: { cardId: active.id, idempotencyKey: randomUUID() } };
    gateway.sandbox.injectFault({ method: 'PATCH', fault: { kind: 'status', status: 429 } });
    const lost = await gateway.post({ query, variables });
    expect(lost.body).toMatchObject({ data: null, errors: [{ path: ['deactivateCard'] }] });
    gateway.sandbox.clearFaults();
    const { entityId } = present(await outcome(customer.idempotencyKey));
    expect((await gateway.post({ query, variables })).body.data).toMatchObject({
      createCustomer: { customer: { id: entityId }, idempotency: { replayed: true } },
    });
  });

  it('creates a customer once, with the challenge that it has', async () => {
    const input = { chainId: aWallet(), externalId: randomUUID(), idempotencyKey: randomUUID() };
    const [first, again] = [
      await gateway.mutate(op.CreateCustomerDocument, input),
      await gateway.mutate(op.CreateCustomerDocument, input),
    ];
    expect(again.customer?.id).toBe(present(first.customer).id);
    expect(again.challenge?.value).toEqual(expect.any(String));
    expect([first.idempotency.replayed, again.idempotency.replayed]).toEqual([false, true]);
    // Under another key it is there already, and that stays so.
    const other = { ...input, idempotencyKey: randomUUID() };
    for (const replayed of [false, true]) {
      const refused = await gateway.mutate(op.CreateCustomerDocument, other);
      expect(refused).toMatchObject({ customer: null, userErrors: [{ code: 'ALREADY_EXISTS', httpStatus: 409 }] });
      expect(refused.idempotency.replayed).toBe(replayed);
    }
    expect(await outcome(other.idempotencyKey)).toMatchObject({ state: 'FAILED', entityId: null });
  });

  it('gives a refusal again as it was, with its type and fields', async () => {
    const owner = await createActiveCustomer(gateway);
    const accountId = await createActiveAccount(gateway, owner);
    const aCard = { accountId, type: 'VIRTUAL' as const, billingAddress: ADDRESS };
    const { card } = await gateway.mutate(op.CreateCardDocument, aCard);
    const input = { ...aCard, idempotencyKey: randomUUID() };
    const first = await gateway.mutate(op.CreateCardDocument, input);
    expect(first.userErrors).toMatchObject([{ __typename: 'CardLimitReachedError', existingCard: { id: card?.id } }]);
    const again = await gateway.mutate(op.CreateCardDocument, input);
    expect(again.userErrors).toEqual(first.userErrors);
    expect([again.card, again.idempotency.replayed]).toEqual([null, true]);
  });

  it('is not answered to a token that may no longer do it', async () => {
    const input = { cardId: active.id, idempotencyKey: randomUUID() };
    await gateway.mutate(op.DeactivateCardDocument, input);
    const reading = { scopes: ['cards:read', 'programme'] };
    const { body } = await gateway.execute(op.DeactivateCardDocument, { input }, reading);
    expect(body.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    await gateway.mutate(op.ActivateCardDocument, { cardId: active.id });
  });

  it('updates a webhook subscription once, and says so after it is gone', async () => {
    const hook = { callbackUrl: 'https://example.com/hook', types: ['CARD_UPDATED' as const] };
    const { webhookSubscription } = await gateway.mutate(op.CreateWebhookSubscriptionDocument, hook);
    const id = present(webhookSubscription).id;
    const update = { id, ...hook, callbackUrl: 'https://example.com/other', idempotencyKey: randomUUID() };
    await gateway.mutate(op.UpdateWebhookSubscriptionDocument, update);
    const removal = { id, idempotencyKey: randomUUID() };
    for (const replayed of [false, true]) {
      const answer = await gateway.mutate(op.DeleteWebhookSubscriptionDocument, removal);
      expect(answer).toMatchObject({ deletedId: id, userErrors: [], idempotency: { replayed } });
    }
    const late = await gateway.mutate(op.UpdateWebhookSubscriptionDocument, update);
    expect(late).toMatchObject({ webhookSubscription: null, userErrors: [], idempotency: { replayed: true } });
  });

  it('counts as a replay', async () => {
    const input = { cardId: active.id, idempotencyKey: randomUUID() };
    for (let time = 0; time < 3; time += 1) await gateway.mutate(op.DeactivateCardDocument, input);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/^gateway_mutation_replays_total\{mutation="deactivateCard"\} [2-9]/m);
  });
});

describe('a mutation that waits for another one with its key', () => {
  it('waits no longer than its operation lives, however much of that went by before', async () => {
    const gateway = await startTestGateway({ env: { OPERATION_DEADLINE_MS: '1200' } });
    gateway.sandbox.injectFault({ method: 'POST', path: '/customers', fault: { kind: 'hang' } });
    const anInput = () => ({ chainId: aWallet(), externalId: randomUUID(), idempotencyKey: randomUUID() });
    const [one, two] = [anInput(), anInput()];
    const query = `mutation ($one: CreateCustomerInput!, $two: CreateCustomerInput!) {
      one: createCustomer(input: $one) { userErrors { code } }
      two: createCustomer(input: $two) { userErrors { code } }
    }`;
    const startedAt = performance.now();
    const both = gateway.post({ query, variables: { one, two } });
    await new Promise((resolve) => setTimeout(resolve, 900));
    const meanwhile = gateway.execute(op.CreateCustomerDocument, { input: two });
    expect((await both).body.data).toEqual({
      one: { userErrors: [{ code: 'OUTCOME_UNKNOWN' }] },
      two: { userErrors: [{ code: 'IDEMPOTENCY_KEY_IN_FLIGHT' }] },
    });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    await meanwhile;
  });
});

describe('mutationOutcome', () => {
  it('tells nobody of the mutations of others, and nobody at all without a token', async () => {
    const gateway = await startTestGateway();
    const { customer, accounts } = demo.of('amelia-hart');
    const own = firstOf(demo.of('amelia-hart').cards, ({ status }) => status === 'active');
    const idempotencyKey = randomUUID();
    const owner = { customerId: customer.id };
    await gateway.mutate(op.DeactivateCardDocument, { cardId: own.id, idempotencyKey }, owner);
    const ask = (caller: object) => gateway.execute(op.MutationOutcomeDocument, { idempotencyKey }, caller);
    expect((await ask(owner)).body.data?.mutationOutcome).toMatchObject({ entityId: own.id });
    for (const stranger of [{}, { customerId: demo.of('sofia-marques').customer.id }]) {
      expect((await ask(stranger)).body).toEqual({ data: { mutationOutcome: null } });
    }
    expect((await ask({ token: null })).body.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    // The same key of another caller is another mutation.
    const theirs = await gateway.mutate(op.CloseAccountDocument, { accountId: firstOf(accounts).id, idempotencyKey });
    expect(theirs.idempotency.replayed).toBe(false);
  });
});

describeWithRedis('records in the Redis of several gateways', () => {
  it('hold nothing of an input but IDs, and nothing of an answer but its entity', async () => {
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    const gateway = await startTestGateway({ env: { REDIS_URL: redis.url } });
    const customer = { chainId: aWallet(), externalId: `planted-${randomUUID()}`, idempotencyKey: randomUUID() };
    const { challenge } = await gateway.mutate(op.CreateCustomerDocument, customer);
    const accountId = await createActiveAccount(gateway, await createActiveCustomer(gateway));
    const billingAddress = { ...ADDRESS, city: 'Plantedville' };
    await gateway.mutate(op.CreateCardDocument, { accountId, type: 'VIRTUAL', billingAddress });
    await gateway.mutate(op.CreateCardDocument, { accountId, type: 'VIRTUAL', billingAddress });

    const script = `local all = {}
      for _, key in ipairs(redis.call('KEYS', '*:mutation-1:*')) do all[#all + 1] = key .. redis.call('GET', key) end
      return table.concat(all, '\\n')`;
    const stored = await redis.command('EVAL', script, '0');
    expect(stored.split('\n').length).toBeGreaterThan(6);
    expect(stored).toContain('CardLimitReachedError');
    const token = await gateway.token();
    const secrets = [
      customer.chainId,
      customer.externalId,
      present(challenge).value,
      'Plantedville',
      ADDRESS.firstLine,
    ];
    for (const secret of [...secrets, WALLET_SIGNATURE, Buffer.from(WALLET_SIGNATURE).toString('base64'), token]) {
      expect(stored).not.toContain(secret);
    }
  });

  it('that cannot be read are an error for mutationOutcome and none for a mutation', async () => {
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    const gateway = await startTestGateway({ env: { REDIS_URL: redis.url } });
    await redis.kill();
    const idempotencyKey = randomUUID();
    const ask = () => gateway.execute(op.MutationOutcomeDocument, { idempotencyKey });
    expect((await ask()).body.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    const card = firstOf(demo.cards, ({ status }) => status === 'active');
    for (const replayed of [false, true]) {
      const answer = await gateway.mutate(op.DeactivateCardDocument, { cardId: card.id, idempotencyKey });
      expect(answer).toMatchObject({ card: { status: 'INACTIVE' }, idempotency: { replayed } });
    }
    expect((await ask()).body.data?.mutationOutcome).toMatchObject({ state: 'SUCCEEDED' });
  });
});
