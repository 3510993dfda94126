import { parse, specifiedRules, validate } from 'graphql';
import { depthLimitRule, MAX_DEPTH } from '../../src/http/depth-limit.js';
import { buildGatewaySchema } from '../../src/resolvers/build-schema.js';

const schema = buildGatewaySchema({ simulator: true });
const complaints = (document: string) =>
  validate(schema, parse(document), [...specifiedRules, depthLimitRule])
    .map(({ message }) => message)
    .filter((message) => message.includes('nested deeper'));

/** `account { cards { account { … id } } }` below a card, so many fields deep in all. */
const nested = (depth: number) => {
  let selection = 'id';
  for (let level = depth - 1; level > 1; level -= 1) selection = `${level % 2 ? 'cards' : 'account'} { ${selection} }`;
  return `{ card(id: "x") { ${selection} } }`;
};

it('lets a document through that is as deep as allowed, and no deeper one', () => {
  expect(complaints(nested(MAX_DEPTH))).toEqual([]);
  expect(complaints(nested(MAX_DEPTH + 1))).toEqual([`The operation is nested deeper than ${MAX_DEPTH} fields.`]);
});

it('counts fragments where they are spread', () => {
  const spread = (fields: number) => `{ card(id: "x") { ...A } } fragment A on Card { account { ...B } }
    fragment B on Account ${nested(fields).replace('{ card(id: "x")', '').slice(0, -1)}`;
  expect(complaints(`{ card(id: "x") { ... on Card { account { cards { id } } } } }`)).toEqual([]);
  expect(complaints(spread(MAX_DEPTH + 4).replace('fragment B on Account', 'fragment B on Card'))).toHaveLength(1);
});

it('ends on fragments that spread themselves', () => {
  expect(() =>
    complaints('{ card(id: "x") { ...A } } fragment A on Card { account { cards { ...A } } }'),
  ).not.toThrow();
});

it('leaves introspection alone', () => {
  const types = `${'ofType { '.repeat(20)}name${' }'.repeat(20)}`;
  expect(complaints(`{ __type(name: "Card") { fields { type { ${types} } } } }`)).toEqual([]);
});
