import type { EntityKind } from '../../datasources/cache/changed-entities.js';

/** What subscribers are sent: an entity as queries show it. Frozen, and shared by all who are sent it. */
export interface LiveEntity {
  readonly id: string;
  readonly status: string;
  /** RFC 3339 in UTC; absent where the API does not tell. */
  readonly updatedAt?: string | null;
  readonly createdAt?: string | null;
  readonly customerId?: string | null;
  readonly accountId?: string | null;
  readonly cardId?: string | null;
}

/** Which entities a subscription is about; without conditions every one of its kind. All conditions have to hold. */
export interface Selection {
  readonly kind: EntityKind;
  readonly id?: string | undefined;
  readonly cardId?: string | undefined;
  readonly accountId?: string | undefined;
  /** Whose they are, however many references away. */
  readonly customerId?: string | undefined;
}

/** Reads through the cache of this node, so that however many ask, the API is asked once. */
export interface LiveReads {
  /** Null for an entity that the API does not know. */
  read(kind: EntityKind, id: string): Promise<LiveEntity | null>;
  /** Whose an entity is; null where that cannot be told. */
  ownerOf(kind: EntityKind, entity: LiveEntity): Promise<string | null>;
  /** Present states of what is selected, as far as the API has a list of it; null where it has none. */
  list(selection: Selection): Promise<readonly LiveEntity[] | null>;
}
