import type { Card } from '../../schema/card/card.type.js';
import { NotFoundError, RejectedByApiError } from '../../schema/user-error/request-errors.type.js';
import {
  CardLimitReachedError,
  InvalidAccountStateError,
  InvalidAuthorisationStateError,
  InvalidCardStateError,
  InvalidCustomerStateError,
} from '../../schema/user-error/state-errors.type.js';
import type { UserError } from '../../schema/user-error/user-error.type.js';

/** Those that are final for a key. The others (input, key, unknown outcome) are about one request and never kept. */
const FINAL_ERRORS = {
  NotFoundError,
  RejectedByApiError,
  InvalidCustomerStateError,
  InvalidAccountStateError,
  InvalidCardStateError,
  InvalidAuthorisationStateError,
  CardLimitReachedError,
} as const;

type FinalErrorName = keyof typeof FINAL_ERRORS;

/** A user error as plain data. */
export interface UserErrorRecord {
  type: FinalErrorName;
  /** What its class is made from, an entity left out. */
  details: Readonly<Record<string, unknown>>;
  /** With `CardLimitReachedError`: the card that takes the place. */
  existingCardId?: string;
}

/** Null for one that is not final. */
export function toUserErrorRecord(error: UserError): UserErrorRecord | null {
  const type = (Object.keys(FINAL_ERRORS) as FinalErrorName[]).find((name) => error.constructor === FINAL_ERRORS[name]);
  if (type === undefined) return null;
  const { existingCard, ...details } = { ...error } as unknown as Record<string, unknown>;
  const card = existingCard as Card | null | undefined;
  return { type, details, ...(card && { existingCardId: card.id }) };
}

/**
 * The user error as it was, made with `new`: its GraphQL type is told by its class. A card in it is read anew, and null
 * when that fails.
 */
export async function fromUserErrorRecord(
  record: UserErrorRecord,
  readCard: (id: string) => Promise<Card | null>,
): Promise<UserError> {
  const { type, details, existingCardId } = record;
  const existingCard = existingCardId === undefined ? null : await readCard(existingCardId).catch(() => null);
  const Class = FINAL_ERRORS[type] as new (details: object) => UserError;
  return new Class({ ...details, ...(existingCardId !== undefined && { existingCard }) });
}
