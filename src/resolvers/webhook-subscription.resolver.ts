import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';
import type { ClientKey } from '../datasources/mutations/idempotency-key.js';
import {
  CreateWebhookSubscriptionInput,
  DeleteWebhookSubscriptionInput,
  UpdateWebhookSubscriptionInput,
} from '../schema/webhook-subscription/webhook-subscription.input.js';
import {
  DeleteWebhookSubscriptionPayload,
  WebhookSubscriptionPayload,
} from '../schema/webhook-subscription/webhook-subscription.payload.js';
import { WebhookSubscription } from '../schema/webhook-subscription/webhook-subscription.type.js';
import { MutationKey, parseIdArgument } from './arguments.js';
import { ProgrammeDoor } from './door.js';

@Resolver(() => WebhookSubscription)
export class WebhookSubscriptionResolver {
  @ProgrammeDoor(Scope.WebhooksManage)
  @Query(() => WebhookSubscription, {
    nullable: true,
    description: 'One webhook subscription; null if there is none with this ID.',
  })
  webhookSubscription(
    @Arg('id', () => ID, { description: 'ID of the webhook subscription.' }) id: string,
    @Ctx() { webhookSubscriptions }: GatewayContext,
  ): Promise<WebhookSubscription | null> {
    return webhookSubscriptions.get(parseIdArgument(id, 'id'));
  }

  @ProgrammeDoor(Scope.WebhooksManage)
  @Query(() => [WebhookSubscription], { description: 'Where OffBlocks reports changes to, oldest first.' })
  async webhookSubscriptions(@Ctx() { webhookSubscriptions }: GatewayContext): Promise<readonly WebhookSubscription[]> {
    return (await webhookSubscriptions.list()).items;
  }

  @ProgrammeDoor(Scope.WebhooksManage)
  @Mutation(() => WebhookSubscriptionPayload, { description: 'Has OffBlocks report changes to an address.' })
  createWebhookSubscription(
    @Arg('input', () => CreateWebhookSubscriptionInput, { description: 'Where to, and which events.' })
    input: CreateWebhookSubscriptionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { webhookSubscriptions }: GatewayContext,
  ): Promise<WebhookSubscriptionPayload> {
    return webhookSubscriptions.create(input, key);
  }

  @ProgrammeDoor(Scope.WebhooksManage)
  @Mutation(() => WebhookSubscriptionPayload, {
    description: 'Changes the address and the events of a webhook subscription.',
  })
  updateWebhookSubscription(
    @Arg('input', () => UpdateWebhookSubscriptionInput, { description: 'Which one, and what it becomes.' })
    input: UpdateWebhookSubscriptionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { webhookSubscriptions }: GatewayContext,
  ): Promise<WebhookSubscriptionPayload> {
    return webhookSubscriptions.update(input, key);
  }

  @ProgrammeDoor(Scope.WebhooksManage)
  @Mutation(() => DeleteWebhookSubscriptionPayload, { description: 'Ends a webhook subscription.' })
  deleteWebhookSubscription(
    @Arg('input', () => DeleteWebhookSubscriptionInput, { description: 'Which one.' })
    input: DeleteWebhookSubscriptionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { webhookSubscriptions }: GatewayContext,
  ): Promise<DeleteWebhookSubscriptionPayload> {
    return webhookSubscriptions.delete(input, key);
  }
}
