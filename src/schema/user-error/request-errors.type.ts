import { Field, Int, ObjectType } from 'type-graphql';
import { UserError, type UserErrorDetails } from './user-error.type.js';
import { UserErrorCode } from './user-error-code.enum.js';

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'A value of the input cannot be used. Nothing was changed; correct the field and send again.',
})
export class InvalidInputError extends UserError {
  constructor(details: UserErrorDetails) {
    super({ code: UserErrorCode.INVALID_INPUT, ...details });
  }
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'An ID of the input leads nowhere: there is no such entity, or it is not yours to see.',
})
export class NotFoundError extends UserError {
  constructor(details: UserErrorDetails) {
    super({ code: UserErrorCode.NOT_FOUND, ...details });
  }
}

export type IdempotencyErrorCode = UserErrorCode.IDEMPOTENCY_KEY_REUSED | UserErrorCode.IDEMPOTENCY_KEY_IN_FLIGHT;

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description:
    'The idempotency key stands in the way: it was used for another input before (`IDEMPOTENCY_KEY_REUSED`), or a mutation with ' +
    'it is still under way (`IDEMPOTENCY_KEY_IN_FLIGHT`). This request was not carried out.',
})
export class IdempotencyError extends UserError {
  constructor(details: UserErrorDetails<IdempotencyErrorCode>) {
    super({ code: UserErrorCode.IDEMPOTENCY_KEY_REUSED, ...details });
  }
}

export interface RejectedByApiErrorDetails
  extends UserErrorDetails<UserErrorCode.REJECTED_BY_API | UserErrorCode.ALREADY_EXISTS> {
  httpStatus: number;
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description:
    'The card-issuing API refused; nothing was changed. With the code `ALREADY_EXISTS` because what was to be created is there already.',
})
export class RejectedByApiError extends UserError {
  @Field(() => Int, { description: 'HTTP status with which the API refused, such as 400 or 409.' })
  readonly httpStatus: number;

  constructor({ httpStatus, ...details }: RejectedByApiErrorDetails) {
    super({ code: UserErrorCode.REJECTED_BY_API, ...details });
    this.httpStatus = httpStatus;
  }
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description:
    'The API may or may not have carried it out: its answer never arrived. Send the same mutation again with the key in ' +
    '`idempotency.key`; it will not be executed twice.',
})
export class OutcomeUnknownError extends UserError {
  constructor(details: UserErrorDetails) {
    super({ code: UserErrorCode.OUTCOME_UNKNOWN, ...details });
  }
}
