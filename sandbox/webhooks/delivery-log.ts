import type { WebhookType } from '../programme/programme.js';

/** `lost` and `queue-full`: never attempted. `unsubscribed`: its subscription was deleted while it waited. */
export type DropReason = 'gave-up' | 'lost' | 'queue-full' | 'unsubscribed' | 'reset';

/** What became of one delivery: of one event to one subscriber; a duplicate has a record of its own. */
export interface DeliveryRecord {
  /** Counts up from 1. */
  number: number;
  webhookId: string;
  eventId: string;
  webhookType: WebhookType;
  /** The entity as it was delivered. */
  entity: { id: string; status: string };
  raisedAt: string;
  state: 'waiting' | 'delivered' | 'dropped';
  dropReason?: DropReason;
  isDuplicate: boolean;
  isHeldBack: boolean;
  /** All that were made. */
  attemptCount: number;
  /** The last five; `status` is null where the receiver gave no answer. */
  attempts: { at: string; status: number | null }[];
  /** When it is tried again, for one that has failed and waits. */
  nextAttemptAt?: string;
}

export interface DeliveryFilter {
  state?: DeliveryRecord['state'];
  webhookType?: WebhookType;
  /** At most so many; default 100. */
  limit?: number;
}

const MAX_RECORDS = 1_000;
const MAX_ATTEMPTS = 5;

/** The records of the last thousand deliveries, for tests and people. */
export class DeliveryLog {
  readonly #records: DeliveryRecord[] = [];
  #count = 0;

  /** Takes a record in; later changes of it show in the log. */
  add(record: Omit<DeliveryRecord, 'number' | 'attemptCount' | 'attempts' | 'state'>): DeliveryRecord {
    this.#count += 1;
    const added: DeliveryRecord = { number: this.#count, state: 'waiting', attemptCount: 0, attempts: [], ...record };
    this.#records.push(added);
    if (this.#records.length > MAX_RECORDS) this.#records.shift();
    return added;
  }

  /** Newest first; copies. */
  list({ state, webhookType, limit = 100 }: DeliveryFilter = {}): DeliveryRecord[] {
    const isWanted = (record: DeliveryRecord) =>
      (state === undefined || record.state === state) &&
      (webhookType === undefined || record.webhookType === webhookType);
    return structuredClone(this.#records.filter(isWanted).toReversed().slice(0, limit));
  }

  clear(): void {
    this.#records.length = 0;
  }
}

/** Notes an attempt, and keeps no more than the last five. */
export function noteAttempt(record: DeliveryRecord, attempt: { at: string; status: number | null }): void {
  record.attemptCount += 1;
  record.attempts.push(attempt);
  if (record.attempts.length > MAX_ATTEMPTS) record.attempts.shift();
  delete record.nextAttemptAt;
}
