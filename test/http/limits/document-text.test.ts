import { GraphQLError } from 'graphql';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import { DEFAULT_LIMITS, refusalOf } from './limits-kit.js';

const tooLarge = (limit: string, allowed: number, found = allowed + 1) => ({
  code: 'DOCUMENT_TOO_LARGE',
  limit,
  allowed,
  found,
});

/** `[[…]]`, `{a:{a:…}}`, `[[Int]]`: so many brackets within each other, those around them included. */
const nestedList = (levels: number) => `{ card(id: ${'['.repeat(levels - 2)}${']'.repeat(levels - 2)}) }`;
const nestedObject = (levels: number) => `{ card(id: ${'{a:'.repeat(levels - 2)}1${'}'.repeat(levels - 2)}) }`;
const nestedType = (levels: number) => `query ($a: ${'['.repeat(levels - 1)}Int${']'.repeat(levels - 1)}) { a }`;
const nestedSelection = (levels: number) => `${'{ ... '.repeat(levels - 1)}{ a }${' }'.repeat(levels - 1)}`;

describe('the text of a document', () => {
  it('may have so many bytes, however few characters they are', () => {
    const padded = (bytes: number) => `{ a } #${'é'.repeat((bytes - 7) / 2)}`;
    expect(refusalOf(padded(1_001), { documentBytes: 1_001 })).toBeNull();
    expect(refusalOf(padded(1_003), { documentBytes: 1_001 })).toEqual(tooLarge('documentBytes', 1_001, 1_003));
  });

  it('may have so many tokens', () => {
    const document = (names: number) => `{ a { ${'a '.repeat(names - 3)}} }`;
    expect(refusalOf(document(98), { tokens: 100 })).toBeNull();
    expect(refusalOf(document(99), { tokens: 100 })).toEqual(tooLarge('tokens', 100));
  });

  it('is read no further than to the first token too many: what follows may be anything', () => {
    expect(refusalOf('{ a a a a \u0000 "', { tokens: 3 })).toEqual(tooLarge('tokens', 3));
  });

  it.each([
    ['lists', nestedList],
    ['objects', nestedObject],
    ['types', nestedType],
    ['selections', nestedSelection],
  ])('may have so many brackets of %s within each other', (_, document) => {
    expect(refusalOf(document(20), { nesting: 20 })).toBeNull();
    expect(refusalOf(document(21), { nesting: 20 })).toEqual(tooLarge('nesting', 20));
  });

  it.each([
    ['lists', nestedList],
    ['objects', nestedObject],
    ['types', nestedType],
    ['selections', nestedSelection],
  ])('does not exhaust the stack with %s, whatever the bounds of size', (_, document) => {
    const limits = { documentBytes: 1_000_000, tokens: 100_000 };
    expect(refusalOf(document(24_000), limits)).toEqual(tooLarge('nesting', DEFAULT_LIMITS.nesting));
  });

  it('counts brackets beside each other as what they are', () => {
    expect(refusalOf(`{ a { ${'a { b } '.repeat(200)}} }`, { nesting: 3 })).toBeNull();
  });

  it('may have so many operations and fragments', () => {
    const document = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        index % 2 ? `fragment F${index} on Query { a }` : `query Q${index} { a }`,
      ).join('\n');
    expect(refusalOf(document(50))).toBeNull();
    expect(refusalOf(document(51))).toEqual(tooLarge('definitions', 50));
  });

  it.each(['', '{', '{ a', '}', 'query', '{ a(b: ) }', '\u0000', '"'])(
    'is a syntax error of its own kind: %j',
    (text) => {
      let thrown: unknown;
      try {
        refusalOf(text);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(GraphQLError);
      expect(thrown).not.toBeInstanceOf(GatewayError);
      expect((thrown as GraphQLError).message).toMatch(/^Syntax Error/);
    },
  );
});
