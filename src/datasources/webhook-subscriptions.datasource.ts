import type {
  CreateWebhookSubscriptionInput,
  DeleteWebhookSubscriptionInput,
  UpdateWebhookSubscriptionInput,
} from '../schema/webhook-subscription/webhook-subscription.input.js';
import type {
  DeleteWebhookSubscriptionPayload,
  WebhookSubscriptionPayload,
} from '../schema/webhook-subscription/webhook-subscription.payload.js';
import type { WebhookSubscription } from '../schema/webhook-subscription/webhook-subscription.type.js';
import { tag } from './cache/cache-tags.js';
import type { EntityList } from './loaders/entity-list.js';
import { webhookSubscriptionResource } from './loaders/resources.js';
import type { ClientKey } from './mutations/idempotency-key.js';
import { InputCheck } from './mutations/input-check.js';
import type { MutationName } from './mutations/mutation-name.js';
import { isWithin, onlyOne } from './mutations/mutation-plan.js';
import type { RequestScope } from './request-scope.js';
import { encodeWebhookEventType } from './wire/webhook-subscription.wire.js';

const SUBJECT = ['input', 'id'] as const;

/** Subscriptions to events of the API. Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/webhooks */
export class WebhookSubscriptionsDatasource {
  constructor(private readonly scope: RequestScope) {}

  get(id: string): Promise<WebhookSubscription | null> {
    return this.scope.loaders.webhookSubscription.load(id);
  }

  list(): Promise<EntityList<WebhookSubscription>> {
    return this.scope.loaders.webhookSubscriptions.load('all');
  }

  create(input: CreateWebhookSubscriptionInput, key: ClientKey): Promise<WebhookSubscriptionPayload> {
    return this.put('createWebhookSubscription', input, key, new InputCheck(), null);
  }

  async update(input: UpdateWebhookSubscriptionInput, key: ClientKey): Promise<WebhookSubscriptionPayload> {
    const check = new InputCheck();
    const id = check.id('id', input.id);
    return this.put('updateWebhookSubscription', input, key, check, id);
  }

  /** The API creates and changes with one call, told apart by the ID in its body. */
  private async put(
    mutation: MutationName,
    input: CreateWebhookSubscriptionInput,
    key: ClientKey,
    check: InputCheck,
    id: string | null,
  ): Promise<WebhookSubscriptionPayload> {
    const { reader, mutations } = this.scope;
    const { callbackUrl, types } = input;
    if (!/^https?:\/\//i.test(callbackUrl))
      check.refuse(['callbackUrl'], 'callbackUrl has to be an http or https address.');
    if (types.length === 0) check.refuse(['types'], 'types must name at least one type of event.');
    const { value, ...rest } = await mutations.run<WebhookSubscription>({
      mutation,
      key,
      problems: check.problems,
      isReachable: async () => true,
      // An unknown ID would make the API create a subscription: looked up first, so that an update never does.
      isPresent: async () => id === null || (await reader.readFresh(webhookSubscriptionResource, id)) !== null,
      subjectField: SUBJECT,
      call: {
        method: 'PUT',
        route: '/webhooks',
        body: { ...(id !== null && { id }), callbackUrl, types: [...new Set(types)].map(encodeWebhookEventType) },
      },
      complete: async (body) => reader.decodeCreated(webhookSubscriptionResource, body),
      entityIdOf: (subscription) => subscription?.id ?? id,
      read: (subscriptionId) => this.get(subscriptionId),
      lookUp: async (window) => {
        const isAsWished = (subscription: WebhookSubscription) =>
          subscription.callbackUrl === callbackUrl &&
          subscription.types.length === new Set(types).size &&
          subscription.types.every((type) => types.includes(type));
        if (id !== null) {
          const subscription = await reader.readFresh(webhookSubscriptionResource, id);
          return subscription && isAsWished(subscription) ? subscription : null;
        }
        const { items } = await this.list();
        return onlyOne(items.filter((subscription) => isAsWished(subscription) && isWithin(subscription, window)));
      },
      touches: (subscription) => [
        tag.webhookSubscriptions,
        ...(subscription ? [tag.webhookSubscription(subscription.id)] : []),
        ...(id !== null ? [tag.webhookSubscription(id)] : []),
      ],
    });
    return { webhookSubscription: value as WebhookSubscription | null, ...rest };
  }

  async delete(input: DeleteWebhookSubscriptionInput, key: ClientKey): Promise<DeleteWebhookSubscriptionPayload> {
    const check = new InputCheck();
    const id = check.id('id', input.id);
    const { reader, mutations } = this.scope;
    const { value, ...rest } = await mutations.run<string>({
      mutation: 'deleteWebhookSubscription',
      key,
      problems: check.problems,
      isReachable: async () => true,
      subjectField: SUBJECT,
      call: { method: 'DELETE', route: '/webhooks/{id}', params: { id } },
      complete: async () => id,
      entityIdOf: () => id,
      read: async () => id,
      lookUp: async () => ((await reader.readFresh(webhookSubscriptionResource, id)) ? null : id),
      touches: () => [tag.webhookSubscriptions, tag.webhookSubscription(id)],
    });
    return { deletedId: value as string | null, ...rest };
  }
}
