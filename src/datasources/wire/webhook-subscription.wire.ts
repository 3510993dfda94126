import { WebhookEventType } from '../../schema/webhook-subscription/webhook-event-type.enum.js';
import type { WebhookSubscription } from '../../schema/webhook-subscription/webhook-subscription.type.js';
import { INSTANT, readWire, type UnknownValueListener } from './decode.js';

/** `card.updated` on the wire is `CARD_UPDATED` here. Source: https://docs.offblocks.xyz/developer-guides/step-by-step-guide/webhooks */
export function decodeWebhookEventType(wire: string): WebhookEventType | null {
  const name = wire.toUpperCase().replace('.', '_');
  return Object.hasOwn(WebhookEventType, name) ? WebhookEventType[name as keyof typeof WebhookEventType] : null;
}

export function encodeWebhookEventType(type: WebhookEventType): string {
  return type.toLowerCase().replace('_', '.');
}

/**
 * An event type that this version does not know is reported and left out: the enum has no UNKNOWN, since it is also an input.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/webhooks
 */
export function decodeWebhookSubscription(wire: unknown, onUnknown: UnknownValueListener): WebhookSubscription {
  const read = readWire('webhook', wire, onUnknown);
  const types: WebhookEventType[] = [];
  for (const value of read.list('types')) {
    const type = typeof value === 'string' ? decodeWebhookEventType(value) : null;
    if (type) types.push(type);
    else onUnknown('WebhookEventType', typeof value === 'string' ? value : typeof value);
  }
  return {
    id: read.id('id'),
    callbackUrl: read.text('callbackUrl'),
    types,
    createdAt: read.textLike('createdAt', INSTANT),
    updatedAt: read.textLike('updatedAt', INSTANT),
  };
}
