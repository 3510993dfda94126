import { Field } from 'type-graphql';
import { UserError } from './user-error.type.js';

/** `userErrors: [UserError!]!` of every mutation's payload. */
export function UserErrorsField(): PropertyDecorator {
  return Field(() => [UserError], {
    description: 'Why it was not done, or why that cannot be told. Empty means that it was done.',
  });
}
