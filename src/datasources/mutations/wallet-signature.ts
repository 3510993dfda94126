import type { TextRule } from './input-check.js';

/** A wallet's signature as hexadecimal text. Source: https://docs.offblocks.xyz/developer-guides/api-integration/sign-in-with-x */
export const WALLET_SIGNATURE: TextRule = Object.freeze({
  maxLength: 8_192,
  pattern: { regExp: /^0x[0-9a-fA-F]+$/, expectation: 'hexadecimal, beginning with 0x' },
});
