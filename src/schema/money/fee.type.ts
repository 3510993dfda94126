import { Field, ObjectType } from 'type-graphql';
import { FeeType } from './fee-type.enum.js';
import { Money } from './money.type.js';

@ObjectType({
  simpleResolvers: true,
  description: 'One fee of a transaction. Fees are part of the settled amount, not on top of it.',
})
export class Fee {
  @Field(() => FeeType, { description: 'Who the fee is for.' })
  type!: FeeType;

  @Field(() => Money, { nullable: true, description: 'How much; null where the API does not say.' })
  amount!: Money | null;
}
