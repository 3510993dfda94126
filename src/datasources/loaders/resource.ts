import type { UnknownValueListener } from '../wire/decode.js';
import type { ListedEntity } from './entity-list.js';

/** One kind of entity of the API: how to read it, alone and all at once. */
export interface Resource<T extends { readonly id: string }> {
  /** Label in metrics and first part of cache keys, e.g. `card`. */
  name: string;
  /** Template with `{id}`, e.g. `/cards/{id}`. */
  route: string;
  tag(id: string): string;
  decode(wire: unknown, onUnknown: UnknownValueListener): T;
  /** False while the entity is about to change by itself; it is then cached for a moment only. Absent: always settled. */
  isSettled?(entity: T): boolean;
}

/** A resource that the API also lists as a whole. */
export interface ListedResource<T extends ListedEntity> extends Resource<T> {
  listRoute: string;
  listTag: string;
}

/** The entities below a parent, e.g. the cards of an account. */
export interface ChildList<T extends ListedEntity> {
  /** Label in metrics, first part of cache keys and name of the index, e.g. `account-cards`. */
  name: string;
  /** Template with `{id}` for the parent, e.g. `/accounts/{id}/cards`. */
  route: string;
  tag(parentId: string): string;
  child: Resource<T>;
  /** The list of every child of every parent, where the API has one: a batch may be answered from it. */
  whole?: ListedResource<T>;
  parentIdOf(entity: T): string | null;
  /** The list grows by itself (transactions do); it is then cached for a moment only. */
  isVolatile?: boolean;
}
