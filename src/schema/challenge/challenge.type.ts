import { Field, ObjectType } from 'type-graphql';
import { Base64Scalar } from '../scalars/base64.scalar.js';

@ObjectType({
  simpleResolvers: true,
  description:
    "A message that the customer's wallet has to sign, as proof that the wallet is theirs. Valid for one hour; after that, or " +
    'after a failed signature, ask for a new one. Asking for an account challenge makes its earlier ones invalid.',
})
export class Challenge {
  @Field(() => Base64Scalar, {
    description: 'The challenge as issued: hand it back unchanged as `challenge` when you submit the signature.',
  })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The text inside, which the wallet signs and the person who signs should see. Null if it is not text.',
  })
  message!: string | null;
}
