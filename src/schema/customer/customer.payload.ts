import { Field, ObjectType } from 'type-graphql';
import { Challenge } from '../challenge/challenge.type.js';
import { IdempotencyField } from '../idempotency/idempotency.field.js';
import { Idempotency } from '../idempotency/idempotency.type.js';
import { UserError } from '../user-error/user-error.type.js';
import { UserErrorsField } from '../user-error/user-errors.field.js';
import { Customer } from './customer.type.js';

@ObjectType({ simpleResolvers: true, description: 'Outcome of `createCustomer`.' })
export class CreateCustomerPayload {
  @Field(() => Customer, { nullable: true, description: 'The new customer, INITIATING; null if none was created.' })
  customer!: Customer | null;

  @Field(() => Challenge, {
    nullable: true,
    description:
      "What the customer's wallet has to sign next: submit it with `signCustomerChallenge`. If it is absent or has expired, " +
      'fetch one with `customerChallenge`.',
  })
  challenge!: Challenge | null;

  @UserErrorsField()
  userErrors!: UserError[];

  @IdempotencyField()
  idempotency!: Idempotency;
}

@ObjectType({ simpleResolvers: true, description: 'Outcome of a mutation on a customer.' })
export class CustomerPayload {
  @Field(() => Customer, {
    nullable: true,
    description: 'The customer after the mutation; null if it was refused, or if they could not be read afterwards.',
  })
  customer!: Customer | null;

  @UserErrorsField()
  userErrors!: UserError[];

  @IdempotencyField()
  idempotency!: Idempotency;
}
