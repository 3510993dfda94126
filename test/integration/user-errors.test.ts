import { randomUUID } from 'node:crypto';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { MutationDocument } from '../support/graphql-client.js';
import {
  ADDRESS,
  aWallet,
  createActiveAccount,
  createActiveCustomer,
  present,
  WALLET_SIGNATURE,
} from '../support/guide.js';

const demo = demoProgramme();
const idOf = <E extends { id: string; status: string }>(items: E[], status: string) =>
  firstOf(items, (item) => item.status === status).id;
const challenge = Buffer.from('not the one that was issued').toString('base64');
const proof = { challenge, signature: WALLET_SIGNATURE };

interface AnyPayload {
  userErrors: op.UserErrorFieldsFragment[];
  idempotency: op.IdempotencyFieldsFragment;
}

describe('business errors', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });

  const absent = randomUUID();
  const aCard = { type: 'VIRTUAL', billingAddress: ADDRESS } as const;
  const anAccount = { type: 'CARD_ACCOUNT' as const, currencies: ['EUR'] };
  const aWebhook = { callbackUrl: 'https://example.com/hook', types: ['CARD_UPDATED' as const] };
  const owner = 'eip155:300:0x8ba1f109551bD432803012645Ac136ddd64DBA72';
  const aPayment = { amount: '1', currency: 'EUR', capture: true };
  const on = <TInput>(document: MutationDocument<AnyPayload, TInput>, input: TInput) => ({
    send: () => gateway.mutate(document, input),
  });

  it.each([
    ['customerId', on(op.SignCustomerChallengeDocument, { customerId: absent, ...proof })],
    ['customerId', on(op.ActivateCustomerDocument, { customerId: absent })],
    ['customerId', on(op.DeactivateCustomerDocument, { customerId: absent })],
    ['customerId', on(op.SimulateCustomerVerificationDocument, { customerId: absent })],
    ['customerId', on(op.SimulateCustomerRejectionDocument, { customerId: absent })],
    ['customerId', on(op.CreateAccountDocument, { customerId: absent, ...anAccount })],
    ['accountId', on(op.SignAccountChallengeDocument, { accountId: absent, ownerId: owner, ...proof })],
    ['accountId', on(op.ActivateAccountDocument, { accountId: absent })],
    ['accountId', on(op.DeactivateAccountDocument, { accountId: absent })],
    ['accountId', on(op.CloseAccountDocument, { accountId: absent })],
    ['accountId', on(op.CreateCardDocument, { accountId: absent, ...aCard })],
    ['cardId', on(op.ActivateCardDocument, { cardId: absent })],
    ['cardId', on(op.DeactivateCardDocument, { cardId: absent })],
    ['cardId', on(op.TerminateCardDocument, { cardId: absent })],
    ['cardId', on(op.SimulateCardIssueDocument, { cardId: absent })],
    ['cardId', on(op.SimulateCardIssueFailureDocument, { cardId: absent })],
    ['cardId', on(op.SimulateCardAuthorisationDocument, { cardId: absent, ...aPayment })],
    ['authorisationId', on(op.SimulateAuthorisationCaptureDocument, { authorisationId: absent })],
    ['authorisationId', on(op.SimulateAuthorisationReleaseDocument, { authorisationId: absent })],
    ['id', on(op.UpdateWebhookSubscriptionDocument, { id: absent, ...aWebhook })],
    ['id', on(op.DeleteWebhookSubscriptionDocument, { id: absent })],
  ])('NOT_FOUND names the input field %s (%#)', async (field, { send }) => {
    const message = expect.any(String);
    expect((await send()).userErrors).toEqual([
      { __typename: 'NotFoundError', code: 'NOT_FOUND', field: ['input', field], message },
    ]);
  });

  it('NOT_FOUND on an update of a webhook subscription creates none', async () => {
    expect(await gateway.run(op.WebhookSubscriptionsDocument, {})).toEqual({ webhookSubscriptions: [] });
  });

  const card = (status: string) => ({ cardId: idOf(demo.cards, status) });
  const account = (status: string) => ({ accountId: idOf(demo.accounts, status) });
  const customer = (status: string) => ({ customerId: idOf(demo.customers, status) });
  const payment = (status: string) => ({ authorisationId: idOf(demo.authorisations, status) });

  it.each([
    ['a suspended card', on(op.ActivateCardDocument, card('suspended')), { cardStatus: 'SUSPENDED', cardActions: [] }],
    ['an inactive card', on(op.TerminateCardDocument, card('inactive')), { cardActions: ['ACTIVATE'] }],
    ['a terminated card', on(op.DeactivateCardDocument, card('terminated')), { cardStatus: 'TERMINATED' }],
    ['a card being issued', on(op.ActivateCardDocument, card('issuing')), { cardStatus: 'ISSUING', cardActions: [] }],
    [
      'an issued card',
      on(op.SimulateCardIssueDocument, card('active')),
      { cardStatus: 'ACTIVE', cardActions: ['DEACTIVATE', 'TERMINATE'] },
    ],
    [
      'a blocked card',
      on(op.SimulateCardAuthorisationDocument, { ...card('blocked'), ...aPayment }),
      { cardStatus: 'BLOCKED', cardActions: [] },
    ],
    ['a closed account', on(op.ActivateAccountDocument, account('closed')), { accountStatus: 'CLOSED' }],
    ['an inactive account', on(op.CloseAccountDocument, account('inactive')), { accountActions: ['ACTIVATE'] }],
    ['a failed account', on(op.CreateCardDocument, { ...account('failed'), ...aCard }), { accountStatus: 'FAILED' }],
    [
      'a pending account',
      on(op.SignAccountChallengeDocument, { ...account('pending'), ownerId: owner, ...proof }),
      { accountStatus: 'PENDING', accountActions: [] },
    ],
    [
      'an active account',
      on(op.ActivateAccountDocument, account('active')),
      { accountStatus: 'ACTIVE', accountActions: ['DEACTIVATE', 'CLOSE'] },
    ],
    ['a rejected customer', on(op.ActivateCustomerDocument, customer('rejected')), { customerStatus: 'REJECTED' }],
    [
      'an active customer',
      on(op.SimulateCustomerVerificationDocument, customer('active')),
      { customerStatus: 'ACTIVE', customerActions: ['DEACTIVATE'] },
    ],
    [
      'an inactive customer',
      on(op.CreateAccountDocument, { ...customer('inactive'), ...anAccount }),
      { customerStatus: 'INACTIVE', customerActions: ['ACTIVATE'] },
    ],
    [
      'a verifying customer',
      on(op.SignCustomerChallengeDocument, { ...customer('verifying'), ...proof }),
      { customerStatus: 'VERIFYING', customerActions: [] },
    ],
    [
      'a captured authorisation',
      on(op.SimulateAuthorisationReleaseDocument, payment('captured')),
      { authorisationStatus: 'CAPTURED' },
    ],
    [
      'a released authorisation',
      on(op.SimulateAuthorisationCaptureDocument, payment('released')),
      { authorisationStatus: 'RELEASED' },
    ],
  ])('INVALID_STATE tells the state of %s and what it allows', async (_what, { send }, state) => {
    const { userErrors, ...payload } = await send();
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE', ...state }]);
    expect(userErrors).toHaveLength(1);
    expect(Object.values(payload)).toContain(null);
  });

  it('REJECTED_BY_API answers a challenge that is not the one that was issued', async () => {
    const input = { ...customer('initiating'), ...proof };
    const { userErrors } = await gateway.mutate(op.SignCustomerChallengeDocument, input);
    expect(userErrors).toMatchObject([
      { __typename: 'RejectedByApiError', code: 'REJECTED_BY_API', field: ['input', 'signature'], httpStatus: 400 },
    ]);
  });

  it('CARD_LIMIT_REACHED shows the card that takes the place', async () => {
    const existing = firstOf(demo.cards, ({ type, status }) => type === 'physical' && status === 'active');
    const { accountId } = existing;
    const { userErrors } = await gateway.mutate(op.CreateCardDocument, {
      accountId,
      type: 'PHYSICAL',
      billingAddress: ADDRESS,
      shippingAddress: ADDRESS,
    });
    expect(userErrors).toMatchObject([
      {
        code: 'CARD_LIMIT_REACHED',
        field: ['input', 'type'],
        existingCard: { id: existing.id, type: 'PHYSICAL', status: 'ACTIVE' },
      },
    ]);
  });

  it('ALREADY_EXISTS answers a customer of the same wallet and external ID', async () => {
    const input = { chainId: aWallet(), externalId: 'comes-twice' };
    expect((await gateway.mutate(op.CreateCustomerDocument, input)).userErrors).toEqual([]);
    const { userErrors } = await gateway.mutate(op.CreateCustomerDocument, input);
    expect(userErrors).toMatchObject([{ code: 'ALREADY_EXISTS', field: ['input', 'externalId'] }]);
  });

  describe('and idempotency keys', () => {
    let accountId: string;
    const executions = () => Object.values(gateway.sandbox.stats().executions);

    beforeEach(async () => {
      accountId = await createActiveAccount(gateway, await createActiveCustomer(gateway));
      gateway.resetCalls();
    });

    it('the same key and input give the same card, made once', async () => {
      const input = { accountId, ...aCard, idempotencyKey: randomUUID() };
      const answers = await Promise.all([1, 2, 3].map(() => gateway.mutate(op.CreateCardDocument, input)));
      const again = await gateway.mutate(op.CreateCardDocument, { ...input });
      const ids = [...answers, again].map((answer) => answer.card?.id);
      expect(new Set(ids)).toEqual(new Set([present(again.card).id]));
      expect(again.idempotency.key).toBe(input.idempotencyKey);
      expect(executions()).toEqual([1]);
    });

    it('the same key with another input is IDEMPOTENCY_KEY_REUSED, and nothing is made', async () => {
      const idempotencyKey = randomUUID();
      const { card: first } = await gateway.mutate(op.CreateCardDocument, { accountId, ...aCard, idempotencyKey });
      const other = { ...aCard, billingAddress: { ...ADDRESS, city: 'Lyon' } };
      const refused = await gateway.mutate(op.CreateCardDocument, { accountId, ...other, idempotencyKey });
      expect(refused).toMatchObject({
        card: null,
        userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] }],
        idempotency: { key: idempotencyKey },
      });
      const { account: shown } = await gateway.run(op.AccountCardsDocument, { id: accountId });
      expect(shown?.cards?.map(({ id }) => id)).toEqual([first?.id]);
    });

    it('one key of two callers makes two different calls', async () => {
      const idempotencyKey = randomUUID();
      const customerId = (await gateway.run(op.AccountDocument, { id: accountId })).account?.customerId;
      const { card: made } = await gateway.mutate(op.CreateCardDocument, { accountId, ...aCard, idempotencyKey });
      const theirs = await gateway.mutate(
        op.CreateCardDocument,
        { accountId, ...aCard, idempotencyKey },
        { customerId: present(customerId) },
      );
      expect(theirs.userErrors).toMatchObject([{ code: 'CARD_LIMIT_REACHED', existingCard: { id: made?.id } }]);
    });

    it('the key of the header is mixed with the alias, so that two fields are two mutations', async () => {
      const key = randomUUID();
      const query = `mutation ($virtual: CreateCardInput!, $physical: CreateCardInput!) {
        virtual: createCard(input: $virtual) { card { id type } userErrors { code } idempotency { key } }
        physical: createCard(input: $physical) { card { id type } userErrors { code } idempotency { key } }
      }`;
      const variables = {
        virtual: { accountId, ...aCard },
        physical: { accountId, ...aCard, type: 'PHYSICAL', shippingAddress: ADDRESS },
      };
      const send = () => gateway.post({ query, variables }, { headers: { 'idempotency-key': key.toUpperCase() } });
      const first = (await send()).body;
      expect(first.data).toMatchObject({
        virtual: { card: { type: 'VIRTUAL' }, userErrors: [] },
        physical: { card: { type: 'PHYSICAL' }, userErrors: [] },
      });
      expect((await send()).body).toEqual(first);
      expect(executions()).toEqual([1, 1]);
    });

    it('without an alias the key of the header is the key', async () => {
      const key = randomUUID();
      const { idempotency } = await gateway.mutate(
        op.CreateCardDocument,
        { accountId, ...aCard },
        { headers: { 'idempotency-key': key } },
      );
      expect(idempotency.key).toBe(key);
    });
  });
});
