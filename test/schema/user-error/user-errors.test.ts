import { AccountAction } from '../../../src/schema/account/account-action.enum.js';
import { AccountStatus } from '../../../src/schema/account/account-status.enum.js';
import { AuthorisationStatus } from '../../../src/schema/authorisation/authorisation-status.enum.js';
import { CardAction } from '../../../src/schema/card/card-action.enum.js';
import { CardStatus } from '../../../src/schema/card/card-status.enum.js';
import { CustomerStatus } from '../../../src/schema/customer/customer-status.enum.js';
import {
  IdempotencyError,
  InvalidInputError,
  NotFoundError,
  OutcomeUnknownError,
  RejectedByApiError,
} from '../../../src/schema/user-error/request-errors.type.js';
import {
  CardLimitReachedError,
  InvalidAccountStateError,
  InvalidAuthorisationStateError,
  InvalidCardStateError,
  InvalidCustomerStateError,
} from '../../../src/schema/user-error/state-errors.type.js';
import { UserError } from '../../../src/schema/user-error/user-error.type.js';
import { UserErrorCode } from '../../../src/schema/user-error/user-error-code.enum.js';

const message = 'Why.';

describe('user errors', () => {
  it.each([
    [new InvalidInputError({ message }), 'INVALID_INPUT', {}],
    [new NotFoundError({ message }), 'NOT_FOUND', {}],
    [new IdempotencyError({ message }), 'IDEMPOTENCY_KEY_REUSED', {}],
    [new RejectedByApiError({ message, httpStatus: 400 }), 'REJECTED_BY_API', { httpStatus: 400 }],
    [new OutcomeUnknownError({ message }), 'OUTCOME_UNKNOWN', {}],
    [new InvalidCustomerStateError({ message }), 'INVALID_STATE', { currentStatus: null, availableActions: [] }],
    [new InvalidAccountStateError({ message }), 'INVALID_STATE', { currentStatus: null, availableActions: [] }],
    [new InvalidCardStateError({ message }), 'INVALID_STATE', { currentStatus: null, availableActions: [] }],
    [new InvalidAuthorisationStateError({ message }), 'INVALID_STATE', { currentStatus: null }],
    [new CardLimitReachedError({ message }), 'CARD_LIMIT_REACHED', { existingCard: null }],
  ])('%#: has the code of its class, and null or empty for what is not known', (error, code, rest) => {
    expect(error).toBeInstanceOf(UserError);
    expect(error).not.toBeInstanceOf(Error);
    expect({ ...error }).toEqual({ message, code, field: null, ...rest });
  });

  it('carries what it is given', () => {
    const field = ['input', 'cardId'];
    expect(
      new InvalidCardStateError({
        message,
        field,
        currentStatus: CardStatus.INACTIVE,
        availableActions: [CardAction.ACTIVATE],
      }),
    ).toMatchObject({ field, currentStatus: 'INACTIVE', availableActions: ['ACTIVATE'] });
    expect(
      new InvalidAccountStateError({
        message,
        currentStatus: AccountStatus.INACTIVE,
        availableActions: [AccountAction.ACTIVATE],
      }),
    ).toMatchObject({ currentStatus: 'INACTIVE', availableActions: ['ACTIVATE'] });
    expect(new InvalidCustomerStateError({ message, currentStatus: CustomerStatus.REJECTED })).toMatchObject({
      currentStatus: 'REJECTED',
    });
    expect(new InvalidAuthorisationStateError({ message, currentStatus: AuthorisationStatus.CAPTURED })).toMatchObject({
      currentStatus: 'CAPTURED',
    });
    expect(new IdempotencyError({ message, code: UserErrorCode.IDEMPOTENCY_KEY_IN_FLIGHT }).code).toBe(
      'IDEMPOTENCY_KEY_IN_FLIGHT',
    );
    expect(new RejectedByApiError({ message, httpStatus: 409, code: UserErrorCode.ALREADY_EXISTS })).toMatchObject({
      code: 'ALREADY_EXISTS',
      httpStatus: 409,
    });
  });
});
