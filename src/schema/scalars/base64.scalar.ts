import { createStringScalar } from './string-scalar.js';

/**
 * Not empty, the alphabet with `+` and `/`, padded, no line breaks, and no stray bits in the last group (RFC 4648
 * sections 3.2, 3.5 and 4). Decoding and encoding again is the whole check: any other spelling comes back changed.
 */
function isCanonicalBase64(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64').toString('base64') === text;
}

export const Base64Scalar = createStringScalar({
  name: 'Base64',
  description:
    'Bytes as Base64 text (RFC 4648 section 4): the standard alphabet with `+` and `/`, padded with `=`, without line breaks; ' +
    'not the URL-safe alphabet. At most 65536 characters.',
  expected:
    'Base64 text of RFC 4648 section 4, padded, without line breaks and at most 65536 characters long, as a string',
  maxLength: 65_536,
  accepts: isCanonicalBase64,
  emits: /^[-+/_=a-zA-Z0-9]+$/,
});
