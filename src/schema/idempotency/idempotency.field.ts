import { Field } from 'type-graphql';
import { UUIDScalar } from '../scalars/uuid.scalar.js';
import { Idempotency } from './idempotency.type.js';

/** `idempotencyKey: UUID` of every mutation's input, so that one description serves them all. */
export function IdempotencyKeyField(): PropertyDecorator {
  return Field(() => UUIDScalar, {
    nullable: true,
    description:
      'A UUID of your own for this one intention. Keep it for retries: the same key with the same input is carried out once ' +
      'and answered again; with another input it is refused. Absent: the `Idempotency-Key` request header counts, or a ' +
      'fresh key is made and returned in `idempotency.key`.',
  });
}

/** `idempotency: Idempotency!` of every mutation's payload. */
export function IdempotencyField(): PropertyDecorator {
  return Field(() => Idempotency, {
    description: 'The key that a retry has to carry, and whether this answer is the repetition of an earlier one.',
  });
}
