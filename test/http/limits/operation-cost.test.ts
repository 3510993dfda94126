import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, getIntrospectionQuery, parse, print } from 'graphql';
import { operationCost } from '../../../src/http/limits/operation-cost.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../../src/schema/pagination/page-size.js';
import * as op from '../../operations/generated.js';
import { fc } from '../../support/fast-check.js';
import { chainOfFragments, costOf, DEFAULT_LIMITS, refusalOf, schema } from './limits-kit.js';

const mutate = (selection: string) =>
  `mutation ($input: CardActionInput!) { activateCard(input: $input) { ${selection} } }`;

describe('the cost of an operation', () => {
  it.each<[string, string, number]>([
    ['nothing of the API', '{ __typename }', 1],
    ['the caller', '{ viewer { subject scopes } }', 1],
    ['one entity', '{ card(id: "x") { id status } }', 2],
    ['its parts', '{ card(id: "x") { id expirationDate { year } billingAddress { city } } }', 2],
    ['a reference', '{ card(id: "x") { account { customer { id } } } }', 4],
    ['a list without a size', '{ account(id: "x") { cards { id } } }', 1 + 1 + 5],
    ['lists below each other', '{ customer(id: "x") { accounts { cards { id } } } }', 1 + 1 + 5 * (1 + 5)],
    ['a page', '{ cards(first: 7) { nodes { id } } }', 1 + 7],
    ['a page by its edges', '{ cards(last: 7) { edges { cursor node { id } } } }', 1 + 7],
    ['a page twice', '{ cards(first: 7) { nodes { id } edges { node { id } } } }', 1 + 14],
    ['a page of the default size', '{ cards { nodes { id } } }', 1 + DEFAULT_PAGE_SIZE],
    ['a page of none', '{ cards(first: 0) { nodes { id } totalCount } }', 1],
    ['only how many there are', '{ cards(first: 500) { totalCount pageInfo { hasNextPage } } }', 1],
    [
      'pages below each other',
      '{ accounts(first: 10) { nodes { transactions(first: 3) { nodes { id } } } } }',
      1 + 10 * (1 + 3),
    ],
    ['a default of the schema', '{ card(id: "x") { transactions { nodes { id } } } }', 1 + 1 + DEFAULT_PAGE_SIZE],
    ['the same field twice', '{ a: card(id: "x") { id } b: card(id: "x") { id } }', 4],
    ['what is left out by a directive', '{ card(id: "x") @skip(if: true) { id } }', 2],
    [
      'a fragment at each spread',
      '{ a: card(id: "x") { ...F } b: card(id: "x") { ...F } } fragment F on Card { account { id } }',
      6,
    ],
    [
      'a fragment in pages of two sizes',
      '{ a: cards(first: 2) { ...F } b: cards(first: 3) { ...F } } fragment F on CardConnection { nodes { id } }',
      2 + 2 + 3,
    ],
    ['an inline fragment in a page', '{ cards(first: 3) { ... on CardConnection { ... { nodes { id } } } } }', 1 + 3],
    ['the schema', '{ __schema { types { name fields { name } } } }', 10],
    ['a mutation', mutate('card { id }'), 10 + 1],
    [
      'its errors, with an entity in each',
      mutate('userErrors { code ... on CardLimitReachedError { existingCard { id } } }'),
      10 + 5,
    ],
  ])('counts %s', (_, text, cost) => {
    expect(costOf(text)).toBe(cost);
  });

  it.each<[string, string, Record<string, unknown>, number]>([
    ['a variable', 'query ($n: Int) { cards(first: $n) { nodes { id } } }', { n: 3 }, 3],
    ['a variable that is not given', 'query ($n: Int) { cards(first: $n) { nodes { id } } }', {}, DEFAULT_PAGE_SIZE],
    [
      'a variable that is null',
      'query ($n: Int = 4) { cards(first: $n) { nodes { id } } }',
      { n: null },
      DEFAULT_PAGE_SIZE,
    ],
    ['the default of a variable', 'query ($n: Int = 4) { cards(first: $n) { nodes { id } } }', {}, 4],
    ['a variable rather than its default', 'query ($n: Int = 4) { cards(first: $n) { nodes { id } } }', { n: 9 }, 9],
    ['null', '{ cards(first: null) { nodes { id } } }', {}, DEFAULT_PAGE_SIZE],
    ['the larger of two', '{ cards(first: 3, last: 8) { nodes { id } } }', {}, 8],
    ['a size that no page can have', '{ cards(first: 100000) { nodes { id } } }', {}, MAX_PAGE_SIZE],
    ['a negative size', '{ cards(first: -1) { nodes { id } } }', {}, MAX_PAGE_SIZE],
    ['a text', 'query ($n: Int) { cards(first: $n) { nodes { id } } }', { n: '9' }, MAX_PAGE_SIZE],
    [
      'an object with a value of its own',
      'query ($n: Int) { cards(first: $n) { nodes { id } } }',
      { n: { valueOf: 1 } },
      MAX_PAGE_SIZE,
    ],
    ['a fraction', 'query ($n: Int) { cards(first: $n) { nodes { id } } }', { n: 0.5 }, MAX_PAGE_SIZE],
    ['what is no number', 'query ($n: Int) { cards(first: $n) { nodes { id } } }', { n: Number.NaN }, MAX_PAGE_SIZE],
    [
      'a name that every object has',
      'query ($toString: Int) { cards(first: $toString) { nodes { id } } }',
      {},
      DEFAULT_PAGE_SIZE,
    ],
  ])('takes for the size of a page %s', (_, text, variables, size) => {
    expect(costOf(text, variables)).toBe(1 + size);
  });

  it('is of the operation that is meant', () => {
    const text = 'query A { card(id: "x") { id } } query B { cards(first: 9) { nodes { id } } }';
    expect([costOf(text, {}, 'A'), costOf(text, {}, 'B')]).toEqual([2, 10]);
  });

  it('is counted once for a fragment that is spread often', () => {
    const doubling = chainOfFragments({ count: 31, factor: 2, last: 'card(id: "x") { id }' });
    expect(costOf(doubling)).toBe(2 * 2 ** 30);
  });

  it('stays a number of points, whatever is multiplied with what', () => {
    const levels = fc.array(fc.record({ size: fc.integer(), isPage: fc.boolean() }), { maxLength: 40 });
    fc.assert(
      fc.property(levels, fc.anything(), fc.integer({ min: 1, max: 40 }), (sizes, variable, factor) => {
        const selection = sizes.reduce(
          (below, { size, isPage }) =>
            isPage
              ? `transactions(first: ${size}) { nodes { account { ${below} } } }`
              : `cards { account { ${below} } }`,
          'transactions(first: $n) { nodes { id } }',
        );
        const spread = chainOfFragments({ count: 12, factor, last: `account(id: "x") { ${selection} }` });
        const document = parse(`query ($n: Int) ${spread}`);
        const [operation] = document.definitions;
        if (operation?.kind !== 'OperationDefinition') throw new Error('no operation');
        const cost = operationCost({ schema, document, operation, variables: { n: variable } });
        expect(Number.isSafeInteger(cost)).toBe(true);
        expect(cost).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('the default limits', () => {
  const examples = join(__dirname, '../../../graphiql/examples');
  const documents: [string, string][] = [
    ...Object.entries(op)
      .filter(([name]) => name.endsWith('Document'))
      .map(([name, document]): [string, string] => [name, print(document as DocumentNode)]),
    ...readdirSync(examples)
      .filter((name) => name.endsWith('.graphql'))
      .map((name): [string, string] => [name, readFileSync(join(examples, name), 'utf8')]),
    ['introspection', getIntrospectionQuery()],
    [
      'all of introspection',
      getIntrospectionQuery({
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
    ],
  ];

  it.each(documents)('let %s through, at the largest pages', (_, text) => {
    expect(refusalOf(text)).toBeNull();
    expect(costOf(text, { first: MAX_PAGE_SIZE, last: MAX_PAGE_SIZE })).toBeLessThanOrEqual(DEFAULT_LIMITS.cost);
  });

  it.each([
    'query { accounts(first: 500) { nodes { id cards { id status account { id customer { id } } } } } }',
    'query { customers(first: 500) { nodes { id accounts { id cards { id } } } } }',
  ])('let a whole page with what is below it through: %s', (text) => {
    expect(costOf(text)).toBeLessThanOrEqual(DEFAULT_LIMITS.cost);
  });

  it('do not let the largest pages multiply', () => {
    expect(costOf('{ accounts(first: 500) { nodes { transactions(first: 500) { nodes { id } } } } }')).toBeGreaterThan(
      DEFAULT_LIMITS.cost,
    );
  });
});
