import { randomUUID } from 'node:crypto';
import * as op from '../operations/generated.js';
import { type ApiSandbox, startApiSandbox } from '../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { ADDRESS, aWallet, present, WALLET_SIGNATURE } from '../support/guide.js';

const demo = demoProgramme();

/** IDs of what the steps below create, known beforehand, so that their absence can be remembered first. */
const accountId = randomUUID();
const cardId = randomUUID();
const secondCardId = randomUUID();
const authorisationIds = [randomUUID(), randomUUID(), randomUUID()] as const;
const webhookId = randomUUID();

describe('after every mutation, every query shows the new state at once, though the old one was remembered', () => {
  const wallet = aWallet();
  const ids: string[] = [];
  let api: ApiSandbox;
  let cached: TestGateway;
  /** The same API without a cache: what the truth is. */
  let uncached: TestGateway;
  let customerId = randomUUID() as string;
  let challenge = '';

  beforeAll(async () => {
    api = await startApiSandbox({ createId: () => ids.shift() ?? randomUUID() });
    cached = await startTestGateway({ api });
    uncached = await startTestGateway({ api, env: { CACHE_TTL_SECONDS: '0' } });
  });

  /** Whatever shows the entities of this test, from all sides. */
  async function everyView(gateway: TestGateway): Promise<unknown[]> {
    return Promise.all([
      gateway.run(op.EveryWayToCardDocument, { cardId, accountId, customerId }),
      gateway.run(op.CustomerDocument, { id: customerId }),
      gateway.run(op.CustomersDocument, { first: 500 }),
      gateway.run(op.AccountDocument, { id: accountId }),
      gateway.run(op.AccountsDocument, { filter: { customerId } }),
      gateway.run(op.AccountsDocument, { filter: { status: ['ACTIVE'] } }),
      gateway.run(op.CardDocument, { id: cardId }),
      gateway.run(op.CardDocument, { id: secondCardId }),
      gateway.run(op.CardsDocument, { last: 500, filter: { status: ['ACTIVE', 'ISSUING'] } }),
      gateway.run(op.CardTransactionsDocument, { id: cardId }),
      gateway.run(op.AccountTransactionsDocument, { id: accountId }),
      ...authorisationIds.map((id) => gateway.run(op.AuthorisationDocument, { id })),
      ...authorisationIds.map((id) => gateway.run(op.TransactionDocument, { id })),
      gateway.run(op.WebhookSubscriptionsDocument, {}),
      gateway.run(op.WebhookSubscriptionDocument, { id: webhookId }),
    ]);
  }

  const callbackUrl = 'http://127.0.0.1:9/hooks';
  const aCard = { type: 'VIRTUAL', billingAddress: ADDRESS } as const;
  const aPayment = (capture: boolean) => ({ cardId, amount: '10', currency: 'EUR', capture });
  const proof = () => ({ challenge, signature: WALLET_SIGNATURE });

  const STEPS: [mutation: string, act: () => Promise<{ userErrors: unknown[] }>][] = [
    [
      'createCustomer',
      async () => {
        const payload = await cached.mutate(op.CreateCustomerDocument, { chainId: wallet, externalId: 'fresh' });
        customerId = present(payload.customer).id;
        challenge = present(payload.challenge).value;
        return payload;
      },
    ],
    ['signCustomerChallenge', () => cached.mutate(op.SignCustomerChallengeDocument, { customerId, ...proof() })],
    ['simulateCustomerVerification', () => cached.mutate(op.SimulateCustomerVerificationDocument, { customerId })],
    [
      'createAccount',
      async () => {
        ids.push(accountId);
        const input = { customerId, type: 'CARD_ACCOUNT' as const, currencies: ['EUR'] };
        const payload = await cached.mutate(op.CreateAccountDocument, input);
        expect(payload.account?.id).toBe(accountId);
        challenge = present(payload.challenge).value;
        return payload;
      },
    ],
    [
      'signAccountChallenge',
      () => cached.mutate(op.SignAccountChallengeDocument, { accountId, ownerId: wallet, ...proof() }),
    ],
    [
      'createCard',
      () => {
        ids.push(cardId);
        return cached.mutate(op.CreateCardDocument, { accountId, ...aCard });
      },
    ],
    ['simulateCardIssueFailure', () => cached.mutate(op.SimulateCardIssueFailureDocument, { cardId })],
    [
      'createCard, a second one',
      () => {
        ids.push(secondCardId);
        return cached.mutate(op.CreateCardDocument, { accountId, ...aCard });
      },
    ],
    ['simulateCardIssue', () => cached.mutate(op.SimulateCardIssueDocument, { cardId: secondCardId })],
    ['deactivateCard', () => cached.mutate(op.DeactivateCardDocument, { cardId: secondCardId })],
    ['activateCard', () => cached.mutate(op.ActivateCardDocument, { cardId: secondCardId })],
    ...[true, false, false].map((capture, index): (typeof STEPS)[number] => [
      `simulateCardAuthorisation with capture ${capture} (${index + 1})`,
      () => {
        ids.push(authorisationIds[index] as string);
        const payment = { ...aPayment(capture), cardId: secondCardId };
        return cached.mutate(op.SimulateCardAuthorisationDocument, payment);
      },
    ]),
    [
      'simulateAuthorisationCapture',
      () => cached.mutate(op.SimulateAuthorisationCaptureDocument, { authorisationId: authorisationIds[1] }),
    ],
    [
      'simulateAuthorisationRelease',
      () => cached.mutate(op.SimulateAuthorisationReleaseDocument, { authorisationId: authorisationIds[2] }),
    ],
    ['deactivateAccount', () => cached.mutate(op.DeactivateAccountDocument, { accountId })],
    ['activateAccount', () => cached.mutate(op.ActivateAccountDocument, { accountId })],
    ['deactivateCustomer', () => cached.mutate(op.DeactivateCustomerDocument, { customerId })],
    ['activateCustomer', () => cached.mutate(op.ActivateCustomerDocument, { customerId })],
    ['terminateCard', () => cached.mutate(op.TerminateCardDocument, { cardId: secondCardId })],
    ['closeAccount', () => cached.mutate(op.CloseAccountDocument, { accountId })],
    [
      'createWebhookSubscription',
      () => {
        ids.push(webhookId);
        return cached.mutate(op.CreateWebhookSubscriptionDocument, { callbackUrl, types: ['CARD_UPDATED'] });
      },
    ],
    [
      'updateWebhookSubscription',
      () =>
        cached.mutate(op.UpdateWebhookSubscriptionDocument, {
          id: webhookId,
          callbackUrl: `${callbackUrl}/2`,
          types: ['ACCOUNT_UPDATED'],
        }),
    ],
    ['deleteWebhookSubscription', () => cached.mutate(op.DeleteWebhookSubscriptionDocument, { id: webhookId })],
    [
      'simulateCustomerRejection',
      async () => {
        customerId = firstOf(demo.customers, ({ status }) => status === 'verifying').id;
        await everyView(cached);
        return cached.mutate(op.SimulateCustomerRejectionDocument, { customerId });
      },
    ],
  ];

  it.each(STEPS)('%s', async (_mutation, act) => {
    const before = await everyView(cached);
    expect((await act()).userErrors).toEqual([]);
    const after = await everyView(cached);
    expect(after).toEqual(await everyView(uncached));
    expect(after).not.toEqual(before);
  });

  it.each([
    ['deactivating', op.DeactivateAccountDocument],
    ['closing', op.CloseAccountDocument],
  ])('%s an account shows in its cards, whichever way they were remembered', async (_verb, document) => {
    const owner = demo.of(document === op.CloseAccountDocument ? 'sofia-marques' : 'amelia-hart');
    const own = firstOf(owner.cards, ({ status }) => status === 'active');
    const variables = { cardId: own.id, accountId: own.accountId, customerId: owner.customer.id };
    const before = await cached.run(op.EveryWayToCardDocument, variables);
    expect(before.card?.status).toBe('ACTIVE');
    expect((await cached.mutate(document, { accountId: own.accountId })).userErrors).toEqual([]);
    const after = await cached.run(op.EveryWayToCardDocument, variables);
    expect(after.card).toMatchObject({ status: 'INACTIVE', availableActions: ['ACTIVATE'] });
    expect(after).toEqual(await uncached.run(op.EveryWayToCardDocument, variables));
  });

  it('shows within the answer of a mutation what that mutation has changed', async () => {
    const query = `mutation ($input: CardActionInput!) {
      deactivateCard(input: $input) { card { status account { id cards { id status } } } userErrors { code } }
      again: activateCard(input: $input) { card { status account { id cards { id status } } } userErrors { code } }
    }`;
    const bare = firstOf(demo.of('jonas-weber').cards, ({ status }) => status === 'active');
    await cached.run(op.AccountCardsDocument, { id: bare.accountId });
    const { body } = await cached.post({ query, variables: { input: { cardId: bare.id } } });
    for (const [field, status] of [
      ['deactivateCard', 'INACTIVE'],
      ['again', 'ACTIVE'],
    ] as const) {
      const cards = expect.arrayContaining([{ id: bare.id, status }]);
      expect(body.data).toHaveProperty(field, {
        card: { status, account: { id: bare.accountId, cards } },
        userErrors: [],
      });
    }
  });
});
