import { InputCheck, parseEntityId, type TextRule } from '../../../src/datasources/mutations/input-check.js';
import { WALLET_SIGNATURE } from '../../../src/datasources/mutations/wallet-signature.js';

const ID = '123e4567-e89b-42d3-a456-426614174000';

it.each([
  [ID, ID],
  [ID.toUpperCase(), ID],
  ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'],
  ['', null],
  ['1', null],
  [ID.replaceAll('-', ''), null],
  [`{${ID}}`, null],
  [` ${ID}`, null],
  [`${ID}\n`, null],
  [`${ID}/../admin`, null],
  [ID.replace('1', 'g'), null],
])('parses the ID %j as %p', (id, parsed) => {
  expect(parseEntityId(id)).toBe(parsed);
});

describe('InputCheck', () => {
  const problemsOf = (value: string | null | undefined, rule?: TextRule) => {
    const check = new InputCheck();
    check.text(['billingAddress', 'city'], value, rule);
    return check.problems.map(({ message }) => message);
  };

  it.each([
    [null, undefined, []],
    [undefined, undefined, []],
    ['London', undefined, []],
    ['x', { maxLength: 1 }, []],
    ['x'.repeat(255), undefined, []],
    ['x'.repeat(256), undefined, ['city must not be longer than 255 characters.']],
    ['xy', { maxLength: 1 }, ['city must not be longer than 1 characters.']],
    ['', undefined, ['city must not be empty.']],
    [' \t ', undefined, ['city must not be empty.']],
    ['a\u0000b', undefined, ['city must not hold control characters.']],
    ['a\nb', undefined, ['city must not hold control characters.']],
    ['a\u007fb', undefined, ['city must not hold control characters.']],
    ['Łódź – 東京', undefined, []],
    ['0x12aF', WALLET_SIGNATURE, []],
    ['0x', WALLET_SIGNATURE, ['city has to be hexadecimal, beginning with 0x.']],
    ['12aF', WALLET_SIGNATURE, ['city has to be hexadecimal, beginning with 0x.']],
    ['0x12zz', WALLET_SIGNATURE, ['city has to be hexadecimal, beginning with 0x.']],
    [`0x${'a'.repeat(8_190)}`, WALLET_SIGNATURE, []],
    [`0x${'a'.repeat(8_191)}`, WALLET_SIGNATURE, ['city must not be longer than 8192 characters.']],
  ])('%#: says what is wrong with a text', (value, rule, messages) => {
    expect(problemsOf(value, rule)).toEqual(messages);
  });

  it('collects every problem with the path of its field, and repeats no value', () => {
    const check = new InputCheck();
    expect(check.id('cardId', 'planted-value')).toBe('');
    expect(check.id('accountId', ID.toUpperCase())).toBe(ID);
    check.text(['billingAddress', 'city'], 'planted-value\u0000');
    check.refuse(['type'], 'type has to be VIRTUAL or PHYSICAL.');
    expect(check.problems).toEqual([
      { code: 'INVALID_INPUT', field: ['input', 'cardId'], message: expect.stringMatching(/^cardId has to be a UUID/) },
      { code: 'INVALID_INPUT', field: ['input', 'billingAddress', 'city'], message: expect.any(String) },
      { code: 'INVALID_INPUT', field: ['input', 'type'], message: 'type has to be VIRTUAL or PHYSICAL.' },
    ]);
    expect(JSON.stringify(check.problems)).not.toContain('planted');
  });
});
