import { badRequest, notFound } from '../errors.js';
import { EntityTable } from './entity-table.js';
import { isUuid } from './identifiers.js';
import { type Instant, InstantSource } from './instants.js';
import type { AccountRow, AuthorisationRow, CardRow, CustomerRow, TransactionRow } from './records.js';
import { Settling } from './settling.js';

/** https://docs.offblocks.xyz/developer-guides/step-by-step-guide/webhooks */
export const WEBHOOK_TYPES = [
  'customer.updated',
  'account.updated',
  'card.updated',
  'authorisation.updated',
  'transaction.updated',
] as const;
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** What every entity that changes has. */
export interface ChangedEntity {
  id: string;
  status: string;
}

/** Tells subscribers that an entity was created or changed. */
export type Announce = (type: WebhookType, entity: ChangedEntity) => void;

/** Everything that one programme of the card issuer consists of, and the time and IDs that it is given. */
export class Programme {
  readonly customers = new EntityTable<CustomerRow>();
  readonly accounts = new EntityTable<AccountRow>((account) => [account.customerId]);
  readonly cards = new EntityTable<CardRow>((card) => [card.accountId]);
  readonly authorisations = new EntityTable<AuthorisationRow>((authorisation) => [authorisation.cardId]);
  readonly transactions = new EntityTable<TransactionRow>(({ accountId, cardId }) => [accountId, cardId]);
  readonly clock: () => Date;
  readonly createId: () => string;
  readonly settling: Settling;
  readonly announce: Announce;
  readonly #instants: InstantSource;

  constructor(parts: { clock: () => Date; createId: () => string; settleDelayMs: number; announce: Announce }) {
    this.clock = parts.clock;
    this.createId = parts.createId;
    this.settling = new Settling(parts.settleDelayMs);
    this.announce = parts.announce;
    this.#instants = new InstantSource(parts.clock);
  }

  nextInstant(): Instant {
    return this.#instants.next();
  }

  /** Forgets every entity and every step under way. */
  clear(): void {
    this.settling.stop();
    for (const table of [this.customers, this.accounts, this.cards, this.authorisations, this.transactions]) {
      table.clear();
    }
  }
}

/** Reads a row by an ID out of a path: 400 for what is no UUID (a choice of the sandbox), 404 for what is not there. */
export function findRow<Row extends { entity: { id: string } }>({
  table,
  id,
  noun,
}: {
  table: EntityTable<Row>;
  id: string;
  noun: string;
}): Row {
  if (!isUuid(id)) throw badRequest(`the ID of the ${noun} is not a UUID`);
  const row = table.get(id.toLowerCase());
  if (!row) throw notFound(noun);
  return row;
}

/** Refuses with 400 what the state tables do not allow. */
export function assertStatus<Status extends string>({
  noun,
  status,
  allowed,
  verb,
}: {
  noun: string;
  status: Status;
  allowed: readonly Status[];
  verb: string;
}): void {
  if (!allowed.includes(status)) throw badRequest(`cannot ${verb} a ${noun} in status ${status}`);
}
