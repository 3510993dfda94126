import { registerEnumType } from 'type-graphql';

export enum CardType {
  VIRTUAL = 'VIRTUAL',
  PHYSICAL = 'PHYSICAL',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(CardType, {
  name: 'CardType',
  description: 'Whether a card can be held in the hand.',
  valuesConfig: {
    VIRTUAL: { description: 'For payments online and in wallets.' },
    PHYSICAL: { description: 'Made and shipped. The API may not support them yet, and refuses then.' },
    UNKNOWN: {
      description: 'A type that is newer than this gateway. Only met in answers: no card can be created with it.',
    },
  },
});
