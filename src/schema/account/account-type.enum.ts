import { registerEnumType } from 'type-graphql';

export enum AccountType {
  CARD_ACCOUNT = 'CARD_ACCOUNT',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(AccountType, {
  name: 'AccountType',
  description: 'What an account is for.',
  valuesConfig: {
    CARD_ACCOUNT: { description: 'Payments by card. At present the only type there is.' },
    UNKNOWN: {
      description: 'A type that is newer than this gateway. Only met in answers: no account can be created with it.',
    },
  },
});
