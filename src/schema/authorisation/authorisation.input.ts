import { Field, ID, InputType } from 'type-graphql';
import { IdempotencyKeyField } from '../idempotency/idempotency.field.js';

@InputType({ description: 'An authorisation to act upon.' })
export class AuthorisationActionInput {
  @Field(() => ID, { description: 'The authorisation.' })
  authorisationId!: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}
