import { Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'Who you are, as the gateway understood your access token.' })
export class Viewer {
  @Field(() => String, { description: 'The `sub` of the access token.' })
  subject!: string;

  @Field(() => [String], {
    description:
      "What the token opens here, such as `cards:read`; scopes of no use to you are left out. `programme` lifts the limit to one customer's data.",
  })
  scopes!: string[];
}
