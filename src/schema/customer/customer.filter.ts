import { Field, InputType } from 'type-graphql';
import { CustomerStatus } from './customer-status.enum.js';

@InputType({ description: 'Which customers to list. A customer has to meet every condition that is given.' })
export class CustomerFilter {
  @Field(() => [CustomerStatus], {
    nullable: true,
    description: 'In one of these states. An empty list matches nobody.',
  })
  status?: CustomerStatus[] | null;

  @Field(() => String, { nullable: true, description: 'With exactly this `externalId`.' })
  externalId?: string | null;
}
