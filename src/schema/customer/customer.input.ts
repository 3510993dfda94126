import { Field, ID, InputType } from 'type-graphql';
import { IdempotencyKeyField } from '../idempotency/idempotency.field.js';
import { Base64Scalar } from '../scalars/base64.scalar.js';
import { ChainAccountIdScalar } from '../scalars/chain-account-id.scalar.js';

@InputType({ description: 'A customer to create.' })
export class CreateCustomerInput {
  @Field(() => ChainAccountIdScalar, {
    description: "The customer's wallet. It has to sign the challenge that the answer brings; EVM chains only.",
  })
  chainId!: string;

  @Field(() => String, { description: 'Your own ID of this customer, such as the key in your user table.' })
  externalId!: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType({ description: "The wallet's answer to a customer's challenge." })
export class SignCustomerChallengeInput {
  @Field(() => ID, { description: 'The customer whose challenge was signed.' })
  customerId!: string;

  @Field(() => Base64Scalar, { description: '`Challenge.value`, unchanged.' })
  challenge!: string;

  @Field(() => String, { description: "The wallet's hexadecimal signature of `Challenge.message`, 0x…" })
  signature!: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType({ description: 'A customer to act upon.' })
export class CustomerActionInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}
