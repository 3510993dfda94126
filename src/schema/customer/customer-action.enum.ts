import { registerEnumType } from 'type-graphql';

export enum CustomerAction {
  ACTIVATE = 'ACTIVATE',
  DEACTIVATE = 'DEACTIVATE',
}

registerEnumType(CustomerAction, {
  name: 'CustomerAction',
  description:
    'What a client may ask of a customer in their present state, by the published state table. The API has the last word.',
  valuesConfig: {
    ACTIVATE: { description: '`activateCustomer`: make an inactive customer active again.' },
    DEACTIVATE: { description: '`deactivateCustomer`: stop the customer for the time being.' },
  },
});
