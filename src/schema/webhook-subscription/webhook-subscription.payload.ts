import { Field, ID, ObjectType } from 'type-graphql';
import { IdempotencyField } from '../idempotency/idempotency.field.js';
import { Idempotency } from '../idempotency/idempotency.type.js';
import { UserError } from '../user-error/user-error.type.js';
import { UserErrorsField } from '../user-error/user-errors.field.js';
import { WebhookSubscription } from './webhook-subscription.type.js';

@ObjectType({ simpleResolvers: true, description: 'Outcome of creating or changing a webhook subscription.' })
export class WebhookSubscriptionPayload {
  @Field(() => WebhookSubscription, {
    nullable: true,
    description: 'The subscription after the mutation; null if it was refused.',
  })
  webhookSubscription!: WebhookSubscription | null;

  @UserErrorsField()
  userErrors!: UserError[];

  @IdempotencyField()
  idempotency!: Idempotency;
}

@ObjectType({ simpleResolvers: true, description: 'Outcome of `deleteWebhookSubscription`.' })
export class DeleteWebhookSubscriptionPayload {
  @Field(() => ID, { nullable: true, description: 'ID of the subscription that is gone; null if it was refused.' })
  deletedId!: string | null;

  @UserErrorsField()
  userErrors!: UserError[];

  @IdempotencyField()
  idempotency!: Idempotency;
}
