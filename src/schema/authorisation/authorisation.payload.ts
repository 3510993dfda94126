import { Field, ObjectType } from 'type-graphql';
import { IdempotencyField } from '../idempotency/idempotency.field.js';
import { Idempotency } from '../idempotency/idempotency.type.js';
import { UserError } from '../user-error/user-error.type.js';
import { UserErrorsField } from '../user-error/user-errors.field.js';
import { Authorisation } from './authorisation.type.js';

@ObjectType({ simpleResolvers: true, description: 'Outcome of a mutation on an authorisation.' })
export class AuthorisationPayload {
  @Field(() => Authorisation, {
    nullable: true,
    description: 'The authorisation after the mutation; null if it was refused, or if it could not be read afterwards.',
  })
  authorisation!: Authorisation | null;

  @UserErrorsField()
  userErrors!: UserError[];

  @IdempotencyField()
  idempotency!: Idempotency;
}
