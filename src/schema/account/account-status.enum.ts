import { registerEnumType } from 'type-graphql';

export enum AccountStatus {
  INITIATING = 'INITIATING',
  PENDING = 'PENDING',
  ACTIVE = 'ACTIVE',
  INACTIVE = 'INACTIVE',
  CLOSED = 'CLOSED',
  FAILED = 'FAILED',
  UNKNOWN = 'UNKNOWN',
}

/** Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/account-states */
registerEnumType(AccountStatus, {
  name: 'AccountStatus',
  description: 'Where an account stands between its creation and its closing.',
  valuesConfig: {
    INITIATING: {
      description: "Created; waits for the signed challenge of the owner's wallet. Next: PENDING or FAILED.",
    },
    PENDING: { description: 'The challenge is signed; the smart contract is being deployed. Next: ACTIVE.' },
    ACTIVE: { description: 'Deployed, with a `chainId`; cards can be created and used.' },
    INACTIVE: { description: 'Deactivated, by you or by OffBlocks, and its cards with it. Can be activated again.' },
    CLOSED: { description: 'Closed for good.' },
    FAILED: { description: 'Could not be validated. Final; create another one.' },
    UNKNOWN: { description: 'A state that is newer than this gateway.' },
  },
});
