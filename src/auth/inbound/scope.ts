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

/** These open nothing to a caller limited to one customer: what is behind them belongs to none. */
const PROGRAMME_ONLY: readonly Scope[] = [Scope.Programme, Scope.WebhooksManage];

/** Every scope that can be of use to a caller limited to one customer. */
export const CUSTOMER_SCOPES: readonly Scope[] = ALL_SCOPES.filter((scope) => !PROGRAMME_ONLY.includes(scope));
