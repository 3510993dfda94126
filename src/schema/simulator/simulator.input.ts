import { Field, ID, InputType } from 'type-graphql';
import { IdempotencyKeyField } from '../idempotency/idempotency.field.js';
import { CurrencyCodeScalar } from '../scalars/currency-code.scalar.js';
import { DecimalScalar } from '../scalars/decimal.scalar.js';

/** Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/simulator */
@InputType({ description: 'A payment by card to make believe, at a test merchant in London. Sandbox only.' })
export class SimulateCardAuthorisationInput {
  @Field(() => ID, { description: 'The card that pays; has to be ACTIVE.' })
  cardId!: string;

  @Field(() => DecimalScalar, { description: 'How much, in major units, such as `"20.00"`.' })
  amount!: string;

  @Field(() => CurrencyCodeScalar, { description: 'What the amount is counted in.' })
  currency!: string;

  @Field(() => Boolean, {
    defaultValue: true,
    description:
      'Whether the payment is captured by itself shortly after. With false it stays PENDING until you simulate its capture or release.',
  })
  capture!: boolean;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}
