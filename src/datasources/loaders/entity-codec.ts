import { EntityList, type ListedEntity } from './entity-list.js';

/** Entities in a list that still travels to the shared store; a longer one stays in the memory of each node. */
const MAX_SHARED_ENTITIES = 500;

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}

/** How cached values travel through a store that knows JSON only: entities as objects, lists as arrays. */
export const entityCodec = {
  /** What JSON can carry of it. */
  dehydrate(value: unknown): unknown {
    return value instanceof EntityList ? value.items : value;
  },
  /** What JSON made of a value, as it was: frozen, and a list as an `EntityList`. */
  revive(value: unknown): unknown {
    const frozen = deepFreeze(value);
    return Array.isArray(frozen) ? new EntityList(frozen as ListedEntity[]) : frozen;
  },
  isShareable(value: unknown): boolean {
    return !(value instanceof EntityList) || value.length <= MAX_SHARED_ENTITIES;
  },
};
