import { Field, ID, InputType } from 'type-graphql';
import { IdempotencyKeyField } from '../idempotency/idempotency.field.js';
import { AddressInput } from './address.input.js';
import { CardType } from './card-type.enum.js';

@InputType({ description: 'A card to create.' })
export class CreateCardInput {
  @Field(() => ID, { description: 'The account it will pay from; has to be ACTIVE and without a card of this type.' })
  accountId!: string;

  @Field(() => CardType, { description: 'Virtual or physical; at most one of each per account.' })
  type!: CardType;

  @Field(() => AddressInput, { description: "The cardholder's billing address." })
  billingAddress!: AddressInput;

  @Field(() => AddressInput, { nullable: true, description: 'Where to send it. Required for a physical card.' })
  shippingAddress?: AddressInput | null;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType({ description: 'A card to act upon.' })
export class CardActionInput {
  @Field(() => ID, { description: 'The card.' })
  cardId!: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}
