import { createHash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CAIP10 = /^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}:[-.%a-zA-Z0-9]{1,128}$/;
/** Namespace of the customers of this sandbox; any fixed UUID would do. */
const CUSTOMER_NAMESPACE = '6f2d4f0c-2f0e-4d0b-9a5e-6b0f6c1d7a11';

/** RFC 9562 section 4: 8-4-4-4-12 hexadecimal digits, any version. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** CAIP-10 account ID: https://docs.offblocks.xyz/developer-guides/api-integration/blockchain-identifiers */
export function isChainAccountId(text: string): boolean {
  return CAIP10.test(text);
}

/** The CAIP-2 chain of a CAIP-10 account ID, and the address on it. */
export function splitChainAccountId(chainId: string): { namespace: string; reference: string; address: string } {
  const [namespace = '', reference = '', address = ''] = chainId.split(':');
  return { namespace, reference, address };
}

/**
 * Whether two CAIP-10 IDs name the same account. The documentation is silent on letter case; hexadecimal addresses differ
 * in case only by their checksum, so case is ignored in comparisons and kept in answers.
 */
export function isSameChainAccount(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/**
 * ID of a customer: a version 5 UUID (RFC 9562 section 5.5) over what may exist only once. Customer IDs in the examples of
 * https://docs.offblocks.xyz/developer-guides/step-by-step-guide/customer-creation are version 5; what they are made from is a guess.
 */
export function customerIdOf({ chainId, externalId }: { chainId: string; externalId: string }): string {
  const hash = createHash('sha1')
    .update(Buffer.from(CUSTOMER_NAMESPACE.replaceAll('-', ''), 'hex'))
    .update(`${chainId.toLowerCase()}\n${externalId}`)
    .digest('hex');
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
