import { registerEnumType } from 'type-graphql';

export enum AuthorisationStatus {
  PENDING = 'PENDING',
  CAPTURING = 'CAPTURING',
  CAPTURED = 'CAPTURED',
  RELEASING = 'RELEASING',
  RELEASED = 'RELEASED',
  UNKNOWN = 'UNKNOWN',
}

/** Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/authorisation-states */
registerEnumType(AuthorisationStatus, {
  name: 'AuthorisationStatus',
  description: 'What has become of a hold. Refused payments leave no authorisation, so there is no declined state.',
  valuesConfig: {
    PENDING: { description: 'The amount is held. Next: CAPTURING or RELEASING.' },
    CAPTURING: { description: 'The merchant collects; the amount is being settled. Next: CAPTURED.' },
    CAPTURED: { description: 'Collected. Final; a transaction with the same ID tells the rest.' },
    RELEASING: { description: 'The hold is being lifted. Next: RELEASED.' },
    RELEASED: { description: 'The hold was lifted without payment. Final.' },
    UNKNOWN: { description: 'A state that is newer than this gateway.' },
  },
});
