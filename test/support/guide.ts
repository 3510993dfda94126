import { randomBytes, randomUUID } from 'node:crypto';
import * as op from '../operations/generated.js';
import type { GraphqlClient } from './graphql-client.js';

export const ADDRESS = { firstLine: '12 Rue de la Paix', city: 'Paris', country: 'FR', postCode: '75002' };
/** Of the form of a wallet's signature; the sandbox checks no more than that. */
export const WALLET_SIGNATURE = `0x${'5a'.repeat(65)}`;

export function aWallet(): string {
  return `eip155:300:0x${randomBytes(20).toString('hex')}`;
}

/** What is there, or a failed test. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('expected a value');
  return value;
}

export interface GuideCustomer {
  id: string;
  wallet: string;
}

/** Steps 1 to 3 of the guide: a customer who is ACTIVE. */
export async function createActiveCustomer(gateway: GraphqlClient): Promise<GuideCustomer> {
  const wallet = aWallet();
  const input = { chainId: wallet, externalId: `test-${randomUUID()}` };
  const { createCustomer } = await gateway.run(op.CreateCustomerDocument, { input });
  const id = present(createCustomer.customer).id;
  const challenge = present(createCustomer.challenge).value;
  const proof = { customerId: id, challenge, signature: WALLET_SIGNATURE };
  await gateway.run(op.SignCustomerChallengeDocument, { input: proof });
  await gateway.run(op.SimulateCustomerVerificationDocument, { input: { customerId: id } });
  return { id, wallet };
}

/** Steps 4 and 5: an account that is ACTIVE. */
export async function createActiveAccount(gateway: GraphqlClient, owner: GuideCustomer): Promise<string> {
  const input = { customerId: owner.id, type: 'CARD_ACCOUNT', currencies: ['EUR'] } as const;
  const { createAccount } = await gateway.run(op.CreateAccountDocument, {
    input: { ...input, currencies: [...input.currencies] },
  });
  const accountId = present(createAccount.account).id;
  const challenge = present(createAccount.challenge).value;
  const proof = { accountId, ownerId: owner.wallet, challenge, signature: WALLET_SIGNATURE };
  await gateway.run(op.SignAccountChallengeDocument, { input: proof });
  return accountId;
}

/** Steps 6 and 7: a virtual card that is ACTIVE. */
export async function createActiveCard(gateway: GraphqlClient, accountId: string): Promise<string> {
  const { createCard } = await gateway.run(op.CreateCardDocument, {
    input: { accountId, type: 'VIRTUAL', billingAddress: ADDRESS },
  });
  const cardId = present(createCard.card).id;
  await gateway.run(op.SimulateCardIssueDocument, { input: { cardId } });
  return cardId;
}
