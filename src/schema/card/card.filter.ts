import { Field, ID, InputType } from 'type-graphql';
import { CardStatus } from './card-status.enum.js';
import { CardType } from './card-type.enum.js';

@InputType({ description: 'Which cards to list. A card has to meet every condition that is given.' })
export class CardFilter {
  @Field(() => [CardStatus], { nullable: true, description: 'In one of these states. An empty list matches none.' })
  status?: CardStatus[] | null;

  @Field(() => [CardType], { nullable: true, description: 'Of one of these types. An empty list matches none.' })
  type?: CardType[] | null;

  @Field(() => ID, { nullable: true, description: 'Paying from this account.' })
  accountId?: string | null;
}
