import { registerEnumType } from 'type-graphql';

export enum FeeType {
  PARTNER = 'PARTNER',
  SERVICE = 'SERVICE',
  NETWORK = 'NETWORK',
  UNKNOWN = 'UNKNOWN',
}

/** Source: https://docs.offblocks.xyz/developer-guides/api-integration/fees */
registerEnumType(FeeType, {
  name: 'FeeType',
  description: 'Who a fee is for.',
  valuesConfig: {
    PARTNER: { description: 'Margin of the programme itself.' },
    SERVICE: { description: 'Charged by those who carry out the payment.' },
    NETWORK: { description: 'Blockchain network fee (gas).' },
    UNKNOWN: { description: 'A kind of fee that is newer than this gateway.' },
  },
});
