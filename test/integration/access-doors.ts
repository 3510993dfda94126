import { print } from 'graphql';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import type { TestGateway } from '../support/gateway.js';
import type { Caller, GraphqlAnswer } from '../support/graphql-client.js';
import { ADDRESS, WALLET_SIGNATURE } from '../support/guide.js';

const demo = demoProgramme();
const amelia = demo.of('amelia-hart');
const account = firstOf(amelia.accounts);
const card = firstOf(amelia.cards, ({ status }) => status === 'active');
const payment = firstOf(demo.transactions, ({ cardId }) => cardId === card.id);
const held = firstOf(demo.authorisations, ({ cardId, status }) => cardId === card.id && status === 'pending');
const challenge = Buffer.from('no challenge').toString('base64');
const proof = { challenge, signature: WALLET_SIGNATURE };
const ownerId = amelia.customer.chainId;

type Ask = (gateway: TestGateway, id: string, caller: Caller) => Promise<GraphqlAnswer>;
/** A field that leads to an entity of amelia-hart. */
export interface Door {
  field: string;
  scope: string;
  /** Of what the owner may see. */
  id: string;
  ask: Ask;
}

const query = (field: string, scope: string, id: string, document: Parameters<typeof print>[0]): Door => ({
  field,
  scope,
  id,
  ask: (gateway, argument, caller) =>
    gateway.post({ query: print(document), variables: { id: argument, ...idArguments(argument) } }, caller),
});
const idArguments = (id: string) => ({ customerId: id, accountId: id });

/** Every query of one entity. */
export const QUERIES: Door[] = [
  query('customer', 'customers:read', amelia.customer.id, op.CustomerDocument),
  query('account', 'accounts:read', account.id, op.AccountDocument),
  query('card', 'cards:read', card.id, op.CardDocument),
  query('authorisation', 'transactions:read', held.id, op.AuthorisationDocument),
  query('transaction', 'transactions:read', payment.id, op.TransactionDocument),
];

const mutation = (
  field: string,
  scope: string,
  id: string,
  document: Parameters<typeof print>[0],
  inputOf: (id: string) => object,
): Door => ({
  field,
  scope,
  id,
  ask: (gateway, argument, caller) =>
    gateway.post({ query: print(document), variables: { input: inputOf(argument) } }, caller),
});

const aCard = { type: 'VIRTUAL', billingAddress: ADDRESS };
/** Every mutation of an entity that a customer may own. */
export const MUTATIONS: Door[] = [
  mutation(
    'signCustomerChallenge',
    'customers:write',
    amelia.customer.id,
    op.SignCustomerChallengeDocument,
    (customerId) => ({ customerId, ...proof }),
  ),
  ...(
    [
      ['activateCustomer', 'customers:write', op.ActivateCustomerDocument],
      ['deactivateCustomer', 'customers:write', op.DeactivateCustomerDocument],
      ['simulateCustomerVerification', 'simulator', op.SimulateCustomerVerificationDocument],
      ['simulateCustomerRejection', 'simulator', op.SimulateCustomerRejectionDocument],
    ] as const
  ).map(([field, scope, document]) =>
    mutation(field, scope, amelia.customer.id, document, (customerId) => ({ customerId })),
  ),
  mutation('createAccount', 'accounts:write', amelia.customer.id, op.CreateAccountDocument, (customerId) => ({
    customerId,
    type: 'CARD_ACCOUNT',
    currencies: ['EUR'],
  })),
  mutation('signAccountChallenge', 'accounts:write', account.id, op.SignAccountChallengeDocument, (accountId) => ({
    accountId,
    ownerId,
    ...proof,
  })),
  ...(
    [
      ['activateAccount', op.ActivateAccountDocument],
      ['deactivateAccount', op.DeactivateAccountDocument],
      ['closeAccount', op.CloseAccountDocument],
    ] as const
  ).map(([field, document]) => mutation(field, 'accounts:write', account.id, document, (accountId) => ({ accountId }))),
  mutation('createCard', 'cards:write', account.id, op.CreateCardDocument, (accountId) => ({ accountId, ...aCard })),
  ...(
    [
      ['activateCard', 'cards:write', op.ActivateCardDocument],
      ['deactivateCard', 'cards:write', op.DeactivateCardDocument],
      ['terminateCard', 'cards:write', op.TerminateCardDocument],
      ['simulateCardIssue', 'simulator', op.SimulateCardIssueDocument],
      ['simulateCardIssueFailure', 'simulator', op.SimulateCardIssueFailureDocument],
    ] as const
  ).map(([field, scope, document]) => mutation(field, scope, card.id, document, (cardId) => ({ cardId }))),
  mutation('simulateCardAuthorisation', 'simulator', card.id, op.SimulateCardAuthorisationDocument, (cardId) => ({
    cardId,
    amount: '1',
    currency: 'EUR',
  })),
  ...(
    [
      ['simulateAuthorisationCapture', op.SimulateAuthorisationCaptureDocument],
      ['simulateAuthorisationRelease', op.SimulateAuthorisationReleaseDocument],
    ] as const
  ).map(([field, document]) =>
    mutation(field, 'simulator', held.id, document, (authorisationId) => ({ authorisationId })),
  ),
];
