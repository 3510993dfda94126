import { Field, ID, ObjectType } from 'type-graphql';
import { Fee } from '../money/fee.type.js';
import { Merchant } from '../money/merchant.type.js';
import { Money } from '../money/money.type.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { DecimalScalar } from '../scalars/decimal.scalar.js';
import { TransactionStatus } from './transaction-status.enum.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A movement of money by card: a captured authorisation, or a refund. What the API leaves out is null.',
})
export class Transaction {
  @Field(() => ID, {
    description: 'ID of the transaction at OffBlocks, a UUID. After a capture it is the ID of the authorisation.',
  })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'ID of the account; null if not reported.' })
  accountId!: string | null;

  @Field(() => ID, { nullable: true, description: 'ID of the card; null if not reported.' })
  cardId!: string | null;

  @Field(() => TransactionStatus, { description: 'How far the settlement has come.' })
  status!: TransactionStatus;

  @Field(() => Money, { nullable: true, description: 'The settled amount, fees included; null if not reported.' })
  amount!: Money | null;

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

  @Field(() => [Fee], { description: 'Fees that are part of the settled amount; empty if none are reported.' })
  fees!: Fee[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the transaction came about; null if not reported.',
  })
  createdAt!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the transaction last changed; null if not reported.',
  })
  updatedAt!: string | null;
}
