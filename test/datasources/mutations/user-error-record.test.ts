import { fromUserErrorRecord, toUserErrorRecord } from '../../../src/datasources/mutations/user-error-record.js';
import { AccountAction } from '../../../src/schema/account/account-action.enum.js';
import { AccountStatus } from '../../../src/schema/account/account-status.enum.js';
import { AuthorisationStatus } from '../../../src/schema/authorisation/authorisation-status.enum.js';
import type { Card } from '../../../src/schema/card/card.type.js';
import { CardAction } from '../../../src/schema/card/card-action.enum.js';
import { CardStatus } from '../../../src/schema/card/card-status.enum.js';
import { CustomerAction } from '../../../src/schema/customer/customer-action.enum.js';
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
import { UserErrorCode } from '../../../src/schema/user-error/user-error-code.enum.js';

const [message, field] = ['Because.', ['input', 'cardId']];
const card = { id: 'card-1', status: CardStatus.ACTIVE } as Card;
const noCards = () => Promise.reject(new Error('no card is read for this'));

describe('a user error that is final for its key', () => {
  it.each([
    new NotFoundError({ message, field }),
    new RejectedByApiError({ message, httpStatus: 400 }),
    new RejectedByApiError({ message, field, httpStatus: 409, code: UserErrorCode.ALREADY_EXISTS }),
    new InvalidCustomerStateError({
      message,
      currentStatus: CustomerStatus.INACTIVE,
      availableActions: [CustomerAction.ACTIVATE],
    }),
    new InvalidAccountStateError({
      message,
      currentStatus: AccountStatus.INACTIVE,
      availableActions: [AccountAction.ACTIVATE],
    }),
    new InvalidCardStateError({ message, currentStatus: CardStatus.ACTIVE, availableActions: [CardAction.TERMINATE] }),
    new InvalidAuthorisationStateError({ message, currentStatus: AuthorisationStatus.RELEASED }),
    new CardLimitReachedError({ message, field }),
  ])('comes back as it was, of its class: %p', async (error) => {
    const record = toUserErrorRecord(error);
    if (!record) throw new Error('not kept');
    const back = await fromUserErrorRecord(JSON.parse(JSON.stringify(record)), noCards);
    expect(back).toEqual(error);
    expect(back.constructor).toBe(error.constructor);
  });

  it('keeps the ID of a card only, and shows the card as it is now', async () => {
    const record = toUserErrorRecord(new CardLimitReachedError({ message, existingCard: card }));
    if (!record) throw new Error('not kept');
    expect(JSON.stringify(record)).not.toContain('ACTIVE');
    const now = { ...card, status: CardStatus.INACTIVE };
    const readCard = jest.fn(async () => now);
    expect(await fromUserErrorRecord(record, readCard)).toMatchObject({
      code: 'CARD_LIMIT_REACHED',
      existingCard: now,
    });
    expect(readCard).toHaveBeenCalledWith('card-1');
    expect(await fromUserErrorRecord(record, noCards)).toMatchObject({ existingCard: null });
  });
});

it.each([
  new InvalidInputError({ message }),
  new IdempotencyError({ message, code: UserErrorCode.IDEMPOTENCY_KEY_IN_FLIGHT }),
  new OutcomeUnknownError({ message }),
])('one about a single request is not kept: %p', (error) => {
  expect(toUserErrorRecord(error)).toBeNull();
});
