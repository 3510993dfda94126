import { registerEnumType } from 'type-graphql';

export enum CustomerStatus {
  INITIATING = 'INITIATING',
  SCREENING = 'SCREENING',
  VERIFYING = 'VERIFYING',
  ACTIVE = 'ACTIVE',
  INACTIVE = 'INACTIVE',
  REJECTED = 'REJECTED',
  UNKNOWN = 'UNKNOWN',
}

/** Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/customer-states */
registerEnumType(CustomerStatus, {
  name: 'CustomerStatus',
  description: 'Where a customer stands between sign-up and the right to hold accounts.',
  valuesConfig: {
    INITIATING: { description: "Created; waits for the signed challenge of the customer's wallet." },
    SCREENING: { description: 'The wallet is proven; the customer is being screened. Next: VERIFYING or REJECTED.' },
    VERIFYING: { description: 'Screening passed; the identity check is under way. Next: ACTIVE or REJECTED.' },
    ACTIVE: { description: 'Verified; may hold accounts and use cards.' },
    INACTIVE: { description: 'Deactivated, by you or by OffBlocks. Can be activated again.' },
    REJECTED: { description: 'Screening or verification failed, or illicit activity was found. Final.' },
    UNKNOWN: { description: 'A state that is newer than this gateway.' },
  },
});
