import { Agent, request } from 'undici';
import type { ChangedEntity, WebhookType } from '../programme/programme.js';
import { type DeliveryFilter, DeliveryLog, type DeliveryRecord, type DropReason, noteAttempt } from './delivery-log.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { DeliverySigner } from './delivery-signer.js';
import { nextRetryDelay } from './retry.js';
import type { DeliverySettings, DeliverySettingsPatch } from './settings.js';
import type { Webhook, WebhookSubscriptions } from './subscriptions.js';

export interface WebhookStats {
  /** Events raised, with or without a subscriber. */
  events: number;
  /** Requests sent to receivers. */
  attempts: number;
  /** Deliveries answered with 2xx; a duplicate counts as a delivery of its own. */
  delivered: number;
  failedAttempts: number;
  /** Given up, lost on purpose, not accepted because too many were waiting, or without a subscription any more. */
  dropped: number;
  duplicates: number;
  heldBack: number;
  /** Deliveries that are neither delivered nor dropped. */
  waiting: number;
}

export interface WebhookDeliveryParts {
  subscriptions: WebhookSubscriptions;
  settings: DeliverySettings;
  signer: DeliverySigner;
  createId: () => string;
  clock: () => Date;
}

interface Delivery {
  body: string;
  record: DeliveryRecord;
  firstAttemptAtMs: number;
}

/**
 * Sends events to subscribers, in the background: a receiver that is slow, wrong or away changes nothing for the API.
 * First attempts to one subscriber leave one after the other; retries, duplicates and held-back deliveries come in between,
 * so receivers must not count on an order. A repetition keeps its `eventId` (not documented), and goes to the address that
 * the subscription has by then.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/webhooks
 */
export class WebhookDelivery {
  readonly #parts: WebhookDeliveryParts;
  readonly #agent: Agent;
  readonly #log = new DeliveryLog();
  readonly #queue: DeliveryQueue<Delivery>;
  readonly #idleWaiters: (() => void)[] = [];
  #settings: DeliverySettings;
  #stats = emptyStats();
  #waiting = 0;
  #isClosed = false;

