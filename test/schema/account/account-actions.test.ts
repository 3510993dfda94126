import { AccountAction } from '../../../src/schema/account/account-action.enum.js';
import { accountActionsFor } from '../../../src/schema/account/account-actions.js';
import { AccountStatus } from '../../../src/schema/account/account-status.enum.js';
import { CardStatus } from '../../../src/schema/card/card-status.enum.js';
import { CardType } from '../../../src/schema/card/card-type.enum.js';

const { ACTIVATE, DEACTIVATE, CLOSE, CREATE_VIRTUAL_CARD, CREATE_PHYSICAL_CARD } = AccountAction;
const TABLE: Record<AccountStatus, AccountAction[]> = {
  INITIATING: [],
  PENDING: [],
  ACTIVE: [DEACTIVATE, CLOSE, CREATE_VIRTUAL_CARD, CREATE_PHYSICAL_CARD],
  INACTIVE: [ACTIVATE],
  CLOSED: [],
  FAILED: [],
  UNKNOWN: [],
};
const GONE = [CardStatus.TERMINATED, CardStatus.ISSUE_FAILED];

describe('accountActionsFor', () => {
  it.each(Object.values(AccountStatus))(
    'offers what is documented for an account without cards that is %s',
    (status) => {
      expect(accountActionsFor(status, [])).toEqual(TABLE[status]);
    },
  );

  it.each(Object.values(CardStatus).filter((status) => !GONE.includes(status)))(
    'offers no second card of a type while there is one that is %s',
    (status) => {
      const virtual = { type: CardType.VIRTUAL, status };
      const physical = { type: CardType.PHYSICAL, status };
      expect(accountActionsFor(AccountStatus.ACTIVE, [virtual])).toEqual([DEACTIVATE, CLOSE, CREATE_PHYSICAL_CARD]);
      expect(accountActionsFor(AccountStatus.ACTIVE, [physical])).toEqual([DEACTIVATE, CLOSE, CREATE_VIRTUAL_CARD]);
      expect(accountActionsFor(AccountStatus.ACTIVE, [virtual, physical])).toEqual([DEACTIVATE, CLOSE]);
      expect(accountActionsFor(AccountStatus.INACTIVE, [virtual])).toEqual([ACTIVATE]);
    },
  );

  it.each(GONE)('offers another card in place of one that is %s', (status) => {
    const cards = [
      { type: CardType.VIRTUAL, status },
      { type: CardType.PHYSICAL, status },
    ];
    expect(accountActionsFor(AccountStatus.ACTIVE, cards)).toEqual(TABLE.ACTIVE);
    const successor = { type: CardType.VIRTUAL, status: CardStatus.ISSUING };
    expect(accountActionsFor(AccountStatus.ACTIVE, [...cards, successor])).toEqual([
      DEACTIVATE,
      CLOSE,
      CREATE_PHYSICAL_CARD,
    ]);
  });

  it('lets a card of an unknown type take nobody’s place', () => {
    const unknown = { type: CardType.UNKNOWN, status: CardStatus.ACTIVE };
    expect(accountActionsFor(AccountStatus.ACTIVE, [unknown])).toEqual(TABLE.ACTIVE);
  });
});
