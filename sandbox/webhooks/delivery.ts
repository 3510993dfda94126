import { Agent, request } from 'undici';
import type { WebhookType } from '../programme/programme.js';
import { type DeliverySettings, nextRetryDelay } from './retry.js';
import type { WebhookSubscriptions } from './subscriptions.js';

const MAX_WAITING = 100_000;

export interface WebhookStats {
  /** Events raised, with or without a subscriber. */
  events: number;
  /** Requests sent to receivers. */
  attempts: number;
  /** Deliveries answered with 2xx; a duplicate counts as a delivery of its own. */
  delivered: number;
  failedAttempts: number;
  /** Given up, or not accepted because too many were waiting. */
  dropped: number;
  duplicates: number;
  heldBack: number;
  /** Deliveries that are neither delivered nor dropped. */
  waiting: number;
}

interface Delivery {
  webhookId: string;
  url: string;
  body: string;
  failures: number;
  firstAttemptAtMs: number;
}

/**
 * Sends events to subscribers, in the background: a receiver that is slow, wrong or away changes nothing for the API.
 * First attempts to one subscriber leave one after the other; retries, duplicates and held-back deliveries come in between,
 * so receivers must not count on an order. A repetition keeps its `eventId` (not documented).
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/webhooks
 */
export class WebhookDelivery {
  readonly #subscriptions: WebhookSubscriptions;
  readonly #settings: DeliverySettings;
  readonly #createId: () => string;
  readonly #agent: Agent;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #idleWaiters: (() => void)[] = [];
  #stats = emptyStats();
  #waiting = 0;
  #isClosed = false;

  constructor(parts: { subscriptions: WebhookSubscriptions; settings: DeliverySettings; createId: () => string }) {
    this.#subscriptions = parts.subscriptions;
    this.#settings = parts.settings;
    this.#createId = parts.createId;
    this.#agent = new Agent({
      connect: { timeout: parts.settings.timeoutMs },
      headersTimeout: parts.settings.timeoutMs,
      bodyTimeout: parts.settings.timeoutMs,
    });
  }

  /** Raises an event: the discriminator, an event ID and, beside them, all fields of the entity as it is now. */
  announce(type: WebhookType, entity: object): void {
    this.#stats.events += 1;
    for (const webhook of this.#subscriptions.of(type)) {
      const body = JSON.stringify({ webhookType: type, eventId: this.#createId(), ...entity });
      const delivery = { webhookId: webhook.id, url: webhook.callbackUrl, body, failures: 0, firstAttemptAtMs: 0 };
      this.#accept(delivery);
      if (this.#settings.random() < this.#settings.duplicateRate) {
        this.#stats.duplicates += 1;
        this.#accept({ ...delivery });
      }
    }
  }

  stats(): WebhookStats {
    return { ...this.#stats, waiting: this.#waiting };
  }

  resetStats(): void {
    this.#stats = emptyStats();
  }

  /** Resolves when every delivery is delivered or dropped. */
  async idle(): Promise<void> {
    if (this.#waiting > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Drops what is waiting and breaks off what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await this.#agent.destroy();
    this.#waiting = 0;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #accept(delivery: Delivery): void {
    if (this.#waiting >= MAX_WAITING) {
      this.#stats.dropped += 1;
      return;
    }
    this.#waiting += 1;
    if (this.#settings.random() < this.#settings.disorderRate) {
      this.#stats.heldBack += 1;
      this.#after(this.#settings.holdBackMs, () => void this.#attempt(delivery));
      return;
    }
    const lane = this.#lanes.get(delivery.webhookId) ?? Promise.resolve();
    this.#lanes.set(
      delivery.webhookId,
      lane.then(() => this.#attempt(delivery)),
    );
  }

  async #attempt(delivery: Delivery): Promise<void> {
    if (this.#isClosed) return;
    delivery.firstAttemptAtMs ||= Date.now();
    this.#stats.attempts += 1;
    const isDelivered = await this.#post(delivery);
    if (this.#isClosed) return;
    if (isDelivered) {
      this.#stats.delivered += 1;
      this.#finish();
      return;
    }
    this.#stats.failedAttempts += 1;
    delivery.failures += 1;
    const ageMs = Date.now() - delivery.firstAttemptAtMs;
    const delayMs = nextRetryDelay({ failures: delivery.failures, ageMs, settings: this.#settings });
    if (delayMs === undefined) {
      this.#stats.dropped += 1;
      this.#finish();
      return;
    }
    this.#after(delayMs, () => void this.#attempt(delivery));
  }

  /** Whether the receiver answered with 2xx. Never throws. */
  async #post({ url, body }: Delivery): Promise<boolean> {
    try {
      const response = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        dispatcher: this.#agent,
      });
      await response.body.dump();
      return response.statusCode >= 200 && response.statusCode < 300;
    } catch {
      return false;
    }
  }

  #after(delayMs: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }

  #finish(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
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
