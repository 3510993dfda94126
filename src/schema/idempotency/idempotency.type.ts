import { Field, ObjectType } from 'type-graphql';
import { UUIDScalar } from '../scalars/uuid.scalar.js';

@ObjectType({
  simpleResolvers: true,
  description: 'The key under which a mutation was carried out, so that a retry is recognised and not executed twice.',
})
export class Idempotency {
  @Field(() => UUIDScalar, {
    description:
      'Send the same mutation again with this key as `idempotencyKey` if you cannot tell whether it succeeded. It is the key that ' +
      'you sent, or one that the gateway made because you sent none.',
  })
  key!: string;

  @Field(() => Boolean, {
    description:
      'True when this answer repeats that of an earlier mutation with the same key: nothing was executed this time.',
  })
  replayed!: boolean;
}
