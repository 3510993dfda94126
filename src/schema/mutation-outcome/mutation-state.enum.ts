import { registerEnumType } from 'type-graphql';

export enum MutationState {
  IN_FLIGHT = 'IN_FLIGHT',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(MutationState, {
  name: 'MutationState',
  description: 'Where a mutation stands, as far as the gateway knows.',
  valuesConfig: {
    IN_FLIGHT: { description: 'It is under way. Ask again in a moment.' },
    SUCCEEDED: { description: 'It was carried out, once. Sent again with the same key it gives the same answer.' },
    FAILED: {
      description: 'The card-issuing API refused it; nothing was changed. Sent again with the same key it says why.',
    },
    UNKNOWN: {
      description:
        'It was sent, and no answer that tells has come; it may or may not have been carried out. Send it again with the same ' +
        'key to find out.',
    },
  },
});
