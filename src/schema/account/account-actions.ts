import { CardStatus } from '../card/card-status.enum.js';
import { CardType } from '../card/card-type.enum.js';
import { AccountAction } from './account-action.enum.js';
import { AccountStatus } from './account-status.enum.js';

/** The part of a card that counts towards the limit of its account. */
export interface CountedCard {
  type: CardType;
  status: CardStatus;
}

/** A terminated card, and one that was never issued, no longer take the place of their type. */
export function takesPlace({ status }: Pick<CountedCard, 'status'>): boolean {
  return status !== CardStatus.TERMINATED && status !== CardStatus.ISSUE_FAILED;
}

/**
 * What a client may ask of an account in this state that has these cards; a fresh array, empty where nothing is
 * documented. At most one virtual and one physical card per account. It explains, it never forbids: the API decides.
 * Not offered, because the page is silent on it: closing an inactive account.
 * Sources: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/account-states,
 * https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/cards
 */
export function accountActionsFor(status: AccountStatus, cards: readonly CountedCard[]): AccountAction[] {
  if (status === AccountStatus.INACTIVE) return [AccountAction.ACTIVATE];
  if (status !== AccountStatus.ACTIVE) return [];
  const has = (type: CardType) => cards.some((card) => card.type === type && takesPlace(card));
  return [
    AccountAction.DEACTIVATE,
    AccountAction.CLOSE,
    ...(has(CardType.VIRTUAL) ? [] : [AccountAction.CREATE_VIRTUAL_CARD]),
    ...(has(CardType.PHYSICAL) ? [] : [AccountAction.CREATE_PHYSICAL_CARD]),
  ];
}
