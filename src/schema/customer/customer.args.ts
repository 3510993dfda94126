import { ArgsType, Field } from 'type-graphql';
import { ConnectionArgs } from '../pagination/connection.args.js';
import { CreatedAtDirectionField } from '../pagination/created-at.field.js';
import { SortDirection } from '../pagination/sort-direction.enum.js';
import { CustomerFilter } from './customer.filter.js';

@ArgsType()
export class CustomerConnectionArgs extends ConnectionArgs {
  @Field(() => CustomerFilter, {
    nullable: true,
    description: 'Which customers to list. Absent: all that you may see.',
  })
  filter?: CustomerFilter | null;

  @CreatedAtDirectionField()
  createdAt?: SortDirection | null;
}
