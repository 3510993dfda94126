import { parse } from 'graphql';
import { documentMessage, faultyFieldOf, valueFreeMessage } from '../../src/http/value-free-message.js';

const CARD = '5305181234569871';

it.each([
  ['Value "5305" does not exist in "CardStatus" enum.', 'it is not a value of CardStatus.'],
  [
    'Enum "CardStatus" cannot represent non-enum value: "5305". Did you mean "ACTIVE"?',
    'it is not a value of CardStatus.',
  ],
  ['Int cannot represent non-integer value: "5305"', 'it is not a valid Int.'],
  ['Expected value of type "CardsFilter!", found "5305".', 'it is not a valid CardsFilter.'],
  ['Expected value of type "UUID", found 5305; some reason of a library', 'it is not a valid UUID.'],
  ['Expected a decimal number.', 'Expected a decimal number.'],
  ['Field "a" is not defined by type "B". Did you mean "c"?', 'Field "a" is not defined by type "B".'],
])('says of %j what is wrong without the value', (message, said) => {
  expect(valueFreeMessage(message)).toBe(said);
});

it.each([
  ['Field "a" is not defined by type "B".', ['a']],
  ['Field "B.a" of required type "String!" was not provided.', ['a']],
  ['Field "a" of required type "String!" was not provided.', ['a']],
  ['Int cannot represent non-integer value: 5', []],
])('finds the field at fault in %j', (message, field) => {
  expect(faultyFieldOf(message)).toEqual(field);
});

describe('a syntax error', () => {
  const syntaxError = (document: string): string => {
    try {
      parse(document);
    } catch (error) {
      return documentMessage((error as Error).message);
    }
    throw new Error('it is no syntax error');
  };

  it.each([
    `{ a(b: ) "${CARD}" }`,
    `{ ${CARD} }`,
    `{ a ${CARD}.5 }`,
    `{ a(${CARD}: 1) }`,
    `"""${CARD}"""`,
    `"${CARD}`,
    `{ a(b: "${CARD}`,
    `{ a } _${CARD}`,
    `{ a } card_5305_1812_3456_9871`,
    `{ a(b: ${CARD}x) }`,
    `{ a(b: 0${CARD}) }`,
  ])('in %j quotes no number', (document) => {
    expect(syntaxError(document)).toMatch(/^Syntax Error: /);
    expect(syntaxError(document)).not.toMatch(/\d{6}|1812/);
  });

  it('in a name that is a token quotes no token', () => {
    expect(syntaxError('{ a } eyJhbGciOiJub25lIn0')).toBe('Syntax Error: Unexpected Name "[token]".');
  });

  it('still names what stands at the wrong place', () => {
    expect(syntaxError('qeury { a }')).toBe('Syntax Error: Unexpected Name "qeury".');
    expect(syntaxError('{ a(b: ) }')).toBe('Syntax Error: Unexpected ")".');
    expect(syntaxError('{ "text" }')).toBe('Syntax Error: Expected Name, found String.');
  });
});
