/** What a token may allow; they travel space-separated in the `scope` claim (RFC 8693 section 4.2). */
export enum Scope {
  CustomersRead = 'customers:read',
  CustomersWrite = 'customers:write',
  AccountsRead = 'accounts:read',
  AccountsWrite = 'accounts:write',
  CardsRead = 'cards:read',
  CardsWrite = 'cards:write',
  TransactionsRead = 'transactions:read',
  WebhooksManage = 'webhooks:manage',
  Simulator = 'simulator',
  /** Lifts the limit to one customer. */
  Programme = 'programme',
}

export const ALL_SCOPES: readonly Scope[] = Object.values(Scope);
