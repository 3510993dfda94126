import { ArgsType, Field } from 'type-graphql';
import { ConnectionArgs } from '../pagination/connection.args.js';
import { CreatedAtDirectionField } from '../pagination/created-at.field.js';
import { SortDirection } from '../pagination/sort-direction.enum.js';
import { CardFilter } from './card.filter.js';

@ArgsType()
export class CardConnectionArgs extends ConnectionArgs {
  @Field(() => CardFilter, { nullable: true, description: 'Which cards to list. Absent: all that you may see.' })
  filter?: CardFilter | null;

  @CreatedAtDirectionField()
  createdAt?: SortDirection | null;
}
