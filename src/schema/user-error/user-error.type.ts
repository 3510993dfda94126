import { Field, InterfaceType } from 'type-graphql';
import { UserErrorCode } from './user-error-code.enum.js';

/** What every user error is made from; `code` has a default in each class. */
export interface UserErrorDetails<TCode extends UserErrorCode = UserErrorCode> {
  /** One sentence for people, safe to show as it is. */
  message: string;
  code?: TCode;
  /** Path of the input at fault, e.g. `['input', 'cardId']`. */
  field?: readonly string[] | null;
}

/**
 * A business outcome of a mutation, returned as data and never thrown. Implementations must be made with `new`: the
 * GraphQL type of an object is told by its class (type-graphql's own resolveType, which, unlike a custom one, is synchronous).
 */
@InterfaceType({
  description:
    'A reason why a mutation did not do what was asked. It is part of the answer, because it belongs to normal business; the ' +
    '`errors` of the response are for access, limits and failures. Ask for `__typename`, or for `code`, to tell the kinds apart.',
})
export abstract class UserError {
  @Field(() => String, { description: 'One sentence for people. Its wording may change; rely on `code`.' })
  readonly message: string;

  @Field(() => UserErrorCode, { description: 'Stable code of the reason.' })
  readonly code: UserErrorCode;

  @Field(() => [String], {
    nullable: true,
    description: 'Path of the input field at fault, such as `["input", "cardId"]`; null when no single field is.',
  })
  readonly field: readonly string[] | null;

  protected constructor({ message, code, field = null }: UserErrorDetails & { code: UserErrorCode }) {
    this.message = message;
    this.code = code;
    this.field = field;
  }
}
