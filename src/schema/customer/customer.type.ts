import { Field, ID, ObjectType } from 'type-graphql';
import { ChainAccountIdScalar } from '../scalars/chain-account-id.scalar.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { CustomerStatus } from './customer-status.enum.js';

@ObjectType({
  simpleResolvers: true,
  description:
    'A person who holds accounts and cards in your programme, known by a blockchain wallet. A customer is screened and ' +
    'verified before accounts can be opened.',
})
export class Customer {
  @Field(() => ID, { description: 'ID of the customer at OffBlocks, a UUID.' })
  id!: string;

  @Field(() => String, { description: 'Your own ID of this customer, as given at creation.' })
  externalId!: string;

  @Field(() => ChainAccountIdScalar, { description: "The customer's wallet, which signs the challenges." })
  chainId!: string;

  @Field(() => CustomerStatus, {
    description: 'Where the customer stands. Changes by itself while checks are under way.',
  })
  status!: CustomerStatus;

  @Field(() => DateTimeScalar, { description: 'When the customer was created.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When the customer last changed.' })
  updatedAt!: string;
}
