import { STEP_ITEMS, type Steps } from './steps.js';

/** The entities below each parent. Immutable. */
export interface ChildIndex<T> {
  /** In the order of the list; empty for a parent without any. */
  childrenOf(parentId: string): readonly T[];
}

/** What follows the last child of a parent: no position, as a list is never that long. */
const NONE = 0xffff_ffff;

/**
 * Groups `items` by parent; what has no parent (null) is left out. Keeps where the first child of each parent is and, for
 * each child, where the next one is: an array of children for each of 50,000 parents would take several times the memory.
 */
export function* childIndexSteps<T>(items: readonly T[], parentIdOf: (item: T) => string | null): Steps<ChildIndex<T>> {
  const firsts = new Map<string, number>();
  const nexts = new Uint32Array(items.length);
  // From the end, so that the child seen last is the first one.
  for (let at = items.length - 1; at >= 0; at -= 1) {
    if (at % STEP_ITEMS === 0) yield;
    const parentId = parentIdOf(items[at] as T);
    if (parentId === null) continue;
    nexts[at] = firsts.get(parentId) ?? NONE;
    firsts.set(parentId, at);
  }

  return {
    childrenOf(parentId) {
      const children: T[] = [];
      for (let at = firsts.get(parentId) ?? NONE; at !== NONE; at = nexts[at] as number) children.push(items[at] as T);
      return children;
    },
  };
}
