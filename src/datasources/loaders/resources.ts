import type { Account } from '../../schema/account/account.type.js';
import { AccountStatus } from '../../schema/account/account-status.enum.js';
import type { Authorisation } from '../../schema/authorisation/authorisation.type.js';
import type { Card } from '../../schema/card/card.type.js';
import { CardStatus } from '../../schema/card/card-status.enum.js';
import type { Customer } from '../../schema/customer/customer.type.js';
import { CustomerStatus } from '../../schema/customer/customer-status.enum.js';
import type { Transaction } from '../../schema/transaction/transaction.type.js';
import type { WebhookSubscription } from '../../schema/webhook-subscription/webhook-subscription.type.js';
import { tag } from '../cache/cache-tags.js';
import { decodeAccount } from '../wire/account.wire.js';
import { decodeAuthorisation } from '../wire/authorisation.wire.js';
import { decodeCard } from '../wire/card.wire.js';
import { decodeCustomer } from '../wire/customer.wire.js';
import { decodeTransaction } from '../wire/transaction.wire.js';
import { decodeWebhookSubscription } from '../wire/webhook-subscription.wire.js';
import type { ChildList, ListedResource, Resource } from './resource.js';

const CHANGING_CUSTOMER: readonly CustomerStatus[] = [
  CustomerStatus.INITIATING,
  CustomerStatus.SCREENING,
  CustomerStatus.VERIFYING,
];
const CHANGING_ACCOUNT: readonly AccountStatus[] = [AccountStatus.INITIATING, AccountStatus.PENDING];

export const customerResource: ListedResource<Customer> = {
  name: 'customer',
  route: '/customers/{id}',
  listRoute: '/customers',
  tag: tag.customer,
  listTag: tag.customers,
  decode: decodeCustomer,
  isSettled: ({ status }) => !CHANGING_CUSTOMER.includes(status),
};

export const accountResource: ListedResource<Account> = {
  name: 'account',
  route: '/accounts/{id}',
  listRoute: '/accounts',
  tag: tag.account,
  listTag: tag.accounts,
  decode: decodeAccount,
  isSettled: ({ status }) => !CHANGING_ACCOUNT.includes(status),
};

export const cardResource: ListedResource<Card> = {
  name: 'card',
  route: '/cards/{id}',
  listRoute: '/cards',
  tag: tag.card,
  listTag: tag.cards,
  decode: decodeCard,
  isSettled: ({ status }) => status !== CardStatus.ISSUING,
};

/** Payments change by themselves, so what is known of them is kept for a moment only. */
export const authorisationResource: Resource<Authorisation> = {
  name: 'authorisation',
  route: '/authorisations/{id}',
  tag: tag.authorisation,
  decode: decodeAuthorisation,
  isSettled: () => false,
};

export const transactionResource: Resource<Transaction> = {
  name: 'transaction',
  route: '/transactions/{id}',
  tag: tag.transaction,
  decode: decodeTransaction,
  isSettled: () => false,
};

export const webhookSubscriptionResource: ListedResource<WebhookSubscription> = {
  name: 'webhook-subscription',
  route: '/webhooks/{id}',
  listRoute: '/webhooks',
  tag: tag.webhookSubscription,
  listTag: tag.webhookSubscriptions,
  decode: decodeWebhookSubscription,
};

export const accountsOfCustomer: ChildList<Account> = {
  name: 'customer-accounts',
  route: '/customers/{id}/accounts',
  tag: tag.customerAccounts,
  child: accountResource,
  whole: accountResource,
  parentIdOf: ({ customerId }) => customerId,
};

export const cardsOfAccount: ChildList<Card> = {
  name: 'account-cards',
  route: '/accounts/{id}/cards',
  tag: tag.accountCards,
  child: cardResource,
  whole: cardResource,
  parentIdOf: ({ accountId }) => accountId,
};

export const transactionsOfAccount: ChildList<Transaction> = {
  name: 'account-transactions',
  route: '/accounts/{id}/transactions',
  tag: tag.accountTransactions,
  child: transactionResource,
  parentIdOf: ({ accountId }) => accountId,
  isVolatile: true,
};

export const transactionsOfCard: ChildList<Transaction> = {
  name: 'card-transactions',
  route: '/cards/{id}/transactions',
  tag: tag.cardTransactions,
  child: transactionResource,
  parentIdOf: ({ cardId }) => cardId,
  isVolatile: true,
};
