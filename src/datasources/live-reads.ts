import type { EntityKind } from './cache/changed-entities.js';
import type { Resource } from './loaders/resource.js';
import type { ResourceReader } from './loaders/resource-reader.js';
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
} from './loaders/resources.js';

/** An entity as far as those who pass it on to subscribers need to know it. */
export interface PublishedEntity {
  readonly id: string;
  readonly status: string;
  readonly updatedAt?: string | null;
  readonly createdAt?: string | null;
  readonly customerId?: string | null;
  readonly accountId?: string | null;
  readonly cardId?: string | null;
}

interface Scope {
  kind: EntityKind;
  cardId?: string | undefined;
  accountId?: string | undefined;
  customerId?: string | undefined;
}

const RESOURCES: Readonly<Record<EntityKind, Resource<PublishedEntity>>> = {
  customer: customerResource as Resource<PublishedEntity>,
  account: accountResource as Resource<PublishedEntity>,
  card: cardResource as Resource<PublishedEntity>,
  authorisation: authorisationResource as Resource<PublishedEntity>,
  transaction: transactionResource as Resource<PublishedEntity>,
};

/** Subscribers cause reads of single entities; lists of the whole programme only where nothing else will do. */
const OPTIONS = { mayList: false };

/**
 * The reads behind live updates: through the cache, for no caller in particular. Who may see what was read is decided
 * afterwards, for each subscriber.
 */
export function createLiveReads(reader: ResourceReader) {
  async function read(kind: EntityKind, id: string): Promise<PublishedEntity | null> {
    const [result] = await reader.readMany(RESOURCES[kind], [id], OPTIONS);
    if (result && 'value' in result) return result.value;
    throw result?.error ?? new Error('a read gave no result');
  }

  async function below<T>(results: Promise<({ value: { items: readonly T[] } } | { error: unknown })[]>) {
    return (await results).flatMap((result) => {
      if ('error' in result) throw result.error;
      return result.value.items;
    });
  }

  async function ownerOf(kind: EntityKind, entity: PublishedEntity): Promise<string | null> {
    if (kind === 'customer') return entity.id;
    if (entity.customerId) return entity.customerId;
    if (entity.accountId) return (await read('account', entity.accountId))?.customerId ?? null;
    const card = entity.cardId ? await read('card', entity.cardId) : null;
    return card ? ownerOf('card', card) : null;
  }

  const accountIdsOf = async (customerId: string) =>
    (await below(reader.readChildren(accountsOfCustomer, [customerId], OPTIONS))).map(({ id }) => id);

  /** The API lists no authorisations, and transactions only below a card or an account. */
  async function list(scope: Scope): Promise<readonly PublishedEntity[] | null> {
    const { kind, cardId, accountId, customerId } = scope;
    switch (kind) {
      case 'customer':
        return (await reader.readList(customerResource)).items;
      case 'account':
        if (customerId) return below(reader.readChildren(accountsOfCustomer, [customerId], OPTIONS));
        return (await reader.readList(accountResource)).items;
      case 'card': {
        if (!accountId && !customerId) return (await reader.readList(cardResource)).items;
        const accountIds = accountId ? [accountId] : await accountIdsOf(customerId as string);
        return below(reader.readChildren(cardsOfAccount, accountIds, OPTIONS));
      }
      case 'transaction': {
        if (cardId) return below(reader.readChildren(transactionsOfCard, [cardId], OPTIONS));
        if (!accountId && !customerId) return null;
        const accountIds = accountId ? [accountId] : await accountIdsOf(customerId as string);
        return below(reader.readChildren(transactionsOfAccount, accountIds, OPTIONS));
      }
      case 'authorisation':
        return null;
    }
  }

  return { read, ownerOf, list };
}
