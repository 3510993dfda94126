import { parse } from 'graphql';
import { createShapes, type ExecutableDefinition } from '../../../src/http/limits/document-shape.js';
import { fc } from '../../support/fast-check.js';
import { chainOfFragments, DEFAULT_LIMITS, nestedFields, refusalOf } from './limits-kit.js';

const times = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
const tooComplex = (limit: string, allowed: number, found = allowed + 1) => ({
  code: 'OPERATION_TOO_COMPLEX',
  limit,
  allowed,
  found,
});

/** For each limit a document that has exactly so many, written out and by way of fragments. */
const COUNTED: [limit: 'aliases' | 'directives' | 'rootFields' | 'fields', how: string, (count: number) => string][] = [
  ['aliases', 'of one field', (count) => `{ card { ${times(count, (i) => `a${i}: id`)} } }`],
  [
    'aliases',
    'in a fragment spread twice',
    (n) =>
      `{ a { ...F } b { ...F } c { ${n % 2 ? 'x: id' : 'id'} } } fragment F on Card { ${times(Math.floor(n / 2), (i) => `a${i}: id`)} }`,
  ],
  ['aliases', 'in an inline fragment', (count) => `{ card { ... on Card { ${times(count, (i) => `a${i}: id`)} } } }`],
  ['directives', 'on a field', (count) => `{ a ${times(count, () => '@include(if: true)')} }`],
  ['directives', 'on an operation', (count) => `query Q ${times(count, () => '@a')} { a }`],
  ['directives', 'on variables', (count) => `query Q(${times(count, (i) => `$v${i}: Int @a`)}) { a }`],
  ['directives', 'on spreads', (count) => `{ ${times(count, () => '...F @a')} } fragment F on Query { a }`],
  ['directives', 'on inline fragments', (count) => `{ ${times(count, () => '... @a { a }')} }`],
  ['directives', 'on a fragment', (count) => `{ ...F } fragment F on Query ${times(count, () => '@a')} { a }`],
  ['rootFields', 'written out', (count) => `{ ${times(count, () => 'a')} }`],
  ['rootFields', 'in fragments', (count) => `{ ${times(count, () => '...F')} } fragment F on Query { a }`],
  ['rootFields', 'in inline fragments', (count) => `{ ... { ${times(count - 1, () => 'a')} } a }`],
  ['rootFields', 'of a mutation', (count) => `mutation { ${times(count, () => 'a')} }`],
  ['fields', 'written out', (count) => `{ a { ${times(count - 1, () => 'id')} } }`],
  ['fields', 'on several levels', (count) => `{ a { b { ${times(count - 2, () => 'id')} } } }`],
  ['fields', 'of introspection', (count) => `{ __schema { types { ${times(count - 2, () => 'name')} } } }`],
  ['fields', 'named __typename', (count) => `{ a { ${times(count - 1, () => '__typename')} } }`],
  [
    'fields',
    'in a fragment that nobody spreads',
    (count) => `{ a } fragment F on Card { ${times(count, () => 'id')} }`,
  ],
];

describe('the shape of an operation', () => {
  it.each(COUNTED)('may have so many %s %s', (limit, _, document) => {
    expect(refusalOf(document(20), { [limit]: 20 })).toBeNull();
    expect(refusalOf(document(21), { [limit]: 20 })).toEqual(tooComplex(limit, 20));
  });

  it('may be so deep', () => {
    expect(refusalOf(nestedFields(DEFAULT_LIMITS.depth))).toBeNull();
    expect(refusalOf(nestedFields(DEFAULT_LIMITS.depth + 1))).toEqual(tooComplex('depth', DEFAULT_LIMITS.depth));
  });

  it('counts depth through fragments, inline ones too, which are no level themselves', () => {
    const document = '{ a { ...A } } fragment A on T { ... on T { b { ...B } } } fragment B on T { c }';
    expect(refusalOf(document, { depth: 3 })).toBeNull();
    expect(refusalOf(document, { depth: 2 })).toEqual(tooComplex('depth', 2));
  });

  it('leaves introspection out of the depth, whose lists graphql-js bounds itself', () => {
    const types = `${'ofType { '.repeat(20)}name${' }'.repeat(20)}`;
    expect(refusalOf(`{ __type(name: "Card") { fields { type { ${types} } } } }`)).toBeNull();
  });

  it('counts selections within each other through fragments', () => {
    const chain = (count: number) => chainOfFragments({ count, factor: 1, last: 'a' });
    expect(refusalOf(chain(9), { nesting: 10 })).toBeNull();
    expect(refusalOf(chain(10), { nesting: 10 })).toMatchObject({ limit: 'nesting', found: 11 });
  });

  it('holds every operation of the document to the limits, the one that is not meant too', () => {
    expect(refusalOf('query A { a } query B { b c }', { rootFields: 1 })).toEqual(tooComplex('rootFields', 1));
    expect(refusalOf('query A { a } query B { b }', { rootFields: 1 })).toBeNull();
  });

  it.each([
    ['2 to the power of 30', 30, 2, 2 ** 30],
    ['10 to the power of 40', 40, 10, Number.MAX_SAFE_INTEGER],
  ])('counts %s fields in few lines without going through them', (_, count, factor, found) => {
    const document = chainOfFragments({ count: count + 1, factor, last: 'a' });
    expect(refusalOf(document, { rootFields: Number.MAX_SAFE_INTEGER })).toEqual(
      tooComplex('fields', DEFAULT_LIMITS.fields, found),
    );
  });

  it('ends on fragments that spread themselves, alone or in a circle', () => {
    expect(refusalOf('{ ...A } fragment A on Query { a ...A }')).toBeNull();
    expect(
      refusalOf(
        '{ ...A } fragment A on Query { a ...B } fragment B on Query { b ...C ...A } fragment C on Query { ...A ...B }',
      ),
    ).toBeNull();
  });

  it('counts spreads of fragments that are not there as nothing', () => {
    expect(refusalOf('{ a ...Absent ...constructor ...__proto__ }')).toBeNull();
  });

  it('counts what a walk over the expanded document counts', () => {
    const names = ['A', 'B', 'C', 'D'];
    // A fragment spreads later ones only, so the expansion ends.
    const selection = (from: number): fc.Arbitrary<string> =>
      fc
        .array(fc.constantFrom('f', 'a: f', 'f @d', '... { f }', ...names.slice(from).map((name) => `...${name}`)), {
          minLength: 1,
          maxLength: 5,
        })
        .map((selections) => selections.join(' '));
    const documents = fc.tuple(selection(0), ...names.map((_, index) => selection(index + 1)));
    fc.assert(
      fc.property(documents, ([operation, ...fragments]) => {
        const expand = (text: string): string =>
          text.replace(/\.\.\.([A-D])/g, (_, name) => expand(fragments[names.indexOf(name)] ?? ''));
        const text = `{ ${operation} } ${fragments.map((body, index) => `fragment ${names[index]} on Q { ${body} }`).join(' ')}`;
        const document = parse(text);
        const { aliases, directives, fields, rootFields } = createShapes(document)(
          document.definitions[0] as ExecutableDefinition,
        );
        const flat = expand(operation);
        const count = (pattern: RegExp) => flat.match(pattern)?.length ?? 0;
        expect({ aliases, directives, fields, rootFields }).toEqual({
          aliases: count(/a:/g),
          directives: count(/@d/g),
          fields: count(/f/g),
          rootFields: count(/f/g),
        });
      }),
    );
  });
});
