import { registerEnumType } from 'type-graphql';

export enum CardNetwork {
  VISA = 'VISA',
  MASTERCARD = 'MASTERCARD',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(CardNetwork, {
  name: 'CardNetwork',
  description: 'The network that carries the payments of a card.',
  valuesConfig: {
    VISA: { description: 'Visa.' },
    MASTERCARD: { description: 'Mastercard.' },
    UNKNOWN: { description: 'A network that is newer than this gateway.' },
  },
});
