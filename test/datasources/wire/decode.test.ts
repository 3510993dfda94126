import {
  COUNTRY_CODE,
  CURRENCY_CODE,
  decodeEnum,
  decodeList,
  type EnumType,
  INSTANT,
  readWire,
  WireFormatError,
} from '../../../src/datasources/wire/decode.js';

const ignore = () => {};
const read = (wire: unknown) => readWire('card', wire, ignore);
const COLOUR: EnumType<string> = {
  name: 'Colour',
  values: { LIGHT_BLUE: 'LIGHT_BLUE', RED: 'RED', UNKNOWN: 'UNKNOWN' },
};

describe('readWire', () => {
  it.each([undefined, null, 0, 1, true, '', 'text', [], [{}]])('refuses %p, which is no JSON object', (wire) => {
    expect(() => read(wire)).toThrow(new WireFormatError('card', '*', 'an object'));
  });

  it.each([undefined, null, 1, true, [], {}])('text refuses %p', (value) => {
    expect(() => read({ name: value }).text('name')).toThrow('card.name is not a string');
  });

  it.each([
    ['as written', 'as written'],
    [' kept ', ' kept '],
    ['', null],
    [null, null],
    [undefined, null],
    [1, null],
    [['a'], null],
  ])('textOrNull takes %p as %p', (value, text) => {
    expect(read({ name: value }).textOrNull('name')).toBe(text);
  });

  it.each([
    ['20.0', '20.0'],
    ['20', '20'],
    ['-0.50', '-0.50'],
    ['00.10', '00.10'],
    ['123456789012345678901234567890.123456789012345678', '123456789012345678901234567890.123456789012345678'],
    [20, '20'],
    [0.1, '0.1'],
    [-3, '-3'],
    ['', null],
    ['1e3', null],
    [1e21, null],
    ['+1', null],
    ['1,5', null],
    ['.5', null],
    ['5.', null],
    [' 5', null],
    ['5\n', null],
    ['NaN', null],
    [null, null],
    [undefined, null],
    [true, null],
    [['1'], null],
  ])('decimalOrNull takes %p as %p, digit for digit', (value, decimal) => {
    expect(read({ amount: value }).decimalOrNull('amount')).toBe(decimal);
  });

  it.each([
    [INSTANT, '2024-01-12T14:32:26Z', true],
    [INSTANT, '2024-01-12T14:32:26.1Z', true],
    [INSTANT, '2024-01-12T14:32:26.123456789Z', true],
    [INSTANT, '2024-01-12T14:32:26+00:00', true],
    [INSTANT, '2024-01-12T14:32:26.1234567890Z', false],
    [INSTANT, '2024-01-12T14:32:26.Z', false],
    [INSTANT, '2024-01-12T14:32:26', false],
    [INSTANT, '2024-01-12T14:32:26+01:00', false],
    [INSTANT, '2024-01-12 14:32:26Z', false],
    [INSTANT, '1705069946', false],
    [INSTANT, '', false],
    [INSTANT, '2024-01-12T14:32:26Z\n', false],
    [COUNTRY_CODE, 'GB', true],
    [COUNTRY_CODE, 'gb', false],
    [COUNTRY_CODE, 'GBR', false],
    [CURRENCY_CODE, 'USD', true],
    [CURRENCY_CODE, 'usd', false],
    [CURRENCY_CODE, 'US', false],
  ])('textLike %j takes %j: %p', (form, value, isTaken) => {
    const take = () => read({ some: value }).textLike('some', form);
    if (isTaken) expect(take()).toBe(value);
    else expect(take).toThrow(`card.some is not ${form.name}`);
  });

  it.each([undefined, null, 'text', {}, 1])('list takes %p as empty', (value) => {
    expect(read({ list: value }).list('list')).toEqual([]);
  });

  it('names the path of a nested object that lacks something', () => {
    const address = read({ billingAddress: {} }).object('billingAddress');
    expect(() => address.text('city')).toThrow('card.billingAddress.city is not a string');
    expect(() => read({}).object('billingAddress')).toThrow('card.billingAddress is not an object');
    expect(read({ billingAddress: null }).objectOrNull('billingAddress')).toBeNull();
  });

  it('does not mistake what every object inherits for a property of the answer', () => {
    const wire = read(JSON.parse('{"__proto__": {"name": "inherited"}}'));
    expect(wire.textOrNull('name')).toBeNull();
    expect(wire.objectOrNull('constructor')).toBeNull();
    expect(() => wire.text('toString')).toThrow(WireFormatError);
    expect(decodeEnum('constructor', COLOUR, ignore)).toBe('UNKNOWN');
    expect(decodeEnum('__proto__', COLOUR, ignore)).toBe('UNKNOWN');
  });
});

describe('decodeEnum', () => {
  it.each(['light_blue', 'LIGHT_BLUE', 'Light-Blue', 'light.blue'])(
    'knows %s whatever its case and separator',
    (value) => {
      const onUnknown = jest.fn();
      expect(decodeEnum(value, COLOUR, onUnknown)).toBe('LIGHT_BLUE');
      expect(onUnknown).not.toHaveBeenCalled();
    },
  );

  it.each(['green', '', 'light blue', 'RED '])('makes UNKNOWN of "%s" and reports it', (value) => {
    const onUnknown = jest.fn();
    expect(decodeEnum(value, COLOUR, onUnknown)).toBe('UNKNOWN');
    expect(onUnknown.mock.calls).toEqual([['Colour', value]]);
  });

  it('does not report an enum that is absent', () => {
    const onUnknown = jest.fn();
    expect(readWire('card', {}, onUnknown).enumOrNull('network', COLOUR)).toBeNull();
    expect(readWire('card', { network: null }, onUnknown).enumOrNull('network', COLOUR)).toBeNull();
    expect(onUnknown).not.toHaveBeenCalled();
  });
});

describe('decodeList', () => {
  it.each([undefined, null, {}, '[]', { cards: [] }])('refuses %p: lists of the API are bare arrays', (wire) => {
    expect(() => decodeList('card', wire, (item) => item)).toThrow('list of card.* is not an array');
  });

  it('decodes item by item, in order', () => {
    expect(decodeList('card', [1, 2], (item) => `${item}`)).toEqual(['1', '2']);
    expect(decodeList('card', [], (item) => item)).toEqual([]);
  });
});
