import type { WebhookEventType } from '../../schema/webhook-subscription/webhook-event-type.enum.js';
import type { WebhookSubscription } from '../../schema/webhook-subscription/webhook-subscription.type.js';
import { isSameReceiver, isSameUrl } from './callback-url.js';

/** What there is to do so that one subscription has these events delivered to this address. */
export type RegistrationPlan = (
  | { action: 'create' }
  | { action: 'update' | 'none'; subscription: WebhookSubscription }
) & {
  /** Others with the same address: each event would come once for each. */
  duplicates: readonly WebhookSubscription[];
  /** Those of the same receiver with another secret: left behind by a change of it, most likely. */
  outdated: readonly WebhookSubscription[];
};

/** Compares what is wanted with what the API has; pure. Of several with the address the one with the right types counts, else the oldest. */
export function planRegistration(options: {
  /** In the order in which they were created. */
  subscriptions: readonly WebhookSubscription[];
  callbackUrl: URL;
  types: readonly WebhookEventType[];
}): RegistrationPlan {
  const { subscriptions, callbackUrl, types } = options;
  const same = subscriptions.filter((one) => isSameUrl(one.callbackUrl, callbackUrl.href));
  const outdated = subscriptions.filter(
    (one) => !same.includes(one) && isSameReceiver(one.callbackUrl, callbackUrl.href),
  );
  const complete = same.find((one) => hasSameMembers(one.types, types));
  const subscription = complete ?? same[0];
  if (!subscription) return { action: 'create', duplicates: [], outdated };
  const duplicates = same.filter((one) => one !== subscription);
  return { action: complete ? 'none' : 'update', subscription, duplicates, outdated };
}

function hasSameMembers<T>(one: readonly T[], other: readonly T[]): boolean {
  const [left, right] = [new Set(one), new Set(other)];
  return left.size === right.size && [...left].every((member) => right.has(member));
}
