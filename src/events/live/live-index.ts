import type { EntityKind } from '../../datasources/cache/changed-entities.js';
import type { LiveEntity, Selection } from './live-entity.js';

/** Anything that wants to be told, with what it wants to be told of. */
export interface Watcher {
  readonly selection: Selection;
}

const CONDITIONS = ['id', 'cardId', 'accountId', 'customerId'] as const;
type Condition = (typeof CONDITIONS)[number];

/** The narrowest condition of a selection: under it a watcher is filed. Null: it wants every entity of the kind. */
function filedUnder(selection: Selection): Condition | null {
  return CONDITIONS.find((condition) => selection[condition] !== undefined) ?? null;
}

const sameId = (wanted: string | undefined, id: string | null | undefined) =>
  wanted === undefined || wanted === id?.toLowerCase();

class Drawer<W extends Watcher> {
  readonly all = new Set<W>();
  /** Watchers that ask whose an entity is. */
  ownerAskers = 0;
  readonly by: Readonly<Record<Condition, Map<string, Set<W>>>> = {
    id: new Map(),
    cardId: new Map(),
    accountId: new Map(),
    customerId: new Map(),
  };
}

/**
 * Who wants to be told of which entity. Watchers are filed by the narrowest thing that they ask for, so an event costs as
 * much as there are watchers that it concerns, however many others there are.
 */
export class LiveIndex<W extends Watcher> {
  readonly #drawers = new Map<EntityKind, Drawer<W>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(watcher: W): void {
    const { selection } = watcher;
    const drawer = this.#drawers.get(selection.kind) ?? new Drawer<W>();
    this.#drawers.set(selection.kind, drawer);
    const condition = filedUnder(selection);
    if (condition === null) drawer.all.add(watcher);
    else {
      const id = selection[condition] as string;
      const watchers = drawer.by[condition].get(id) ?? new Set<W>();
      drawer.by[condition].set(id, watchers.add(watcher));
    }
    if (selection.customerId !== undefined) drawer.ownerAskers += 1;
    this.#size += 1;
  }

  remove(watcher: W): void {
    const { selection } = watcher;
    const drawer = this.#drawers.get(selection.kind);
    const condition = filedUnder(selection);
    const id = condition === null ? '' : (selection[condition] as string);
    const watchers = condition === null ? drawer?.all : drawer?.by[condition].get(id);
    if (!watchers?.delete(watcher)) return;
    this.#size -= 1;
    if (drawer && selection.customerId !== undefined) drawer.ownerAskers -= 1;
    if (watchers.size === 0 && condition !== null) drawer?.by[condition].delete(id);
  }

  /** Whether anybody may want to be told of this entity, as far as its ID tells. Decides whether it is read at all. */
  mayWant(kind: EntityKind, id: string): boolean {
    const drawer = this.#drawers.get(kind);
    if (!drawer) return false;
    const { all, by } = drawer;
    return all.size > 0 || by.id.has(id) || by.cardId.size > 0 || by.accountId.size > 0 || by.customerId.size > 0;
  }

  /** Whether any watcher of this kind asks whose an entity is. */
  asksForOwner(kind: EntityKind): boolean {
    return (this.#drawers.get(kind)?.ownerAskers ?? 0) > 0;
  }

  /** Everyone whose selection the entity fulfils, each once. */
  *matching(kind: EntityKind, entity: LiveEntity, owner: string | null): IterableIterator<W> {
    const drawer = this.#drawers.get(kind);
    if (!drawer) return;
    yield* drawer.all;
    const ids = { id: entity.id, cardId: entity.cardId, accountId: entity.accountId, customerId: owner };
    for (const condition of CONDITIONS) {
      const id = ids[condition]?.toLowerCase();
      if (id === undefined) continue;
      for (const watcher of drawer.by[condition].get(id) ?? []) {
        const { selection } = watcher;
        const isMeant = CONDITIONS.every((other) => sameId(selection[other], ids[other]));
        if (isMeant) yield watcher;
      }
    }
  }

  *watchers(): IterableIterator<W> {
    for (const { all, by } of this.#drawers.values()) {
      yield* all;
      for (const condition of CONDITIONS) for (const watchers of by[condition].values()) yield* watchers;
    }
  }
}
