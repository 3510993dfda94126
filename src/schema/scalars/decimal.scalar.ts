import { createStringScalar } from './string-scalar.js';

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** Text from end to end. The API does not normalise either: `20.0` and `20` are both met. */
export const DecimalScalar = createStringScalar({
  name: 'Decimal',
  description:
    'Decimal number as a string, such as `"12.50"`: an optional minus sign, digits, and optionally a point with digits. ' +
    'Never a float, never rounded: digits and trailing zeros are kept as the API wrote them, so `20` and `20.0` are the same ' +
    'number but not the same text. Write it in quotes; a bare number is refused.',
  expected: 'a decimal number of at most 64 characters, such as "12.50", as a string in quotes',
  maxLength: 64,
  accepts: (text) => DECIMAL.test(text),
  emits: DECIMAL,
});
