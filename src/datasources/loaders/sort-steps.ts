import { type Sortable, sortInstantOf } from '../../schema/pagination/sort-key.js';
import { STEP_ITEMS, type Steps } from './steps.js';

/**
 * The entities in ascending order of `sortKeyOf`, as `sortBySortKey` orders them, in steps of about a millisecond. What is
 * in order already, or in the reverse one, is not sorted: nothing says how the API orders its lists, and these are likely.
 * `entities` is left alone; the result is an array of its own.
 */
export function* sortSteps<T extends Sortable>(entities: readonly T[]): Steps<T[]> {
  const { length } = entities;
  const instants: string[] = [];
  const compare = (a: number, b: number): number => {
    const [left, right] = [instants[a] as string, instants[b] as string];
    if (left !== right) return left < right ? -1 : 1;
    const [leftId, rightId] = [(entities[a] as T).id, (entities[b] as T).id];
    return leftId < rightId ? -1 : leftId > rightId ? 1 : 0;
  };

  let isAscending = true;
  let isDescending = true;
  for (let index = 0; index < length; index += 1) {
    instants.push(sortInstantOf(entities[index] as T));
    if (index === 0) continue;
    const order = compare(index - 1, index);
    isAscending &&= order <= 0;
    // Equal ones would change places when turned round.
    isDescending &&= order > 0;
    if (index % STEP_ITEMS === 0) yield;
  }
  if (isAscending) return entities.slice();
  if (isDescending) return entities.toReversed();

  const order = yield* mergeSortSteps(length, compare);
  const sorted: T[] = [];
  for (const index of order) {
    sorted.push(entities[index] as T);
    if (sorted.length % STEP_ITEMS === 0) yield;
  }
  return sorted;
}

/** The numbers from 0 to below `length` in the order of `compare`; stable. */
function* mergeSortSteps(length: number, compare: (a: number, b: number) => number): Steps<Uint32Array> {
  let from = Uint32Array.from({ length }, (_, index) => index);
  for (let start = 0; start < length; start += STEP_ITEMS) {
    from.subarray(start, start + STEP_ITEMS).sort(compare);
    yield;
  }
  let to = new Uint32Array(length);
  for (let width = STEP_ITEMS; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      const middle = Math.min(start + width, length);
      const end = Math.min(middle + width, length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at += 1) {
        const isLeft = right === end || (left < middle && compare(from[left] as number, from[right] as number) <= 0);
        to[at] = from[isLeft ? left++ : right++] as number;
        if (at % STEP_ITEMS === 0) yield;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
