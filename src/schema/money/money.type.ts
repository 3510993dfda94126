import { Field, ObjectType } from 'type-graphql';
import { CurrencyCodeScalar } from '../scalars/currency-code.scalar.js';
import { DecimalScalar } from '../scalars/decimal.scalar.js';

@ObjectType({ simpleResolvers: true, description: 'An amount with its currency.' })
export class Money {
  @Field(() => DecimalScalar, {
    description: 'In major units (euros, not cents), as the API wrote it: `20` and `20.0` both occur.',
  })
  amount!: string;

  @Field(() => CurrencyCodeScalar, { description: 'What the amount is counted in.' })
  currency!: string;
}
