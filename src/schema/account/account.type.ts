import { Field, ID, ObjectType } from 'type-graphql';
import { ChainAccountIdScalar } from '../scalars/chain-account-id.scalar.js';
import { CurrencyCodeScalar } from '../scalars/currency-code.scalar.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { AccountStatus } from './account-status.enum.js';
import { AccountType } from './account-type.enum.js';

@ObjectType({
  simpleResolvers: true,
  description: 'An account of a customer, held in a smart contract, from which cards pay.',
})
export class Account {
  @Field(() => ID, { description: 'ID of the account at OffBlocks, a UUID.' })
  id!: string;

  @Field(() => ID, { description: 'ID of the customer who holds it.' })
  customerId!: string;

  @Field(() => ChainAccountIdScalar, {
    nullable: true,
    description: "The account's smart contract. Assigned when the account becomes active; null until then.",
  })
  chainId!: string | null;

  @Field(() => AccountStatus, {
    description: 'Where the account stands. Changes by itself while the contract is deployed.',
  })
  status!: AccountStatus;

  @Field(() => AccountType, { description: 'What the account is for.' })
  type!: AccountType;

  @Field(() => [CurrencyCodeScalar], { description: 'What the account can hold; at present one currency.' })
  currencies!: string[];

  @Field(() => DateTimeScalar, { description: 'When the account was created.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When the account last changed.' })
  updatedAt!: string;
}
