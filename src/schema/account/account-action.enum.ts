import { registerEnumType } from 'type-graphql';

export enum AccountAction {
  ACTIVATE = 'ACTIVATE',
  DEACTIVATE = 'DEACTIVATE',
  CLOSE = 'CLOSE',
  CREATE_VIRTUAL_CARD = 'CREATE_VIRTUAL_CARD',
  CREATE_PHYSICAL_CARD = 'CREATE_PHYSICAL_CARD',
}

registerEnumType(AccountAction, {
  name: 'AccountAction',
  description:
    'What a client may ask of an account in its present state, by the published state table. The API has the last word.',
  valuesConfig: {
    ACTIVATE: { description: '`activateAccount`: make an inactive account active again.' },
    DEACTIVATE: { description: '`deactivateAccount`: stop the account and its cards for the time being.' },
    CLOSE: { description: '`closeAccount`: close the account for good. Its cards are deactivated too.' },
    CREATE_VIRTUAL_CARD: { description: '`createCard` with the type VIRTUAL: the account has no such card yet.' },
    CREATE_PHYSICAL_CARD: { description: '`createCard` with the type PHYSICAL: the account has no such card yet.' },
  },
});
