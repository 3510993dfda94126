import { randomUUID } from 'node:crypto';
import type { UpstreamClient } from '../../datasources/http/upstream-client.js';
import { UpstreamFailure } from '../../datasources/http/upstream-failure.js';
import { createApiReader } from '../../datasources/loaders/api-reader.js';
import { webhookSubscriptionResource } from '../../datasources/loaders/resources.js';
import { encodeWebhookEventType } from '../../datasources/wire/webhook-subscription.wire.js';
import type { WebhookEventType } from '../../schema/webhook-subscription/webhook-event-type.enum.js';
import type { WebhookSubscription } from '../../schema/webhook-subscription/webhook-subscription.type.js';

/**
 * The webhook subscriptions as the API has them now, past any cache; every call throws `UpstreamFailure`.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/webhooks
 */
export interface SubscriptionsApi {
  /** Oldest first. */
  list(): Promise<readonly WebhookSubscription[]>;
  /** Creates one, or changes the one with this ID. Null when the answer does not show it. */
  put(subscription: {
    id?: string;
    callbackUrl: URL;
    types: readonly WebhookEventType[];
  }): Promise<WebhookSubscription | null>;
  /** False when there was none with this ID. */
  delete(id: string): Promise<boolean>;
}

/** Many more than anybody needs: what is longer is no list of subscriptions. */
const MAX_SUBSCRIPTIONS = 10_000;

export function createSubscriptionsApi(client: UpstreamClient): SubscriptionsApi {
  const resource = webhookSubscriptionResource;
  // A type of event that this version does not know is no concern of whoever looks for an address.
  const reader = createApiReader({ client, onUnknownValue: () => {} });

  return {
    async list() {
      return (await reader.loadList(resource, { maxEntities: MAX_SUBSCRIPTIONS })).items;
    },
    async put({ id, callbackUrl, types }) {
      const { body } = await client.call({
        method: 'PUT',
        route: '/webhooks',
        body: {
          ...(id !== undefined && { id }),
          callbackUrl: callbackUrl.href,
          types: types.map(encodeWebhookEventType),
        },
        idempotencyKey: randomUUID(),
      });
      return reader.decodeAnswer(resource, body, id?.toLowerCase());
    },
    async delete(id) {
      try {
        await client.call({ method: 'DELETE', route: resource.route, params: { id }, idempotencyKey: randomUUID() });
        return true;
      } catch (error) {
        if (error instanceof UpstreamFailure && error.status === 404) return false;
        throw error;
      }
    },
  };
}
