import { ArgsType, Field, Int } from 'type-graphql';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './page-size.js';

/** Arguments of a connection that pages both ways. Absent and null mean the same. Read by `paginate`. */
@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many to take from the start of the list (or from \`after\`): 0 to ${MAX_PAGE_SIZE}, ${DEFAULT_PAGE_SIZE} by default. Not together with \`last\`.`,
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only what follows this cursor. It stays good when entities come and go.',
  })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `How many to take from the end of the list (or from \`before\`): 0 to ${MAX_PAGE_SIZE}. Not together with \`first\`.`,
  })
  last?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only what comes before this cursor. It stays good when entities come and go.',
  })
  before?: string | null;
}
