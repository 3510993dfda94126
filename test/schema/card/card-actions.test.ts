import { CardAction } from '../../../src/schema/card/card-action.enum.js';
import { cardActionsFor } from '../../../src/schema/card/card-actions.js';
import { CardStatus } from '../../../src/schema/card/card-status.enum.js';

const TABLE: Record<CardStatus, CardAction[]> = {
  ISSUING: [],
  ISSUE_FAILED: [],
  ACTIVE: [CardAction.DEACTIVATE, CardAction.TERMINATE],
  INACTIVE: [CardAction.ACTIVATE],
  SUSPENDED: [],
  BLOCKED: [],
  TERMINATED: [],
  UNKNOWN: [],
};

describe('cardActionsFor', () => {
  it.each(Object.values(CardStatus))('offers what is documented for a card that is %s', (status) => {
    expect(cardActionsFor(status)).toEqual(TABLE[status]);
  });

  it('hands out a fresh array, which a caller may change', () => {
    cardActionsFor(CardStatus.ACTIVE).push(CardAction.ACTIVATE);
    expect(cardActionsFor(CardStatus.ACTIVE)).toEqual(TABLE.ACTIVE);
  });
});
