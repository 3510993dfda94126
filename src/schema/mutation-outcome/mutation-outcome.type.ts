import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { UUIDScalar } from '../scalars/uuid.scalar.js';
import { MutationState } from './mutation-state.enum.js';

@ObjectType({
  simpleResolvers: true,
  description: 'What became of one of your mutations. Kept for 24 hours after it was first sent.',
})
export class MutationOutcome {
  @Field(() => UUIDScalar, { description: 'The idempotency key that you asked for.' })
  key!: string;

  @Field(() => String, {
    description:
      'Name of the mutation, such as `createCard`. Where one key was used for several, it is the one that was sent last.',
  })
  mutation!: string;

  @Field(() => MutationState, { description: 'Where it stands.' })
  state!: MutationState;

  @Field(() => ID, {
    nullable: true,
    description:
      'ID of what was created or changed; null as long as that is not known, and where the mutation did not succeed.',
  })
  entityId!: string | null;

  @Field(() => DateTimeScalar, { description: 'When a mutation with this key was first sent.' })
  startedAt!: string;
}
