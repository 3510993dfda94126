import { Field, ID, InputType } from 'type-graphql';
import { IdempotencyKeyField } from '../idempotency/idempotency.field.js';
import { URLScalar } from '../scalars/url.scalar.js';
import { WebhookEventType } from './webhook-event-type.enum.js';

@InputType({ description: 'A webhook subscription to create.' })
export class CreateWebhookSubscriptionInput {
  @Field(() => URLScalar, {
    description:
      'Where to send deliveries. They carry no proof of origin, so put something that cannot be guessed into the path.',
  })
  callbackUrl!: string;

  @Field(() => [WebhookEventType], { description: 'What to report there.' })
  types!: WebhookEventType[];

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType({ description: 'A webhook subscription to change. Both the address and the types are replaced.' })
export class UpdateWebhookSubscriptionInput {
  @Field(() => ID, { description: 'The webhook subscription.' })
  id!: string;

  @Field(() => URLScalar, {
    description:
      'Where to send deliveries. They carry no proof of origin, so put something that cannot be guessed into the path.',
  })
  callbackUrl!: string;

  @Field(() => [WebhookEventType], { description: 'Everything that shall be reported there, not only what is new.' })
  types!: WebhookEventType[];

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType({ description: 'A webhook subscription to delete.' })
export class DeleteWebhookSubscriptionInput {
  @Field(() => ID, { description: 'The webhook subscription.' })
  id!: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}
