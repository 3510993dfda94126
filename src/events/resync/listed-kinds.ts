import { tag } from '../../datasources/cache/cache-tags.js';
import type { ListedEntity } from '../../datasources/loaders/entity-list.js';
import type { ListedResource } from '../../datasources/loaders/resource.js';
import { accountResource, cardResource, customerResource } from '../../datasources/loaders/resources.js';
import { sortInstantOf } from '../../schema/pagination/sort-key.js';

/** An entity with the moment of its last change, which is in the form that the API writes. */
export interface DatedEntity extends ListedEntity {
  readonly updatedAt: string | null;
}

/** A kind of entity that the API lists as a whole, and the tags of the lists that an entity of it stands in. */
export interface ListedKind<T extends DatedEntity = DatedEntity> {
  readonly resource: ListedResource<T>;
  /** Besides the list of all: those of its owner. */
  listTagsOf(entity: T): readonly string[];
}

/**
 * What can be compared: authorisations have no list, and transactions one for each account; neither is cached for more than
 * two seconds.
 */
export const LISTED_KINDS: readonly ListedKind[] = [
  kindOf({ resource: customerResource, listTagsOf: () => [] }),
  kindOf({ resource: accountResource, listTagsOf: ({ customerId }) => [tag.customerAccounts(customerId)] }),
  kindOf({ resource: cardResource, listTagsOf: ({ accountId }) => [tag.accountCards(accountId)] }),
];

/** The tags of everything that can show one of the entities; lists first, each tag once. */
export function tagsOfChanged<T extends DatedEntity>(
  { resource, listTagsOf }: ListedKind<T>,
  entities: readonly T[],
): readonly string[] {
  if (entities.length === 0) return [];
  const lists = entities.flatMap((entity) => listTagsOf(entity));
  return [...new Set([resource.listTag, ...lists, ...entities.map(({ id }) => resource.tag(id))])];
}

/** Whether an entity has changed at a moment or after it, to the microsecond. One without a date counts as changed. */
export function hasChangedSince({ updatedAt }: Pick<DatedEntity, 'updatedAt'>, since: Date): boolean {
  if (updatedAt === null) return true;
  return sortInstantOf({ createdAt: updatedAt }) >= sortInstantOf({ createdAt: since.toISOString() });
}

function kindOf<T extends DatedEntity>(kind: ListedKind<T>): ListedKind {
  return kind as unknown as ListedKind;
}
