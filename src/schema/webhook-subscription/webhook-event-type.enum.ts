import { registerEnumType } from 'type-graphql';

export enum WebhookEventType {
  CUSTOMER_UPDATED = 'CUSTOMER_UPDATED',
  ACCOUNT_UPDATED = 'ACCOUNT_UPDATED',
  CARD_UPDATED = 'CARD_UPDATED',
  AUTHORISATION_UPDATED = 'AUTHORISATION_UPDATED',
  TRANSACTION_UPDATED = 'TRANSACTION_UPDATED',
}

/** Source: https://docs.offblocks.xyz/developer-guides/step-by-step-guide/webhooks */
registerEnumType(WebhookEventType, {
  name: 'WebhookEventType',
  description: 'What the API can report by webhook. Creation is reported as an update too.',
  valuesConfig: {
    CUSTOMER_UPDATED: { description: 'A customer was created or changed (`customer.updated`).' },
    ACCOUNT_UPDATED: { description: 'An account was created or changed (`account.updated`).' },
    CARD_UPDATED: { description: 'A card was created or changed (`card.updated`).' },
    AUTHORISATION_UPDATED: { description: 'An authorisation was made or changed (`authorisation.updated`).' },
    TRANSACTION_UPDATED: { description: 'A transaction came about or changed (`transaction.updated`).' },
  },
});
