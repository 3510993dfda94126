import type { ConnectionArgs } from './connection.args.js';
import { decodeCursor } from './cursor.js';
import { type ConnectionArgument, InvalidConnectionArgument } from './invalid-connection-argument.js';

export interface PageSizes {
  defaultPageSize: number;
  maxPageSize: number;
}

export interface PageRequest {
  /** From which end of the stretch between the cursors the page is taken. */
  from: 'start' | 'end';
  size: number;
  /** Sort keys; null where there is no such cursor. */
  after: string | null;
  before: string | null;
}

function parseSize(argument: 'first' | 'last', size: number, maxPageSize: number): number {
  if (!Number.isInteger(size) || size < 0 || size > maxPageSize) {
    throw new InvalidConnectionArgument(argument, `"${argument}" has to be a whole number from 0 to ${maxPageSize}.`);
  }
  return size;
}

function parseCursor(argument: ConnectionArgument, cursor: string | null | undefined): string | null {
  if (cursor === null || cursor === undefined) return null;
  const sortKey = decodeCursor(cursor);
  if (sortKey === null) {
    throw new InvalidConnectionArgument(
      argument,
      `"${argument}" has to be a cursor that this API returned, unchanged: "cursor" of an edge, or "startCursor" or "endCursor" of pageInfo.`,
    );
  }
  return sortKey;
}

/**
 * What page the arguments ask for. With neither `first` nor `last` it is one of the default size: from the end if
 * `before` is the only cursor (the page just before it), else from the start.
 * Throws `InvalidConnectionArgument` for both sizes at once, a size out of range, or a cursor that is not one.
 * Source: https://relay.dev/graphql/connections.htm#sec-Arguments
 */
export function parseConnectionArgs(args: ConnectionArgs, { defaultPageSize, maxPageSize }: PageSizes): PageRequest {
  const { first = null, last = null } = args;
  if (first !== null && last !== null) {
    throw new InvalidConnectionArgument('last', 'Either "first" or "last" can be given, not both.');
  }
  const after = parseCursor('after', args.after);
  const before = parseCursor('before', args.before);
  if (first !== null) return { from: 'start', size: parseSize('first', first, maxPageSize), after, before };
  if (last !== null) return { from: 'end', size: parseSize('last', last, maxPageSize), after, before };
  return { from: before !== null && after === null ? 'end' : 'start', size: defaultPageSize, after, before };
}
