import { EVERYTHING } from './entity-cache.js';

export const ENTITY_KINDS = ['customer', 'account', 'card', 'authorisation', 'transaction'] as const;
/** What subscribers can be told of. */
export type EntityKind = (typeof ENTITY_KINDS)[number];

export interface EntityRef {
  kind: EntityKind;
  id: string;
}

/** Entities that may have changed; `everything` where that cannot be told. */
export type Changes = readonly EntityRef[] | 'everything';

const isKind = (name: string | undefined): name is EntityKind => ENTITY_KINDS.some((kind) => kind === name);

/**
 * The entities that tags stand for: whoever invalidates them has changed those. Tags of lists (`cards`,
 * `account:ID:cards`) name none; what is in a list has its own tag where it changed.
 */
export function changesOfTags(tags: readonly string[]): Changes {
  if (tags.includes(EVERYTHING)) return 'everything';
  const changes: EntityRef[] = [];
  for (const name of tags) {
    const [kind, id, list] = name.split(':');
    if (isKind(kind) && id && list === undefined) changes.push({ kind, id });
  }
  return changes;
}
