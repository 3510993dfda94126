/** What clients ask. */
export interface Shape {
  name: string;
  /** The text of the next request. */
  next(accountIds: readonly string[]): string;
}

const fixed = (name: string, query: string): Shape => ({ name, next: () => query });
const ALIASES = 8;

/** The same accounts every time, or others with each request. */
function aliased(name: string, stepPerRequest: number): Shape {
  let first = 0;
  return {
    name,
    next(accountIds) {
      const fields = Array.from({ length: ALIASES }, (_, index) => {
        // Far apart, as accounts that happen to be asked for together are.
        const at = (first + index * Math.floor(accountIds.length / ALIASES)) % accountIds.length;
        return `a${index}: account(id: "${accountIds[at]}") { cards { id } }`;
      });
      first += stepPerRequest;
      return `{ ${fields.join(' ')} }`;
    },
  };
}

export const SHAPES: readonly Shape[] = [
  fixed('20 accounts { cards }', '{ accounts(first: 20) { nodes { cards { id } } } }'),
  fixed(
    '50 accounts { cards { account { customer } } }',
    '{ accounts(first: 50) { nodes { cards { id account { customer { id } } } } } }',
  ),
  aliased('8 aliases account { cards }', 0),
];

/** Never the same accounts again: what is in the cache helps only if it was read with others. */
export const WANDERING: Shape = aliased('8 other accounts each time', 1);
