import { Field, ID, InputType } from 'type-graphql';
import { AccountStatus } from './account-status.enum.js';

@InputType({ description: 'Which accounts to list. An account has to meet every condition that is given.' })
export class AccountFilter {
  @Field(() => [AccountStatus], { nullable: true, description: 'In one of these states. An empty list matches none.' })
  status?: AccountStatus[] | null;

  @Field(() => ID, { nullable: true, description: 'Held by this customer.' })
  customerId?: string | null;
}
