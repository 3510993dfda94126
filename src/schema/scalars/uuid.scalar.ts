import { createStringScalar } from './string-scalar.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any version and variant; either letter case comes in, lower case goes on (RFC 9562 section 4). */
export const UUIDScalar = createStringScalar({
  name: 'UUID',
  description:
    'UUID of any version: 32 hexadecimal digits in groups of 8-4-4-4-12, such as `0b52d2a4-5a0e-4f0c-9d4b-6a2a3f6f5c11`. ' +
    'Either letter case is understood; the gateway works with lower case.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc9562',
  expected: 'a UUID: 32 hexadecimal digits in groups of 8-4-4-4-12, as a string',
  maxLength: 36,
  accepts: (text) => UUID.test(text),
  normalise: (text) => text.toLowerCase(),
  emits: UUID,
});
