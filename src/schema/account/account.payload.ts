import { Field, ObjectType } from 'type-graphql';
import { Challenge } from '../challenge/challenge.type.js';
import { IdempotencyField } from '../idempotency/idempotency.field.js';
import { Idempotency } from '../idempotency/idempotency.type.js';
import { UserError } from '../user-error/user-error.type.js';
import { UserErrorsField } from '../user-error/user-errors.field.js';
import { Account } from './account.type.js';

@ObjectType({ simpleResolvers: true, description: 'Outcome of `createAccount`.' })
export class CreateAccountPayload {
  @Field(() => Account, { nullable: true, description: 'The new account, INITIATING; null if none was created.' })
  account!: Account | null;

  @Field(() => Challenge, {
    nullable: true,
    description:
      "What the owner's wallet has to sign next: submit it with `signAccountChallenge`. If it is absent or has expired, " +
      'fetch one with `accountChallenge`.',
  })
  challenge!: Challenge | null;

  @UserErrorsField()
  userErrors!: UserError[];

  @IdempotencyField()
  idempotency!: Idempotency;
}

@ObjectType({ simpleResolvers: true, description: 'Outcome of a mutation on an account.' })
export class AccountPayload {
  @Field(() => Account, {
    nullable: true,
    description: 'The account after the mutation; null if it was refused, or if it could not be read afterwards.',
  })
  account!: Account | null;

  @UserErrorsField()
  userErrors!: UserError[];

  @IdempotencyField()
  idempotency!: Idempotency;
}
