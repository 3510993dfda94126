import DataLoader from 'dataloader';
import type { ReadResult } from '../cache/entity-cache.js';
import type { EntityList, ListedEntity } from './entity-list.js';
import type { ChildList, ListedResource, Resource } from './resource.js';
import type { ReadOptions, ResourceReader } from './resource-reader.js';
import {
  accountResource,
  accountsOfCustomer,
  authorisationResource,
  cardResource,
  cardsOfAccount,
  customerResource,
  transactionResource,
  transactionsOfAccount,
  transactionsOfCard,
  webhookSubscriptionResource,
} from './resources.js';

function valueOrError<T>(result: ReadResult<T>): T | Error {
  if ('value' in result) return result.value;
  return result.error instanceof Error ? result.error : new Error('a read failed');
}

/** The children of so many entities at most are also known one by one: what is below a parent is rarely more than a few. */
const MAX_PRIMED = 500;

/**
 * The DataLoaders of one request: one for each kind of key. Within a request every entity is read at most once, be it alone
 * or below its parent, and what is asked for at the same time travels as one batch. `clear` makes later reads see a change.
 */
export function createRequestLoaders(reader: ResourceReader, options: ReadOptions) {
  const all: DataLoader<string, unknown>[] = [];
  let clearings = 0;

  function one<T extends { readonly id: string }>(resource: Resource<T>): DataLoader<string, T | null> {
    const loader = new DataLoader<string, T | null>(async (ids) =>
      (await reader.readMany(resource, ids, options)).map(valueOrError),
    );
    all.push(loader as DataLoader<string, unknown>);
    return loader;
  }

  function below<T extends ListedEntity>(
    children: ChildList<T>,
    single: DataLoader<string, T | null>,
  ): DataLoader<string, EntityList<T>> {
    const loader = new DataLoader<string, EntityList<T>>(async (ids) => {
      const clearingsBefore = clearings;
      const results = (await reader.readChildren(children, ids, options)).map(valueOrError);
      const known = results.flatMap((result) =>
        result instanceof Error || result.length > MAX_PRIMED ? [] : result.items,
      );
      // Not what was read before a change that this request has made meanwhile.
      if (clearings === clearingsBefore) for (const child of known) single.prime(child.id, child);
      return results;
    });
    all.push(loader as DataLoader<string, unknown>);
    return loader;
  }

  function whole<T extends ListedEntity>(resource: ListedResource<T>): DataLoader<string, EntityList<T>> {
    const loader = new DataLoader<string, EntityList<T>>(async (keys) => {
      const list = await reader.readList(resource, options);
      return keys.map(() => list);
    });
    all.push(loader as DataLoader<string, unknown>);
    return loader;
  }

  const account = one(accountResource);
  const card = one(cardResource);
  const transaction = one(transactionResource);

  return {
    customer: one(customerResource),
    customers: whole(customerResource),
    account,
    accounts: whole(accountResource),
    accountsOfCustomer: below(accountsOfCustomer, account),
    card,
    cards: whole(cardResource),
    cardsOfAccount: below(cardsOfAccount, card),
    authorisation: one(authorisationResource),
    transaction,
    transactionsOfAccount: below(transactionsOfAccount, transaction),
    transactionsOfCard: below(transactionsOfCard, transaction),
    webhookSubscription: one(webhookSubscriptionResource),
    webhookSubscriptions: whole(webhookSubscriptionResource),
    clear(): void {
      clearings += 1;
      for (const loader of all) loader.clearAll();
    },
  };
}

export type RequestLoaders = ReturnType<typeof createRequestLoaders>;
