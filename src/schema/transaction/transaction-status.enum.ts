import { registerEnumType } from 'type-graphql';

export enum TransactionStatus {
  PROCESSING = 'PROCESSING',
  PROCESSED = 'PROCESSED',
  REVERSING = 'REVERSING',
  REVERSED = 'REVERSED',
  UNKNOWN = 'UNKNOWN',
}

/** Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/transaction-states */
registerEnumType(TransactionStatus, {
  name: 'TransactionStatus',
  description: 'How far the settlement of a transaction has come.',
  valuesConfig: {
    PROCESSING: { description: 'Being settled. Next: PROCESSED.' },
    PROCESSED: { description: 'Settled. Usually the end; a reversal is possible.' },
    REVERSING: { description: 'Being undone. Next: REVERSED.' },
    REVERSED: { description: 'Undone. Final.' },
    UNKNOWN: { description: 'A state that is newer than this gateway.' },
  },
});
