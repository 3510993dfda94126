import * as op from '../operations/generated.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { MutationDocument } from '../support/graphql-client.js';
import { ADDRESS, aWallet, present, WALLET_SIGNATURE } from '../support/guide.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What every answer to a mutation that went well says besides the entity. */
const DONE = { userErrors: [], idempotency: { key: expect.stringMatching(UUID), replayed: false } };

describe('the guide, from a new customer to a terminated card', () => {
  const wallet = aWallet();
  let gateway: TestGateway;
  let customerId: string;
  let accountId: string;
  let cardId: string;

  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { seed: 'empty' } });
  });

  it('takes on a customer and shows the text that the wallet has to sign', async () => {
    const input = { chainId: wallet, externalId: 'walks-the-guide' };
    const { createCustomer } = await gateway.run(op.CreateCustomerDocument, { input });
    expect(createCustomer).toMatchObject({
      ...DONE,
      customer: { chainId: wallet, externalId: 'walks-the-guide', status: 'INITIATING' },
      challenge: { message: expect.stringContaining('wants you to sign in') },
    });
    customerId = present(createCustomer.customer).id;

    const { customerChallenge } = await gateway.run(op.CustomerChallengeDocument, { customerId });
    expect(customerChallenge).toEqual(createCustomer.challenge);
    const challenge = present(customerChallenge);
    expect(Buffer.from(challenge.value, 'base64').toString('utf8')).toBe(challenge.message);

    const proof = { customerId, challenge: challenge.value, signature: WALLET_SIGNATURE };
    const { signCustomerChallenge } = await gateway.run(op.SignCustomerChallengeDocument, { input: proof });
    expect(signCustomerChallenge).toMatchObject({ ...DONE, customer: { id: customerId, status: 'VERIFYING' } });
    expect(await gateway.run(op.CustomerChallengeDocument, { customerId })).toEqual({ customerChallenge: null });
  });

  it('activates the customer once the identity is verified', async () => {
    const { simulateCustomerVerification } = await gateway.run(op.SimulateCustomerVerificationDocument, {
      input: { customerId },
    });
    expect(simulateCustomerVerification).toMatchObject({ ...DONE, customer: { id: customerId, status: 'ACTIVE' } });
    const { customer } = await gateway.run(op.CustomerDocument, { id: customerId });
    expect(customer).toEqual(simulateCustomerVerification.customer);
  });

  it('opens an account and deploys it with the signed challenge', async () => {
    const { createAccount } = await gateway.run(op.CreateAccountDocument, {
      input: { customerId, type: 'CARD_ACCOUNT', currencies: ['EUR'] },
    });
    expect(createAccount).toMatchObject({
      ...DONE,
      account: { customerId, status: 'INITIATING', currencies: ['EUR'], chainId: null, availableActions: [] },
    });
    accountId = present(createAccount.account).id;
    const { accountChallenge } = await gateway.run(op.AccountChallengeDocument, { accountId });
    const proof = { ownerId: wallet, challenge: present(accountChallenge).value, signature: WALLET_SIGNATURE };
    const { signAccountChallenge } = await gateway.run(op.SignAccountChallengeDocument, {
      input: { accountId, ...proof },
    });
    expect(signAccountChallenge).toMatchObject({ ...DONE, account: { id: accountId } });

    const { account } = await gateway.run(op.AccountActionsDocument, { id: accountId });
    expect(account).toEqual({
      id: accountId,
      status: 'ACTIVE',
      availableActions: ['DEACTIVATE', 'CLOSE', 'CREATE_VIRTUAL_CARD', 'CREATE_PHYSICAL_CARD'],
    });
    const deployed = (await gateway.run(op.AccountDocument, { id: accountId })).account;
    expect(deployed?.chainId).toMatch(/^eip155:300:0x[0-9a-f]{40}$/);
  });

  it('orders a virtual card, has it issued and shows it as ACTIVE under its account', async () => {
    const { createCard } = await gateway.run(op.CreateCardDocument, {
      input: { accountId, type: 'VIRTUAL', billingAddress: ADDRESS },
    });
    expect(createCard).toMatchObject({
      ...DONE,
      card: { accountId, type: 'VIRTUAL', status: 'ISSUING', maskedPan: null, last4: null, availableActions: [] },
    });
    expect(createCard.card?.billingAddress).toEqual({ ...ADDRESS, secondLine: null, state: null });
    cardId = present(createCard.card).id;
    // Seen while it is being issued: what is remembered of it now must be gone afterwards.
    const before = await gateway.run(op.AccountCardsDocument, { id: accountId });
    expect(before.account?.cards).toMatchObject([{ id: cardId, status: 'ISSUING' }]);

    const { simulateCardIssue } = await gateway.run(op.SimulateCardIssueDocument, { input: { cardId } });
    expect(simulateCardIssue).toMatchObject(DONE);
    const { account } = await gateway.run(op.AccountCardsDocument, { id: accountId });
    expect(account?.cards).toMatchObject([
      { id: cardId, status: 'ACTIVE', network: 'VISA', availableActions: ['DEACTIVATE', 'TERMINATE'] },
    ]);
    const card = present(account?.cards?.[0]);
    expect(card.maskedPan).toMatch(/^\d{6}\*{6}\d{4}$/);
    expect(card.maskedPan?.slice(-4)).toBe(card.last4);
    expect(card.expirationDate).toEqual({ month: expect.any(Number), year: expect.any(Number) });
  });

  it('shows a captured payment as a transaction of its card and its account', async () => {
    const { simulateCardAuthorisation } = await gateway.run(op.SimulateCardAuthorisationDocument, {
      input: { cardId, amount: '25.5', currency: 'EUR', capture: true },
    });
    expect(simulateCardAuthorisation).toMatchObject({ ...DONE, authorisation: { cardId, accountId } });
    const { id } = present(simulateCardAuthorisation.authorisation);
    const { authorisation } = await gateway.run(op.AuthorisationDocument, { id });
    expect(authorisation).toMatchObject({ status: 'CAPTURED', amount: { amount: '25.5', currency: 'EUR' } });
    expect(authorisation?.merchant).toMatchObject({ name: 'Test Merchant', mcc: '9999' });

    const { transaction } = await gateway.run(op.TransactionDocument, { id });
    expect(transaction).toMatchObject({ id, cardId, accountId, amount: { amount: '25.5', currency: 'EUR' } });
    expect(transaction?.fees.map(({ type }) => type)).toEqual(['PARTNER', 'SERVICE', 'NETWORK']);
    const ofCard = await gateway.run(op.CardTransactionsDocument, { id: cardId });
    expect(ofCard.card?.transactions).toMatchObject({ totalCount: 1, nodes: [transaction] });
    const ofAccount = await gateway.run(op.AccountTransactionsDocument, { id: accountId });
    expect(ofAccount.account?.transactions?.nodes).toEqual([transaction]);
  });

  it.each<
    [string, MutationDocument<op.AuthorisationPayloadFieldsFragment, op.AuthorisationActionInput>, string, number]
  >([
    ['captures', op.SimulateAuthorisationCaptureDocument, 'CAPTURED', 2],
    ['releases', op.SimulateAuthorisationReleaseDocument, 'RELEASED', 2],
  ])('%s a held payment on request', async (_verb, document, status, transactions) => {
    const held = await gateway.run(op.SimulateCardAuthorisationDocument, {
      input: { cardId, amount: '7', currency: 'EUR', capture: false },
    });
    const authorisation = present(held.simulateCardAuthorisation.authorisation);
    expect(authorisation.status).toBe('PENDING');
    expect(await gateway.mutate(document, { authorisationId: authorisation.id })).toMatchObject(DONE);
    const after = await gateway.run(op.AuthorisationDocument, { id: authorisation.id });
    expect(after.authorisation?.status).toBe(status);
    const ofCard = await gateway.run(op.CardTransactionsDocument, { id: cardId });
    expect(ofCard.card?.transactions?.totalCount).toBe(transactions);
  });

  it.each<[string, MutationDocument<op.CardPayloadFieldsFragment, op.CardActionInput>, string, string[]]>([
    ['deactivates', op.DeactivateCardDocument, 'INACTIVE', ['ACTIVATE']],
    ['activates', op.ActivateCardDocument, 'ACTIVE', ['DEACTIVATE', 'TERMINATE']],
    ['terminates', op.TerminateCardDocument, 'TERMINATED', []],
  ])('%s the card', async (_verb, document, status, availableActions) => {
    const payload = await gateway.mutate(document, { cardId });
    expect(payload).toMatchObject({ ...DONE, card: { id: cardId, status, availableActions } });
    const { account } = await gateway.run(op.AccountCardsDocument, { id: accountId });
    expect(account?.cards).toEqual([payload.card]);
  });

  it('offers a new virtual card once the old one is terminated', async () => {
    const { account } = await gateway.run(op.AccountActionsDocument, { id: accountId });
    expect(account?.availableActions).toContain('CREATE_VIRTUAL_CARD');
  });
});
