import { parseAbsoluteUrl } from './absolute-url.js';
import { createStringScalar } from './string-scalar.js';

/** The WHATWG parser repairs these silently; a receiver with another parser would read another address. */
const REPAIRED_BY_PARSERS = /[\s\p{Cc}\\]|^(?:https?|wss?|ftp):(?!\/\/)/iu;

/** Passed on as written: the parsed and printed form could differ from what the client registered elsewhere. */
export const URLScalar = createStringScalar({
  name: 'URL',
  description:
    'Absolute URL by the WHATWG URL standard, such as `https://example.com/hooks`. Kept as written; no white space, control ' +
    'characters or backslashes; at most 2048 characters.',
  specifiedByURL: 'https://url.spec.whatwg.org',
  expected: 'an absolute URL of at most 2048 characters, such as "https://example.com/hooks", as a string',
  maxLength: 2_048,
  accepts: (text) => !REPAIRED_BY_PARSERS.test(text) && parseAbsoluteUrl(text) !== null,
  emits: /^\S+$/,
});
