import type { ConnectionArgs } from './connection.args.js';
import { encodeCursor } from './cursor.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './page-size.js';
import { parseConnectionArgs } from './parse-connection-args.js';
import { SortDirection } from './sort-direction.enum.js';
import { type Sortable, sortKeyOf } from './sort-key.js';

export interface PaginateOptions<T> {
  /** In ascending order of `sortKeyOf`, whatever the direction (see `sortBySortKey`). Never changed. */
  items: readonly T[];
  /** Absent and null mean the same. */
  args: ConnectionArgs;
  /** Default ASC; null means ASC too. */
  direction?: SortDirection | null;
  /** Which items the list consists of. Called once for each; without it nothing but the page is looked at. */
  filter?: (item: T) => boolean;
  /** Edges on a page when neither `first` nor `last` is given. */
  defaultPageSize?: number;
  /** More is refused, not cut short. */
  maxPageSize?: number;
}

/** The shape of every connection type of the schema. */
export interface Page<T> {
  edges: { cursor: string; node: T }[];
  nodes: T[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  /** Items of the whole list: after the filter, before paging. */
  totalCount: number;
}

/** Index of the first item whose key is not below (or, with `orEqual`, is above) the given one; binary search. */
function indexPast(items: readonly Sortable[], key: string, orEqual: boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle] as Sortable;
    const itemKey = sortKeyOf(item);
    if (itemKey < key || (orEqual && itemKey === key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * One page of a list, by the Relay Cursor Connections specification: `edges` come in the asked direction for `last` too,
 * and both flags of `pageInfo` are true to the whole list, whichever way the client walks.
 * Costs O(log n + page) without a filter and O(n) with one; no edge outside the page is made.
 * Throws `InvalidConnectionArgument`. Source: https://relay.dev/graphql/connections.htm
 */
export function paginate<T extends Sortable>(options: PaginateOptions<T>): Page<T> {
  const { args, filter, defaultPageSize = DEFAULT_PAGE_SIZE, maxPageSize = MAX_PAGE_SIZE } = options;
  const { from, size, after, before } = parseConnectionArgs(args, { defaultPageSize, maxPageSize });
  const items = filter ? options.items.filter(filter) : options.items;
  const descending = options.direction === SortDirection.DESC;

  // All indexes are those of the ascending list; descending, it is read from its end and the cursors change sides.
  const [above, below] = descending ? [before, after] : [after, before];
  const low = above === null ? 0 : indexPast(items, above, true);
  const high = Math.max(low, below === null ? items.length : indexPast(items, below, false));

  const atLow = (from === 'start') !== descending;
  const start = atLow ? low : Math.max(low, high - size);
  const end = atLow ? Math.min(high, low + size) : high;

  const nodes = items.slice(start, end);
  if (descending) nodes.reverse();
  const edges = nodes.map((node) => ({ cursor: encodeCursor(sortKeyOf(node)), node }));
  const [isMoreBefore, isMoreAfter] = [start > 0, end < items.length];
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: descending ? isMoreBefore : isMoreAfter,
      hasPreviousPage: descending ? isMoreAfter : isMoreBefore,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: items.length,
  };
}
