import { Field, ObjectType } from 'type-graphql';
import { AccountAction } from '../account/account-action.enum.js';
import { AccountStatus } from '../account/account-status.enum.js';
import { AuthorisationStatus } from '../authorisation/authorisation-status.enum.js';
import { Card } from '../card/card.type.js';
import { CardAction } from '../card/card-action.enum.js';
import { CardStatus } from '../card/card-status.enum.js';
import { CustomerAction } from '../customer/customer-action.enum.js';
import { CustomerStatus } from '../customer/customer-status.enum.js';
import { UserError, type UserErrorDetails } from './user-error.type.js';
import { UserErrorCode } from './user-error-code.enum.js';

/** `currentStatus` is null where it could not be read after the refusal. */
export interface InvalidStateErrorDetails<TStatus> extends UserErrorDetails {
  currentStatus?: TStatus | null;
}

export interface InvalidStateErrorDetailsWithActions<TStatus, TAction> extends InvalidStateErrorDetails<TStatus> {
  availableActions?: TAction[];
}

const CURRENT_STATUS = 'The state that stood in the way; null if it could not be read after the refusal.';
const AVAILABLE_ACTIONS =
  'What may be asked for in the present state instead, by the published state table. Can be empty.';

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The customer is in a state that does not allow this. Nothing was changed.',
})
export class InvalidCustomerStateError extends UserError {
  @Field(() => CustomerStatus, { nullable: true, description: CURRENT_STATUS })
  readonly currentStatus: CustomerStatus | null;

  @Field(() => [CustomerAction], { description: AVAILABLE_ACTIONS })
  readonly availableActions: CustomerAction[];

  constructor(details: InvalidStateErrorDetailsWithActions<CustomerStatus, CustomerAction>) {
    const { currentStatus = null, availableActions = [], ...rest } = details;
    super({ code: UserErrorCode.INVALID_STATE, ...rest });
    this.currentStatus = currentStatus;
    this.availableActions = availableActions;
  }
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The account is in a state that does not allow this. Nothing was changed.',
})
export class InvalidAccountStateError extends UserError {
  @Field(() => AccountStatus, { nullable: true, description: CURRENT_STATUS })
  readonly currentStatus: AccountStatus | null;

  @Field(() => [AccountAction], { description: AVAILABLE_ACTIONS })
  readonly availableActions: AccountAction[];

  constructor(details: InvalidStateErrorDetailsWithActions<AccountStatus, AccountAction>) {
    const { currentStatus = null, availableActions = [], ...rest } = details;
    super({ code: UserErrorCode.INVALID_STATE, ...rest });
    this.currentStatus = currentStatus;
    this.availableActions = availableActions;
  }
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The card is in a state that does not allow this. Nothing was changed.',
})
export class InvalidCardStateError extends UserError {
  @Field(() => CardStatus, { nullable: true, description: CURRENT_STATUS })
  readonly currentStatus: CardStatus | null;

  @Field(() => [CardAction], { description: AVAILABLE_ACTIONS })
  readonly availableActions: CardAction[];

  constructor(details: InvalidStateErrorDetailsWithActions<CardStatus, CardAction>) {
    const { currentStatus = null, availableActions = [], ...rest } = details;
    super({ code: UserErrorCode.INVALID_STATE, ...rest });
    this.currentStatus = currentStatus;
    this.availableActions = availableActions;
  }
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The authorisation is in a state that does not allow this. Nothing was changed.',
})
export class InvalidAuthorisationStateError extends UserError {
  @Field(() => AuthorisationStatus, { nullable: true, description: CURRENT_STATUS })
  readonly currentStatus: AuthorisationStatus | null;

  constructor({ currentStatus = null, ...details }: InvalidStateErrorDetails<AuthorisationStatus>) {
    super({ code: UserErrorCode.INVALID_STATE, ...details });
    this.currentStatus = currentStatus;
  }
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The account has a card of this type already; at most one virtual and one physical card per account.',
})
export class CardLimitReachedError extends UserError {
  /** Its field is behind a door, so it is a resolver's (`user-error.resolver.ts`). */
  readonly existingCard: Card | null;

  constructor({ existingCard = null, ...details }: UserErrorDetails & { existingCard?: Card | null }) {
    super({ code: UserErrorCode.CARD_LIMIT_REACHED, ...details });
    this.existingCard = existingCard;
  }
}
