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

/**
 * The DataLoaders of one request: one for each kind of key. Within a request every entity is read at most once, and what
 * is asked for at the same time travels as one batch. `clear` makes later reads see a change.
 */
export function createRequestLoaders(reader: ResourceReader, options: ReadOptions) {
  const all: DataLoader<string, unknown>[] = [];

  function one<T extends { readonly id: string }>(resource: Resource<T>): DataLoader<string, T | null> {
    const loader = new DataLoader<string, T | null>(async (ids) =>
      (await reader.readMany(resource, ids, options)).map(valueOrError),
    );
    all.push(loader as DataLoader<string, unknown>);
    return loader;
  }

  function below<T extends ListedEntity>(children: ChildList<T>): DataLoader<string, EntityList<T>> {
    const loader = new DataLoader<string, EntityList<T>>(async (ids) =>
      (await reader.readChildren(children, ids, options)).map(valueOrError),
    );
    all.push(loader as DataLoader<string, unknown>);
    return loader;
  }

  function whole<T extends ListedEntity>(resource: ListedResource<T>): DataLoader<string, EntityList<T>> {
    const loader = new DataLoader<string, EntityList<T>>(async (keys) => {
      const list = await reader.readList(resource, options.trace);
      return keys.map(() => list);
    });
    all.push(loader as DataLoader<string, unknown>);
    return loader;
  }

  return {
    customer: one(customerResource),
    customers: whole(customerResource),
    account: one(accountResource),
    accounts: whole(accountResource),
    accountsOfCustomer: below(accountsOfCustomer),
    card: one(cardResource),
    cards: whole(cardResource),
    cardsOfAccount: below(cardsOfAccount),
    authorisation: one(authorisationResource),
    transaction: one(transactionResource),
    transactionsOfAccount: below(transactionsOfAccount),
    transactionsOfCard: below(transactionsOfCard),
    webhookSubscription: one(webhookSubscriptionResource),
    webhookSubscriptions: whole(webhookSubscriptionResource),
    clear(): void {
      for (const loader of all) loader.clearAll();
    },
  };
}

export type RequestLoaders = ReturnType<typeof createRequestLoaders>;
