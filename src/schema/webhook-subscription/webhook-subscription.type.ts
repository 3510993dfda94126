import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { URLScalar } from '../scalars/url.scalar.js';
import { WebhookEventType } from './webhook-event-type.enum.js';

@ObjectType({
  simpleResolvers: true,
  description:
    'An address to which the API reports changes. Deliveries come more than once and out of order; failed ones are repeated ' +
    'for up to 24 hours.',
})
export class WebhookSubscription {
  @Field(() => ID, { description: 'ID of the subscription at OffBlocks, a UUID.' })
  id!: string;

  @Field(() => URLScalar, {
    description: 'Where deliveries are sent to. Whoever knows it can send some too: keep it to yourself.',
  })
  callbackUrl!: string;

  @Field(() => [WebhookEventType], { description: 'What is reported there.' })
  types!: WebhookEventType[];

  @Field(() => DateTimeScalar, { description: 'When the subscription was created.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When the subscription last changed.' })
  updatedAt!: string;
}
