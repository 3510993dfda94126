import { CardAction } from './card-action.enum.js';
import { CardStatus } from './card-status.enum.js';

/**
 * What a client may ask of a card in this state; a fresh array, empty where nothing is documented. It explains, it never
 * forbids: the API decides. Not offered, because the page is silent on it: terminating a card that is not ACTIVE.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/card-states
 */
export function cardActionsFor(status: CardStatus): CardAction[] {
  switch (status) {
    case CardStatus.ACTIVE:
      return [CardAction.DEACTIVATE, CardAction.TERMINATE];
    case CardStatus.INACTIVE:
      return [CardAction.ACTIVATE];
    default:
      return [];
  }
}
