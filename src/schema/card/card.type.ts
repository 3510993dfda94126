import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { Address } from './address.type.js';
import { CardExpirationDate } from './card-expiration-date.type.js';
import { CardNetwork } from './card-network.enum.js';
import { CardStatus } from './card-status.enum.js';
import { CardType } from './card-type.enum.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A payment card of an account. Full card numbers, security codes and PINs are not to be had here.',
})
export class Card {
  @Field(() => ID, { description: 'ID of the card at OffBlocks, a UUID.' })
  id!: string;

  @Field(() => ID, { description: 'ID of the account it pays from.' })
  accountId!: string;

  @Field(() => CardType, { description: 'Virtual or physical.' })
  type!: CardType;

  @Field(() => CardStatus, { description: 'Where the card stands. Changes by itself while it is being issued.' })
  status!: CardStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Name on the card; null until the issuer reports it, as are network, maskedPan and expirationDate.',
  })
  name!: string | null;

  @Field(() => CardNetwork, {
    nullable: true,
    description: 'Network that carries its payments; null until the issuer reports it.',
  })
  network!: CardNetwork | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Card number with the middle hidden: first six and last four digits, the most that may be shown. Null until the issuer ' +
      'reports it, which can be some time after the card became ACTIVE.',
  })
  maskedPan!: string | null;

  @Field(() => CardExpirationDate, {
    nullable: true,
    description: 'When it expires; null until the issuer reports it.',
  })
  expirationDate!: CardExpirationDate | null;

  @Field(() => Address, { description: "The cardholder's billing address, as merchants may ask for it." })
  billingAddress!: Address;

  @Field(() => DateTimeScalar, { description: 'When the card was created.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When the card last changed.' })
  updatedAt!: string;
}
