import { COUNTRY_CODES } from './country-codes.js';
import { createStringScalar } from './string-scalar.js';

/** Strict for what clients send; from the API any two capital letters pass, so that a new code fails no query. */
export const CountryCodeScalar = createStringScalar({
  name: 'CountryCode',
  description:
    'Country by its alpha-2 code of ISO 3166-1, in capital letters, such as `GB`. As input only officially assigned codes are ' +
    'accepted; in answers also a code that is newer than this gateway.',
  expected: 'a country code of ISO 3166-1 alpha-2 in capital letters, such as "GB", as a string',
  maxLength: 2,
  accepts: (text) => COUNTRY_CODES.has(text),
  emits: /^[A-Z]{2}$/,
});
