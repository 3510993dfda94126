import { tag } from '../../datasources/cache/cache-tags.js';
import { ENTITY_KINDS, type EntityKind } from '../../datasources/cache/changed-entities.js';

/** What a webhook delivery hints at. Nothing of it is believed: it says where to look, and the API says what is there. */
export interface Delivery {
  /** `card.updated`, say; any text that this version does not know is kept as it came. */
  webhookType: string;
  /** Null where there is none that can be remembered: the delivery is then taken for a new one. */
  eventId: string | null;
  /** Null for a type that this version does not know. */
  subject: Subject | null;
}

/** The entity that is said to have changed, and above it what the delivery names. IDs are in lower case. */
export interface Subject {
  kind: EntityKind;
  id: string;
  customerId: string | null;
  accountId: string | null;
  cardId: string | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const EVENT_ID = /^[\w.:-]{8,100}$/;
const MAX_TYPE_LENGTH = 100;

/**
 * Reads a body: `webhookType`, `eventId` and, flat beside them, the fields of the entity. Null for what is no delivery:
 * no object, no type, or a known type without the entity's ID. Fields that nobody asks for are ignored.
 * Source: https://docs.offblocks.xyz/developer-guides/step-by-step-guide/webhooks
 */
export function parseDelivery(body: unknown): Delivery | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const record = body as Readonly<Record<string, unknown>>;
  const text = (property: string): string | null => {
    const value = Object.hasOwn(record, property) ? record[property] : undefined;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const idOf = (property: string): string | null => {
    const id = text(property)?.toLowerCase() ?? '';
    return UUID.test(id) ? id : null;
  };

  const webhookType = text('webhookType');
  if (webhookType === null || webhookType.length > MAX_TYPE_LENGTH) return null;
  const givenEventId = text('eventId');
  const eventId = givenEventId !== null && EVENT_ID.test(givenEventId) ? givenEventId.toLowerCase() : null;
  const kind = ENTITY_KINDS.find((name) => webhookType === `${name}.updated`);
  if (kind === undefined) return { webhookType, eventId, subject: null };
  const id = idOf('id');
  if (id === null) return null;
  const subject = { kind, id, customerId: idOf('customerId'), accountId: idOf('accountId'), cardId: idOf('cardId') };
  return { webhookType, eventId, subject };
}

/**
 * Tags of whatever may show the entity, broad ones (lists) first. The lists above it are those that the delivery names, and the
 * lists of what may change along belong to them: a forged one can cost a miss of these, and no more.
 */
export function tagsOfSubject({ kind, id, customerId, accountId, cardId }: Subject): string[] {
  switch (kind) {
    case 'customer':
      return [tag.cards, tag.accounts, tag.customers, tag.customerAccounts(id), tag.customer(id)];
    case 'account':
      return [
        tag.cards,
        tag.accounts,
        ...(customerId ? [tag.customerAccounts(customerId)] : []),
        tag.accountCards(id),
        tag.account(id),
      ];
    case 'card':
      return [tag.cards, ...(accountId ? [tag.accountCards(accountId)] : []), tag.card(id)];
    // A capture makes a transaction that has the ID of its authorisation.
    case 'authorisation':
    case 'transaction':
      return [
        ...(accountId ? [tag.accountTransactions(accountId)] : []),
        ...(cardId ? [tag.cardTransactions(cardId)] : []),
        tag.transaction(id),
        tag.authorisation(id),
      ];
  }
}
