import { Field, ObjectType } from 'type-graphql';

@ObjectType({
  simpleResolvers: true,
  description: 'Where the card was used, as the card network reports it. Every part can be absent.',
})
export class Merchant {
  @Field(() => String, { nullable: true, description: 'Identifier of the merchant at its acquirer.' })
  id!: string | null;

  @Field(() => String, { nullable: true, description: 'Name as it appears on a statement.' })
  name!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Merchant category code: four digits, such as `5411` for groceries.',
  })
  mcc!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Country in the spelling of the card network, so not always a code.',
  })
  country!: string | null;

  @Field(() => String, { nullable: true, description: 'City in the spelling of the card network.' })
  city!: string | null;
}
