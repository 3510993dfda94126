import { Field, ObjectType } from 'type-graphql';
import { IdempotencyField } from '../idempotency/idempotency.field.js';
import { Idempotency } from '../idempotency/idempotency.type.js';
import { UserError } from '../user-error/user-error.type.js';
import { UserErrorsField } from '../user-error/user-errors.field.js';
import { Card } from './card.type.js';

@ObjectType({ simpleResolvers: true, description: 'Outcome of `createCard`.' })
export class CreateCardPayload {
  @Field(() => Card, { nullable: true, description: 'The new card, ISSUING; null if none was created.' })
  card!: Card | null;

  @UserErrorsField()
  userErrors!: UserError[];

  @IdempotencyField()
  idempotency!: Idempotency;
}

@ObjectType({ simpleResolvers: true, description: 'Outcome of a mutation on a card.' })
export class CardPayload {
  @Field(() => Card, {
    nullable: true,
    description: 'The card after the mutation; null if it was refused, or if it could not be read afterwards.',
  })
  card!: Card | null;

  @UserErrorsField()
  userErrors!: UserError[];

  @IdempotencyField()
  idempotency!: Idempotency;
}
