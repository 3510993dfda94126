import { badRequest } from '../errors.js';
import { type JsonObject, readMatching, readOptionalText } from '../programme/body.js';
import { EntityTable } from '../programme/entity-table.js';
import { findRow, type Programme, WEBHOOK_TYPES, type WebhookType } from '../programme/programme.js';

export interface Webhook {
  id: string;
  callbackUrl: string;
  types: WebhookType[];
  createdAt: string;
  updatedAt: string;
}

/** A receiver that is subscribed by whoever runs the sandbox. */
export interface SubscriptionRequest {
  callbackUrl: string;
  /** Default: all. */
  types?: readonly WebhookType[];
}

export interface WebhookRow {
  entity: Webhook;
}

/** The subscriptions of the programme: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/webhooks */
export class WebhookSubscriptions {
  readonly table = new EntityTable<WebhookRow>();

  /**
   * Creates a subscription, or changes the one whose `id` is given (404 when there is none). Both fields are required; that
   * the types are is a choice of the sandbox.
   */
  put(programme: Programme, body: JsonObject): WebhookRow {
    const callbackUrl = readMatching(body, { field: 'callbackUrl', accepts: isHttpUrl, form: 'an http or https URL' });
    const types = readTypes(body);
    const id = readOptionalText(body, 'id');
    const at = programme.nextInstant().stored;
    if (id !== undefined) {
      const row = findRow({ table: this.table, id, noun: 'webhook' });
      this.table.change(row, { callbackUrl, types, updatedAt: at });
      return row;
    }
    return this.#add(programme, { callbackUrl, types, at });
  }

  /** Creates a subscription without a call of the API. */
  add(programme: Programme, { callbackUrl, types = WEBHOOK_TYPES }: SubscriptionRequest): Webhook {
    if (!isHttpUrl(callbackUrl)) throw new TypeError('callbackUrl is not an http or https URL');
    const at = programme.nextInstant().stored;
    return this.#add(programme, { callbackUrl, types: [...new Set(types)], at }).entity;
  }

  #add(
    programme: Programme,
    { callbackUrl, types, at }: { callbackUrl: string; types: WebhookType[]; at: string },
  ): WebhookRow {
    const row: WebhookRow = { entity: { id: programme.createId(), callbackUrl, types, createdAt: at, updatedAt: at } };
    this.table.add(row);
    return row;
  }

  /** The subscriptions that want events of this type. */
  *of(type: WebhookType): IterableIterator<Webhook> {
    for (const { entity } of this.table.rows()) if (entity.types.includes(type)) yield entity;
  }
}

function readTypes(body: JsonObject): WebhookType[] {
  const { types } = body;
  if (!Array.isArray(types) || types.length === 0 || !types.every(isWebhookType)) {
    throw badRequest(`types must hold some of ${WEBHOOK_TYPES.join(', ')}`);
  }
  return [...new Set(types)];
}

function isWebhookType(value: unknown): value is WebhookType {
  return WEBHOOK_TYPES.some((type) => type === value);
}

function isHttpUrl(text: string): boolean {
  // Not `URL.canParse`, which in Node 20 comes to refuse texts with letters such as `ü`.
  try {
    const { protocol } = new URL(text);
    return protocol === 'http:' || protocol === 'https:';
  } catch {
    return false;
  }
}
