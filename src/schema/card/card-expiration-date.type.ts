import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'The month at whose end a card expires.' })
export class CardExpirationDate {
  @Field(() => Int, { description: '1 (January) to 12 (December).' })
  month!: number;

  @Field(() => Int, { description: 'All four digits, such as 2028.' })
  year!: number;
}
