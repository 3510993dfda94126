import { decodeCard, decodeExpirationDate, last4Of, maskPan } from '../../../src/datasources/wire/card.wire.js';
import { ADDRESS, CARD, FULL_PAN, without } from './wire-examples.js';

const ignore = () => {};

describe('maskPan', () => {
  it.each([
    ['530518******9871', '530518******9871'],
    ['530518XXXXXX9871', '530518******9871'],
    ['530518••••••9871', '530518******9871'],
    ['5305 18** **** 9871', '530518******9871'],
    ['5305-18xx-xxxx-9871', '530518******9871'],
    [FULL_PAN, '530518******9871'],
    ['5305181234** **71', '530518********71'],
    ['************9871', '************9871'],
    ['530518**9871', '530518**9871'],
    ['4000001234567899010', '400000*********9010'],
  ])('shows of %s the first six and last four digits at most', (pan, masked) => {
    expect(maskPan(pan)).toBe(masked);
  });

  it.each([null, '', '9871', '53051*9871', `${FULL_PAN}1234`, '530518######9871', 'JOHN CARTER', '**** 9871'])(
    'makes null of %p, which is no card number',
    (pan) => {
      expect(maskPan(pan)).toBeNull();
    },
  );

  it('never leaves more than ten digits', () => {
    for (let length = 12; length <= 19; length += 1) {
      expect(maskPan('4'.repeat(length))?.replace(/\D/g, '')).toHaveLength(10);
    }
  });
});

it('masks a full card number that comes as maskedPan', () => {
  expect(decodeCard({ ...CARD, maskedPan: FULL_PAN }, ignore).maskedPan).toBe('530518******9871');
});

it.each([
  ['530518******9871', '9871'],
  ['530518******98*1', null],
  [null, null],
  ['', null],
])('reads the last four digits of %p as %p', (maskedPan, last4) => {
  expect(last4Of(maskedPan)).toBe(last4);
});

it.each([
  ['10/2028', { month: 10, year: 2028 }],
  ['01/2031', { month: 1, year: 2031 }],
  ['1/2028', null],
  ['13/2028', null],
  ['00/2028', null],
  ['10/28', null],
  ['2028-10', null],
  ['10/2028 ', null],
  ['10/2028\n', null],
  ['', null],
  [null, null],
])('reads the expiration date %p as %p', (text, date) => {
  expect(decodeExpirationDate(text)).toEqual(date);
});

it('takes an address without secondLine and state, as the guide sends it', () => {
  const billingAddress = without(ADDRESS, 'secondLine', 'state');
  expect(decodeCard({ ...CARD, billingAddress }, ignore).billingAddress).toEqual({
    ...ADDRESS,
    secondLine: null,
    state: null,
  });
});

it.each(['firstLine', 'city', 'country', 'postCode'] as const)('refuses an address without %s', (line) => {
  const wire = { ...CARD, billingAddress: without(ADDRESS, line) };
  expect(() => decodeCard(wire, ignore)).toThrow(`card.billingAddress.${line} is not a string`);
});
