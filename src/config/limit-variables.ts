import { integer } from './value-parsers.js';
import { defaulted } from './variable.js';

/** How much one operation may ask for (`OperationLimits`). What each of them counts: docs/reference/limits.md. */
export const LIMIT_VARIABLES = {
  MAX_DOCUMENT_BYTES: defaulted({
    description: 'Longest document, in bytes of UTF-8.',
    default: '50000',
    example: '100000',
    parse: integer({ min: 1, max: 1_000_000 }),
  }),
  MAX_TOKENS: defaulted({
    description: 'Most tokens in a document: names, punctuation, values.',
    default: '4000',
    example: '2000',
    parse: integer({ min: 1, max: 100_000 }),
  }),
  MAX_NESTING: defaulted({
    description: 'Most brackets of any kind within each other in a document, fragments counted where they are spread.',
    default: '50',
    example: '30',
    parse: integer({ min: 1, max: 100 }),
  }),
  MAX_DEFINITIONS: defaulted({
    description: 'Most operations and fragments in a document.',
    default: '50',
    example: '20',
    parse: integer({ min: 1, max: 500 }),
  }),
  MAX_DEPTH: defaulted({
    description: 'Most fields below each other in an operation, those of introspection left out.',
    default: '16',
    example: '10',
    parse: integer({ min: 1, max: 50 }),
  }),
  MAX_ALIASES: defaulted({
    description: 'Most aliases in an operation, fragments counted at each spread.',
    default: '50',
    example: '15',
    parse: integer({ min: 1, max: 10_000 }),
  }),
  MAX_DIRECTIVES: defaulted({
    description: 'Most directives in an operation, fragments counted at each spread.',
    default: '50',
    example: '10',
    parse: integer({ min: 1, max: 10_000 }),
  }),
  MAX_ROOT_FIELDS: defaulted({
    description: 'Most fields at the top of an operation.',
    default: '25',
    example: '5',
    parse: integer({ min: 1, max: 1_000 }),
  }),
  MAX_FIELDS: defaulted({
    description: 'Most fields in an operation, fragments counted at each spread.',
    default: '1000',
    example: '300',
    parse: integer({ min: 1, max: 100_000 }),
  }),
  MAX_COST: defaulted({
    description: 'Most cost points of an operation; never more than `RATE_LIMIT`.',
    default: '20000',
    example: '5000',
    parse: integer({ min: 1, max: 1_000_000_000 }),
  }),
};
