import { CURRENCY_CODES } from './currency-codes.js';
import { createStringScalar } from './string-scalar.js';

/** Strict for what clients send; from the API any three capital letters pass, so that a new currency fails no query. */
export const CurrencyCodeScalar = createStringScalar({
  name: 'CurrencyCode',
  description:
    'Currency by its alphabetic code of ISO 4217, in capital letters, such as `EUR`. As input only active codes are accepted; ' +
    'in answers also a code that is newer than this gateway.',
  expected: 'an active currency code of ISO 4217 in capital letters, such as "EUR", as a string',
  maxLength: 3,
  accepts: (text) => CURRENCY_CODES.has(text),
  emits: /^[A-Z]{3}$/,
});
