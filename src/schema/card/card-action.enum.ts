import { registerEnumType } from 'type-graphql';

export enum CardAction {
  ACTIVATE = 'ACTIVATE',
  DEACTIVATE = 'DEACTIVATE',
  TERMINATE = 'TERMINATE',
}

registerEnumType(CardAction, {
  name: 'CardAction',
  description:
    'What a client may ask of a card in its present state, by the published state table. The API has the last word.',
  valuesConfig: {
    ACTIVATE: { description: '`activateCard`: let an inactive card pay again.' },
    DEACTIVATE: { description: '`deactivateCard`: stop new payments for the time being.' },
    TERMINATE: { description: '`terminateCard`: end the card for good.' },
  },
});
