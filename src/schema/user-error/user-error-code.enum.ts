import { registerEnumType } from 'type-graphql';

export enum UserErrorCode {
  INVALID_INPUT = 'INVALID_INPUT',
  NOT_FOUND = 'NOT_FOUND',
  INVALID_STATE = 'INVALID_STATE',
  CARD_LIMIT_REACHED = 'CARD_LIMIT_REACHED',
  ALREADY_EXISTS = 'ALREADY_EXISTS',
  IDEMPOTENCY_KEY_REUSED = 'IDEMPOTENCY_KEY_REUSED',
  IDEMPOTENCY_KEY_IN_FLIGHT = 'IDEMPOTENCY_KEY_IN_FLIGHT',
  REJECTED_BY_API = 'REJECTED_BY_API',
  OUTCOME_UNKNOWN = 'OUTCOME_UNKNOWN',
}

registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'Why a mutation did not do what was asked. Codes are stable: branch on them, not on messages.',
  valuesConfig: {
    INVALID_INPUT: {
      description: 'A value of the input cannot be used; `field` says which. Correct it and send again.',
    },
    NOT_FOUND: { description: 'There is no such entity, or you may not see it. Both are answered alike on purpose.' },
    INVALID_STATE: { description: 'The entity is in a state that does not allow this; it may do so later.' },
    CARD_LIMIT_REACHED: { description: 'The account already has a card of this type.' },
    ALREADY_EXISTS: { description: 'What you wanted to create is there already.' },
    IDEMPOTENCY_KEY_REUSED: {
      description: 'The idempotency key was used for another input before. Take a fresh key for a new intention.',
    },
    IDEMPOTENCY_KEY_IN_FLIGHT: {
      description: 'A mutation with this key is still under way. Wait a moment and send it again with the same key.',
    },
    REJECTED_BY_API: { description: 'The card-issuing API refused. Nothing was changed.' },
    OUTCOME_UNKNOWN: {
      description:
        'No answer came in time, so it may or may not have been carried out. Send it again with the same key to find out.',
    },
  },
});
