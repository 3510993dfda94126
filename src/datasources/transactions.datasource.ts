import type { Transaction } from '../schema/transaction/transaction.type.js';
import type { EntityList } from './loaders/entity-list.js';
import type { RequestScope } from './request-scope.js';

/** Transactions of the API. Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/transactions */
export class TransactionsDatasource {
  constructor(private readonly scope: RequestScope) {}

  get(id: string): Promise<Transaction | null> {
    return this.scope.loaders.transaction.load(id);
  }

  /** Oldest first; empty for an account that does not exist. */
  listByAccount(accountId: string): Promise<EntityList<Transaction>> {
    return this.scope.loaders.transactionsOfAccount.load(accountId);
  }

  /** Oldest first; empty for a card that does not exist. */
  listByCard(cardId: string): Promise<EntityList<Transaction>> {
    return this.scope.loaders.transactionsOfCard.load(cardId);
  }
}
