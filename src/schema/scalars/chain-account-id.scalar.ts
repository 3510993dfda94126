import { createStringScalar } from './string-scalar.js';

const CAIP_10 = /^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}:[-.%a-zA-Z0-9]{1,128}$/;

/**
 * Letter case is kept: EIP-55 addresses carry their checksum in it.
 * Source: CAIP-10; https://docs.offblocks.xyz/developer-guides/api-integration/blockchain-identifiers
 */
export const ChainAccountIdScalar = createStringScalar({
  name: 'ChainAccountId',
  description:
    'Account on a blockchain by CAIP-10: `namespace:reference:address`, such as ' +
    '`eip155:324:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb`. Letter case is kept, because it can carry the checksum of the address.',
  specifiedByURL: 'https://chainagnostic.org/CAIPs/caip-10',
  expected: 'a CAIP-10 account ID, "namespace:reference:address", as a string',
  maxLength: 8 + 1 + 32 + 1 + 128,
  accepts: (text) => CAIP_10.test(text),
  emits: /^[\x21-\x7e]+$/,
});
