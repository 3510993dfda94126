import { GraphQLError, GraphQLObjectType, GraphQLSchema, GraphQLString, graphql, parseValue } from 'graphql';
import { Base64Scalar } from '../../../src/schema/scalars/base64.scalar.js';
import { ChainAccountIdScalar } from '../../../src/schema/scalars/chain-account-id.scalar.js';
import { CountryCodeScalar } from '../../../src/schema/scalars/country-code.scalar.js';
import { CurrencyCodeScalar } from '../../../src/schema/scalars/currency-code.scalar.js';
import { DateTimeScalar } from '../../../src/schema/scalars/date-time.scalar.js';
import { DecimalScalar } from '../../../src/schema/scalars/decimal.scalar.js';
import { URLScalar } from '../../../src/schema/scalars/url.scalar.js';
import { UUIDScalar } from '../../../src/schema/scalars/uuid.scalar.js';

const SCALARS = [
  UUIDScalar,
  DateTimeScalar,
  DecimalScalar,
  CurrencyCodeScalar,
  CountryCodeScalar,
  ChainAccountIdScalar,
  Base64Scalar,
  URLScalar,
].map((scalar) => [scalar.name, scalar] as const);

const SECRET = 'S3cr3t-that-must-not-come-back';
const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
};

describe.each(SCALARS)('%s', (name, scalar) => {
  it.each([
    ['an int', 12],
    ['a float', 12.5],
    ['NaN', Number.NaN],
    ['a bigint', 12n],
    ['a boolean', true],
    ['null', null],
    ['undefined', undefined],
    ['a list', ['EUR']],
    ['an object', { toString: () => 'EUR' }],
    ['a String object', new String('EUR')],
    ['a date', new Date(0)],
    ['bytes', Buffer.from('EUR')],
  ])('refuses %s, in and out', (_, value) => {
    expect(() => scalar.parseValue(value)).toThrow(/^Expected .+\.$/);
    expect(() => scalar.serialize(value)).toThrow(`A value cannot be shown as ${name}.`);
  });

  it.each(['12', '12.5', 'true', 'null', 'EUR', '["EUR"]', '{a: "EUR"}', '$variable'])(
    'refuses the literal %s',
    (source) => {
      expect(() => scalar.parseLiteral(parseValue(source))).toThrow(/^Expected .+\.$/);
    },
  );

  it('refuses the empty string and a megabyte of text', () => {
    for (const text of ['', 'a'.repeat(1_000_000), '1'.repeat(1_000_000), 'A'.repeat(1_000_000)]) {
      expect(() => scalar.parseValue(text)).toThrow(GraphQLError);
    }
  });

  it.each(['\n', ' ', '\0', '\u00a0', '\u2028'])('refuses text that ends or begins in %j', (space) => {
    for (const text of [
      `EUR${space}`,
      `GB${space}`,
      `1${space}`,
      `${space}1`,
      `AAAA${space}`,
      `https://a.example${space}`,
    ]) {
      expect(() => scalar.parseValue(text)).toThrow(GraphQLError);
    }
  });

  it('never repeats what it was given', () => {
    const value = `${SECRET} ${SECRET}`;
    for (const error of [
      thrownBy(() => scalar.parseValue(value)),
      thrownBy(() => scalar.parseLiteral(parseValue(JSON.stringify(value)))),
      thrownBy(() => scalar.serialize({ value })),
      thrownBy(() => scalar.serialize(['S3cr3t'])),
    ]) {
      expect(error).toBeInstanceOf(Error);
      const { message, stack } = error as Error;
      expect(JSON.stringify([message, stack, error])).not.toContain('S3cr3t');
    }
  });

  it('answers a bad literal of an operation with the same words, its place and nothing of the value', async () => {
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { f: { type: GraphQLString, args: { a: { type: scalar } } } },
      }),
    });
    const { errors } = await graphql({ schema, source: `{ f(a: "${SECRET} ${SECRET}") }` });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toMatch(/^Expected .+\.$/);
    expect(errors?.[0]?.locations).toEqual([{ line: 1, column: 8 }]);
    expect(JSON.stringify(errors)).not.toContain('S3cr3t');
  });

  it('is described, and its message says that a string is wanted', () => {
    expect(scalar.description).toBeTruthy();
    expect(String(thrownBy(() => scalar.parseValue(1)))).toMatch(/as a string/);
  });
});
