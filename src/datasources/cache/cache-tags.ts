/**
 * Tags name what a cached value was made from. A mutation gives the tags that it touches fresh generations, and with
 * that makes every value under them unreachable (docs/adr/0006).
 */
export const tag = {
  customer: (id: string) => `customer:${id}`,
  customers: 'customers',
  customerAccounts: (customerId: string) => `customer:${customerId}:accounts`,
  account: (id: string) => `account:${id}`,
  accounts: 'accounts',
  accountCards: (accountId: string) => `account:${accountId}:cards`,
  accountTransactions: (accountId: string) => `account:${accountId}:transactions`,
  card: (id: string) => `card:${id}`,
  cards: 'cards',
  cardTransactions: (cardId: string) => `card:${cardId}:transactions`,
  authorisation: (id: string) => `authorisation:${id}`,
  transaction: (id: string) => `transaction:${id}`,
  webhookSubscription: (id: string) => `webhook-subscription:${id}`,
  webhookSubscriptions: 'webhook-subscriptions',
} as const;
