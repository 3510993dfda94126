import { createParameterDecorator } from 'type-graphql';
import type { GatewayContext } from '../context.js';
import { clientKeyOf } from '../datasources/mutations/idempotency-key.js';
import { parseEntityId } from '../datasources/mutations/input-check.js';
import { badUserInput } from '../errors/gateway-error.js';
import type { ConnectionArgs } from '../schema/pagination/connection.args.js';
import { InvalidConnectionArgument } from '../schema/pagination/invalid-connection-argument.js';
import { type Page, paginate } from '../schema/pagination/paginate.js';
import type { SortDirection } from '../schema/pagination/sort-direction.enum.js';
import type { Sortable } from '../schema/pagination/sort-key.js';

/** The ID of an argument, in lower case. Throws `BAD_USER_INPUT` naming the argument for what cannot be an ID. */
export function parseIdArgument(id: string, field: string | readonly string[]): string {
  const path = typeof field === 'string' ? [field] : field;
  const parsed = parseEntityId(id);
  if (parsed === null) throw badUserInput(`"${path.join('.')}" has to be a UUID.`, path);
  return parsed;
}

/** Whether something says that it belongs to this entity; an owner that is not told does not contradict. */
export function isOf(ownerId: string | null, id: string): boolean {
  return ownerId === null || ownerId.toLowerCase() === id.toLowerCase();
}

/** The page that the arguments ask for. Throws `BAD_USER_INPUT` naming the argument at fault. */
export function pageOf<T extends Sortable>(
  items: readonly T[],
  args: ConnectionArgs & { createdAt?: SortDirection | null },
  filter?: (item: T) => boolean,
): Page<T> {
  try {
    return paginate({ items, args, direction: args.createdAt ?? null, ...(filter && { filter }) });
  } catch (error) {
    if (error instanceof InvalidConnectionArgument) throw badUserInput(error.message, [error.argument]);
    throw error;
  }
}

/** A condition of a filter: absent holds for everything, a list holds for its members. */
export function isAmong<T>(allowed: readonly T[] | null | undefined, value: T): boolean {
  return !allowed || allowed.includes(value);
}

/** Parameter of a mutation: the client's idempotency key, from its input, the request header, or made for it. */
export function MutationKey(): ReturnType<typeof createParameterDecorator> {
  return createParameterDecorator<GatewayContext>(({ args, context, info }) => {
    const header = context.idempotencyKeyHeader;
    if (header !== null && parseEntityId(header) === null) {
      throw badUserInput('The Idempotency-Key header has to be a UUID.', ['Idempotency-Key']);
    }
    const input = args.input as { idempotencyKey?: string | null } | undefined;
    const alias = info.path.key === info.fieldName ? null : String(info.path.key);
    return clientKeyOf({ inputKey: input?.idempotencyKey, headerKey: header?.toLowerCase(), alias });
  });
}
