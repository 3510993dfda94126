import { registerEnumType } from 'type-graphql';

export enum CardStatus {
  ISSUING = 'ISSUING',
  ISSUE_FAILED = 'ISSUE_FAILED',
  ACTIVE = 'ACTIVE',
  INACTIVE = 'INACTIVE',
  SUSPENDED = 'SUSPENDED',
  BLOCKED = 'BLOCKED',
  TERMINATED = 'TERMINATED',
  UNKNOWN = 'UNKNOWN',
}

/** Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/card-states */
registerEnumType(CardStatus, {
  name: 'CardStatus',
  description: 'Where a card stands between its creation and its end.',
  valuesConfig: {
    ISSUING: { description: 'Created; the issuer is at work. Next: ACTIVE or ISSUE_FAILED.' },
    ISSUE_FAILED: { description: 'Validation failed or the issuer refused. Final; create another one.' },
    ACTIVE: { description: 'Can pay.' },
    INACTIVE: { description: 'Deactivated, by you, with its account or by OffBlocks. Can be activated again.' },
    SUSPENDED: { description: 'Stopped by OffBlocks on suspicion. Next: ACTIVE or BLOCKED, as they decide.' },
    BLOCKED: { description: 'Stopped by OffBlocks for good.' },
    TERMINATED: { description: 'Terminated for good. Holds that were pending are still honoured for up to 30 days.' },
    UNKNOWN: { description: 'A state that is newer than this gateway.' },
  },
});
