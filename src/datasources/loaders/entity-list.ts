import { sortBySortKey } from '../../schema/pagination/sort-key.js';
import type { EventLoopPacer } from '../http/event-loop-pacer.js';
import { type ChildIndex, childIndexSteps } from './child-index.js';
import { sortSteps } from './sort-steps.js';
import { completeInTurns, completeNow, STEP_ITEMS, type Steps } from './steps.js';

/** What every entity of the API that comes in lists has. */
export interface ListedEntity {
  readonly id: string;
  /** Null where the API leaves it out; such entities come first. */
  readonly createdAt: string | null;
}

type ParentIdOf<T> = (entity: T) => string | null;

/**
 * All entities of one list answer of the API, oldest first (createdAt, then ID); immutable. A short list is made by the
 * constructor and makes its indexes when they are first asked for. A long one is made by `build`, and its index of children
 * by `prepareChildren`: both let others have the event loop in between.
 */
export class EntityList<T extends ListedEntity> {
  readonly items: readonly T[];
  // All undefined until needed: most lists in a cache are those of one account, with a card or two.
  #byId: ReadonlyMap<string, T> | undefined;
  #byParent: Map<string, ChildIndex<T>> | undefined;
  #preparations: Map<string, Promise<void>> | undefined;

  /** `entities` in any order, as the API documents none; with `isSorted`, in the order of `items`, as another list has it. */
  constructor(entities: readonly T[], { isSorted = false }: { isSorted?: boolean } = {}) {
    this.items = Object.freeze(isSorted ? entities.slice() : sortBySortKey(entities));
  }

  /** A list of all the pieces together, as they come, with its index of IDs. Throws what `pieces` throws. */
  static async build<T extends ListedEntity>(
    pieces: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
    { pacer }: { pacer?: EventLoopPacer } = {},
  ): Promise<EntityList<T>> {
    const entities: T[] = [];
    for await (const piece of pieces) for (const entity of piece) entities.push(entity);
    const sorted = await completeInTurns(sortSteps(entities), pacer);
    const list = new EntityList(sorted, { isSorted: true });
    list.#byId = await completeInTurns(idIndexSteps(list.items), pacer);
    return list;
  }

  /** Weight in the memory tier of the cache. */
  get length(): number {
    return this.items.length;
  }

  get(id: string): T | undefined {
    this.#byId ??= completeNow(idIndexSteps(this.items));
    return this.#byId.get(id);
  }

  /**
   * The entities below one parent, e.g. the cards of an account, in the order of `items`. `relation` names the index,
   * `parentIdOf` makes it once: here and now, unless `prepareChildren` has.
   */
  childrenOf(relation: string, parentIdOf: ParentIdOf<T>, parentId: string): readonly T[] {
    let index = this.#byParent?.get(relation);
    if (!index) {
      index = completeNow(childIndexSteps(this.items, parentIdOf));
      this.#setChildIndex(relation, index);
    }
    return index.childrenOf(parentId);
  }

  /** Makes the index of a relation, if there is none yet, so that `childrenOf` is quick however long the list. */
  async prepareChildren(
    relation: string,
    parentIdOf: ParentIdOf<T>,
    { pacer }: { pacer?: EventLoopPacer } = {},
  ): Promise<void> {
    if (this.length <= STEP_ITEMS || this.#byParent?.has(relation)) return;
    this.#preparations ??= new Map();
    const preparation =
      this.#preparations.get(relation) ??
      completeInTurns(childIndexSteps(this.items, parentIdOf), pacer)
        .then((index) => this.#setChildIndex(relation, index))
        .finally(() => this.#preparations?.delete(relation));
    this.#preparations.set(relation, preparation);
    await preparation;
  }

  #setChildIndex(relation: string, index: ChildIndex<T>): void {
    this.#byParent ??= new Map();
    this.#byParent.set(relation, index);
  }
}

function* idIndexSteps<T extends ListedEntity>(items: readonly T[]): Steps<Map<string, T>> {
  const byId = new Map<string, T>();
  let count = 0;
  for (const item of items) {
    byId.set(item.id, item);
    count += 1;
    if (count % STEP_ITEMS === 0) yield;
  }
  return byId;
}
