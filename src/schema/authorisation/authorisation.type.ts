import { Field, ID, ObjectType } from 'type-graphql';
import { Merchant } from '../money/merchant.type.js';
import { Money } from '../money/money.type.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { DecimalScalar } from '../scalars/decimal.scalar.js';
import { AuthorisationStatus } from './authorisation-status.enum.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A hold on the funds of an account for a payment by card, until the merchant collects it or lets it go.',
})
export class Authorisation {
  @Field(() => ID, {
    description:
      'ID of the authorisation at OffBlocks, a UUID. The transaction that follows its capture has the same ID.',
  })
  id!: string;

  @Field(() => ID, { description: 'ID of the account whose funds are held.' })
  accountId!: string;

  @Field(() => ID, { description: 'ID of the card that was used.' })
  cardId!: string;

  @Field(() => AuthorisationStatus, { description: 'What has become of the hold.' })
  status!: AuthorisationStatus;

  @Field(() => Money, {
    description: 'How much is held. The card network may still change it while the authorisation is PENDING.',
  })
  amount!: Money;

  @Field(() => Money, {
    nullable: true,
    description: 'What the merchant asked for, in their currency; null if not reported.',
  })
  merchantAmount!: Money | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Exchange rate between the two amounts, as the API reports it; null if not reported.',
  })
  exchangeRate!: string | null;

  @Field(() => Merchant, { nullable: true, description: 'Where the card was used; null if not reported.' })
  merchant!: Merchant | null;

  @Field(() => DateTimeScalar, { description: 'When the hold was made.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When the authorisation last changed.' })
  updatedAt!: string;
}