  constructor(parts: WebhookDeliveryParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#agent = new Agent({ connect: { timeout: parts.settings.timeoutMs } });
    this.#queue = new DeliveryQueue({
      attempt: (delivery) => this.#attempt(delivery),
      maxParallel: () => this.#settings.maxParallel,
    });
  }

  /** Raises an event: the discriminator, an event ID and, beside them, all fields of the entity as it is now. */
  announce(type: WebhookType, entity: ChangedEntity): void {
    this.#stats.events += 1;
    for (const webhook of this.#parts.subscriptions.of(type)) {
      const eventId = this.#parts.createId();
      const body = JSON.stringify({ webhookType: type, eventId, ...entity });
      const isDuplicated = this.#draw(this.#settings.duplicateRate);
      for (const isDuplicate of isDuplicated ? [false, true] : [false]) {
        this.#accept({ webhook, type, eventId, entity, body, isDuplicate });
      }
    }
  }

  stats(): WebhookStats {
    return { ...this.#stats, waiting: this.#waiting };
  }

  resetStats(): void {
    this.#stats = emptyStats();
  }

  settings(): DeliverySettings {
    return { ...this.#settings };
  }

  /** For what is attempted from now on; what waits already keeps its delay. */
  changeSettings(patch: DeliverySettingsPatch): void {
    this.#settings = { ...this.#settings, ...patch };
  }

  /** The last thousand, newest first. */
  list(filter?: DeliveryFilter): DeliveryRecord[] {
    return this.#log.list(filter);
  }

  /** Attempts now whatever waits for its next attempt. */
  hurry(): void {
    this.#queue.hurry();
  }

  /** Resolves when every delivery is delivered or dropped. */
  async idle(): Promise<void> {
    if (this.#waiting > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Drops what waits, forgets the records, and goes back to the settings of the start. */
  reset(): void {
    for (const delivery of this.#queue.clear()) this.#drop(delivery, 'reset');
    this.#log.clear();
    this.#settings = this.#parts.settings;
    this.resetStats();
  }

  /** Drops what waits, breaks off what is under way, and resolves when it has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ended = this.#queue.close();
    await this.#agent.destroy();
    await ended;
    this.#waiting = 0;
    this.#wakeIdle();
  }

  #accept(event: {
    webhook: Webhook;
    type: WebhookType;
    eventId: string;
    entity: ChangedEntity;
    body: string;
    isDuplicate: boolean;
  }): void {
    const { webhook, type, eventId, entity, body, isDuplicate } = event;
    const isLost = this.#draw(this.#settings.lossRate);
    const isHeldBack = !isLost && this.#draw(this.#settings.disorderRate);
    const record = this.#log.add({
      webhookId: webhook.id,
      eventId,
      webhookType: type,
      entity: { id: entity.id, status: entity.status },
      raisedAt: this.#now(),
      isDuplicate,
      isHeldBack,
    });
    const delivery: Delivery = { body, record, firstAttemptAtMs: 0 };
    if (isDuplicate) this.#stats.duplicates += 1;
    if (isHeldBack) this.#stats.heldBack += 1;
    const isFull = this.#waiting >= this.#settings.maxWaiting;
    this.#waiting += 1;
    if (isLost || isFull) {
      this.#drop(delivery, isLost ? 'lost' : 'queue-full');
      return;
    }
    const { delayMs, holdBackMs } = this.#settings;
    const enqueue = () => this.#queue.enqueue(webhook.id, delivery);
    if (isHeldBack) this.#queue.later(delayMs + holdBackMs, delivery);
    else if (delayMs > 0) this.#queue.later(delayMs, delivery, enqueue);
    else enqueue();
  }

  async #attempt(delivery: Delivery): Promise<void> {
    if (this.#isClosed) return;
    const { record } = delivery;
    const webhook = this.#parts.subscriptions.table.get(record.webhookId)?.entity;
    if (!webhook) {
      this.#drop(delivery, 'unsubscribed');
      return;
    }
    delivery.firstAttemptAtMs ||= Date.now();
    this.#stats.attempts += 1;
    const at = this.#now();
    const status = await this.#post(webhook.callbackUrl, delivery.body);
    if (this.#isClosed) return;
    noteAttempt(record, { at, status });
    if (status !== null && status >= 200 && status < 300) {
      record.state = 'delivered';
      this.#stats.delivered += 1;
      this.#finish();
      return;
    }
    this.#stats.failedAttempts += 1;
    const ageMs = Date.now() - delivery.firstAttemptAtMs;
    const delayMs = nextRetryDelay({ failures: record.attemptCount, ageMs, settings: this.#settings });
    if (delayMs === undefined) {
      this.#drop(delivery, 'gave-up');
      return;
    }
    record.nextAttemptAt = new Date(this.#parts.clock().getTime() + delayMs).toISOString();
    this.#queue.later(delayMs, delivery);
  }

  /** The status of the receiver's answer, null without one. Never throws. */
  async #post(callbackUrl: string, body: string): Promise<number | null> {
    const { timeoutMs, isSigned } = this.#settings;
    const plain = { 'content-type': 'application/json' };
    try {
      const url = new URL(callbackUrl);
      const headers = isSigned ? await this.#parts.signer.sign({ url, body, headers: plain }) : plain;
      const response = await request(url, {
        method: 'POST',
        headers,
        body,
        dispatcher: this.#agent,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      await response.body.dump();
      return response.statusCode;
    } catch {
      return null;
    }
  }

  #draw(rate: number): boolean {
    return rate > 0 && this.#settings.random() < rate;
  }

  #now(): string {
    return this.#parts.clock().toISOString();
  }

  #drop({ record }: Delivery, reason: DropReason): void {
    record.state = 'dropped';
    record.dropReason = reason;
    delete record.nextAttemptAt;
    this.#stats.dropped += 1;
    this.#finish();
  }

  #finish(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#wakeIdle();
  }

  #wakeIdle(): void {
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}

function emptyStats(): WebhookStats {
  return {
    events: 0,
    attempts: 0,
    delivered: 0,
    failedAttempts: 0,
    dropped: 0,
    duplicates: 0,
    heldBack: 0,
    waiting: 0,
  };
}
