import { createHash } from 'node:crypto';

/** A document that is made to cost more than it weighs, and what the gateway has to say to it. */
export interface Overload {
  name: string;
  document: string;
  code: 'DOCUMENT_TOO_LARGE' | 'OPERATION_TOO_COMPLEX' | 'GRAPHQL_VALIDATION_FAILED' | 'GRAPHQL_PARSE_FAILED';
  /** `extensions.limit` of the answer. */
  limit?: string;
}

const times = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

const ID = '00000000-0000-4000-8000-000000000000';

/** Fragments that each spread the next one so many times. */
const chain = (count: number, factor: number, last: string) =>
  `{ ...F0 } ${times(count, (i) => `fragment F${i} on Query { ${i === count - 1 ? last : times(factor, () => `...F${i + 1}`)} }`)}`;

const brackets = (open: string, count: number, close: string) => `${open.repeat(count)}${close.repeat(count)}`;

/** The overload attacks of the OWASP GraphQL cheat sheet and of graphql-cop, in the words of this schema; each fits a request. */
export const OVERLOADS: readonly Overload[] = [
  {
    name: 'alias overload',
    document: `{ ${times(300, (i) => `a${i}: viewer { subject }`)} }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'aliases',
  },
  {
    name: 'aliases in a fragment that is spread often',
    document: `{ ${times(20, () => '...F')} } fragment F on Query { ${times(10, (i) => `a${i}: __typename`)} }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'aliases',
  },
  {
    name: 'aliased mutations, to guess a hundred times in one request',
    document: `mutation { ${times(100, (i) => `a${i}: activateCard(input: { cardId: "${ID}" }) { userErrors { code } }`)} }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'aliases',
  },
  {
    name: 'directive overload',
    document: `{ __typename ${times(300, () => '@include(if: true)')} }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'directives',
  },
  {
    name: 'unknown directives',
    document: `{ __typename ${times(1_000, () => '@a')} }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'directives',
  },
  {
    name: 'field duplication',
    document: `{ viewer { ${times(3_000, () => 'subject')} } }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'fields',
  },
  {
    name: 'field duplication in a fragment that nobody spreads',
    document: `{ __typename } fragment F on Viewer { ${times(3_000, () => 'subject')} }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'fields',
  },
  {
    name: 'fields at the top',
    document: `{ ${times(1_000, () => '__typename')} }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'rootFields',
  },
  {
    name: 'fragments that double 2^30 times',
    document: chain(31, 2, 'viewer { subject }'),
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'rootFields',
  },
  {
    name: 'fragments that double below a field',
    document: `{ card(id: "${ID}") { ...F0 } } ${times(20, (i) => `fragment F${i} on Card { account { cards { ${i === 19 ? 'id' : `...F${i + 1} ...F${i + 1}`} } } }`)}`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'nesting',
  },
  {
    name: 'spreads of one fragment',
    document: `{ ${times(900, () => '...F')} } fragment F on Query { viewer { subject } }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'rootFields',
  },
  {
    name: 'a fragment that spreads itself',
    document: '{ ...A } fragment A on Query { __typename ...A }',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'fragments in a circle',
    document: `{ ...F0 } ${times(40, (i) => `fragment F${i} on Query { ...F${(i + 1) % 40} }`)}`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'fragments that all spread all others',
    document: `{ ...F0 } ${times(40, (i) => `fragment F${i} on Query { ${times(40, (j) => `...F${j}`)} }`)}`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'fragments without end',
    document: `{ __typename } ${times(500, (i) => `fragment F${i} on Query { a }`)}`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'definitions',
  },
  {
    name: 'many operations',
    document: times(500, (i) => `query Q${i} { __typename }`),
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'definitions',
  },
  {
    name: 'a way back and forth between accounts and cards',
    document: `{ accounts { nodes { ${brackets('cards { account { ', 10, ' } }').replace('  ', ' id ')} } } }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'depth',
  },
  { name: 'deep selections', document: brackets('{a', 16_000, '}'), code: 'DOCUMENT_TOO_LARGE', limit: 'nesting' },
  {
    name: 'deep inline fragments',
    document: brackets('{ ... ', 1_000, '}').replace('... }', 'a }'),
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'nesting',
  },
  {
    name: 'deep lists',
    document: `{ card(id: ${brackets('[', 20_000, ']')}) { id } }`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'nesting',
  },
  {
    name: 'deep objects',
    document: `{ cards(filter: ${brackets('{a:', 9_000, '}')}) { totalCount } }`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'nesting',
  },
  {
    name: 'deep types',
    document: `query ($a: ${brackets('[', 20_000, ']')}) { __typename }`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'nesting',
  },
  { name: 'unclosed brackets', document: '{'.repeat(40_000), code: 'DOCUMENT_TOO_LARGE', limit: 'nesting' },
  {
    name: 'a flood of tokens',
    document: `{ viewer { ${'a '.repeat(20_000)}} }`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'tokens',
  },
  { name: 'a flood of punctuation', document: '!'.repeat(45_000), code: 'DOCUMENT_TOO_LARGE', limit: 'tokens' },
  {
    name: 'a flood of values',
    document: `{ cards(filter: { status: [${'ACTIVE '.repeat(6_000)}] }) { totalCount } }`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'tokens',
  },
  {
    name: 'a flood of variables',
    document: `query (${times(1_500, (i) => `$v${i}:Int`)}) { __typename }`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'tokens',
  },
  {
    name: 'a flood of arguments',
    document: `{ card(${times(1_500, (i) => `a${i}:1`)}) { id } }`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'tokens',
  },
  {
    name: 'a comment without end',
    document: `{ __typename } #${'x'.repeat(60_000)}`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'documentBytes',
  },
  {
    name: 'a name without end',
    document: `{ ${'x'.repeat(60_000)} }`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'documentBytes',
  },
  {
    name: 'text of four bytes a character',
    document: `{ card(id: "${'💳'.repeat(13_000)}") { id } }`,
    code: 'DOCUMENT_TOO_LARGE',
    limit: 'documentBytes',
  },
  {
    name: 'introspection that goes in circles',
    document: `{ __schema { types { ${brackets('fields { type { ', 8, '} }').replace('{ }', '{ name }')} } } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'introspection many times over',
    document: `{ ${times(25, (i) => `a${i}: __schema { types { ${times(50, () => 'name')} } }`)} }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'fields',
  },
  {
    name: 'the largest pages, below each other',
    document: '{ accounts(first: 500) { nodes { transactions(first: 500) { nodes { id } } } } }',
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'cost',
  },
  {
    name: 'the largest page, beside itself',
    document: `{ ${times(25, (i) => `a${i}: customers(first: 500) { nodes { accounts { id } } }`)} }`,
    code: 'OPERATION_TOO_COMPLEX',
    limit: 'cost',
  },
  {
    name: 'conflicts in every pair of fields',
    document: `{ ${times(24, (i) => `a: card(id: "${i}") { ${times(30, (j) => `b: ${j % 2 ? 'id' : 'status'}`).replace(/b: /g, '')} }`)} }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  { name: 'half a document', document: '{ viewer { subject', code: 'GRAPHQL_PARSE_FAILED' },
  { name: 'a text that does not end', document: '{ card(id: """', code: 'GRAPHQL_PARSE_FAILED' },
];

/** As Apollo's clients name a document. */
export const persistedQuery = (document: string) => ({
  persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(document).digest('hex') },
});
