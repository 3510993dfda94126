import { ArgsType, Field } from 'type-graphql';
import { ConnectionArgs } from '../pagination/connection.args.js';
import { CreatedAtDirectionField } from '../pagination/created-at.field.js';
import { SortDirection } from '../pagination/sort-direction.enum.js';
import { AccountFilter } from './account.filter.js';

@ArgsType()
export class AccountConnectionArgs extends ConnectionArgs {
  @Field(() => AccountFilter, { nullable: true, description: 'Which accounts to list. Absent: all that you may see.' })
  filter?: AccountFilter | null;

  @CreatedAtDirectionField()
  createdAt?: SortDirection | null;
}
