const UUID = '(?<![\\da-f])[\\da-f]{8}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{12}(?![\\da-f])';
/** Runs of 13 to 19 digits (ISO/IEC 7812 card numbers), with the blanks, dashes and dots that people put into them, and longer ones. */
const DIGITS = '\\d(?:(?:[ \\t\\u00a0.-]{1,2}|%20|\\+)?\\d){12,}';
/** IDs of entities are for being found in logs; many of them hold long runs of digits. */
const DIGITS_OR_UUID = new RegExp(`(${UUID})|(?<!\\d)${DIGITS}(?!\\d)`, 'gi');

const JSON_WEB_TOKEN = /eyJ[\w-]{4,}(?:\.[\w-]*){0,4}/g;
const PEM_BLOCK = /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g;
/** What follows the name of a scheme of HTTP authentication. */
const CREDENTIALS = /\b(bearer|basic|dpop)\s+(?!\[)[\w.~+/=-]{6,}/gi;
/** `user:password@` of an address. */
const USER_INFO = /(\w:\/\/)[^\s/@]+@/g;
/** Signatures and wallets. */
const LONG_HEXADECIMAL = /0x[\da-f]{16,}/gi;

/**
 * Takes out of a text whatever looks like a card number, a token, a key, a signature or a password in an address. The last
 * net below the allow list of `createLogger`: for error messages of libraries, and for names that clients chose.
 */
export function redactText(text: string): string {
  return text
    .replace(PEM_BLOCK, '[key]')
    .replace(JSON_WEB_TOKEN, '[token]')
    .replace(CREDENTIALS, '$1 [token]')
    .replace(USER_INFO, '$1[credentials]@')
    .replace(LONG_HEXADECIMAL, '[hexadecimal]')
    .replace(DIGITS_OR_UUID, (_, uuid: string | undefined) => uuid ?? '[digits]');
}
