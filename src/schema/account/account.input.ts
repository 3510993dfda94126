import { Field, ID, InputType } from 'type-graphql';
import { IdempotencyKeyField } from '../idempotency/idempotency.field.js';
import { Base64Scalar } from '../scalars/base64.scalar.js';
import { ChainAccountIdScalar } from '../scalars/chain-account-id.scalar.js';
import { CurrencyCodeScalar } from '../scalars/currency-code.scalar.js';
import { AccountType } from './account-type.enum.js';

@InputType({ description: 'An account to create.' })
export class CreateAccountInput {
  @Field(() => ID, { description: 'The customer who will hold it; has to be ACTIVE.' })
  customerId!: string;

  @Field(() => AccountType, { defaultValue: AccountType.CARD_ACCOUNT, description: 'What the account is for.' })
  type!: AccountType;

  @Field(() => [CurrencyCodeScalar], { description: 'What the account shall hold. At present exactly one currency.' })
  currencies!: string[];

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType({ description: "The owner's answer to an account's challenge." })
export class SignAccountChallengeInput {
  @Field(() => ID, { description: 'The account whose challenge was signed.' })
  accountId!: string;

  @Field(() => ChainAccountIdScalar, { description: 'The wallet that signed, which becomes the owner of the account.' })
  ownerId!: string;

  @Field(() => Base64Scalar, { description: '`Challenge.value`, unchanged.' })
  challenge!: string;

  @Field(() => String, { description: "The wallet's hexadecimal signature of `Challenge.message`, 0x…" })
  signature!: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType({ description: 'An account to act upon.' })
export class AccountActionInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}
