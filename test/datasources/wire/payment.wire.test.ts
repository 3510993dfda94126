import { decodeAuthorisation } from '../../../src/datasources/wire/authorisation.wire.js';
import { decodeTransaction } from '../../../src/datasources/wire/transaction.wire.js';
import { AUTHORISATION, MERCHANT, TRANSACTION, without } from './wire-examples.js';

const ignore = () => {};
const decode = (changes: object) => decodeAuthorisation({ ...AUTHORISATION, ...changes }, ignore);

it('keeps decimals as the strings that the API wrote: 20.0 stays 20.0, and no digit is lost', () => {
  expect(decode({})).toMatchObject({
    amount: { amount: '20.0', currency: 'USD' },
    merchantAmount: { amount: '15.90', currency: 'GBP' },
    exchangeRate: '1.2578616352201257861635',
  });
  expect(decodeTransaction(TRANSACTION, ignore)).toMatchObject({
    amount: { amount: '20', currency: 'USD' },
    fees: [{ type: 'NETWORK', amount: { amount: '0.000000000000000001', currency: 'ETH' } }],
  });
});

it.each([
  [9999, '9999'],
  [742, '0742'],
  [0, '0000'],
  ['5411', '5411'],
  ['0742', '0742'],
  [12345, null],
  [-1, null],
  [54.11, null],
  ['groceries', null],
  [null, null],
  [undefined, null],
])('gives the merchant category code %p four digits: %p', (mcc, expected) => {
  expect(decode({ merchant: { ...MERCHANT, mcc } }).merchant?.mcc).toBe(expected);
});

it('takes a merchant of whom nothing is known, and a payment without one', () => {
  expect(decode({ merchant: {} }).merchant).toEqual({ id: null, name: null, mcc: null, country: null, city: null });
  expect(decode({ merchant: null }).merchant).toBeNull();
  expect(decode({ merchant: 'TEST' }).merchant).toBeNull();
});

it.each(['merchantAmount', 'merchantCurrency'])('takes a foreign amount without %s as absent', (property) => {
  expect(decode({ [property]: null }).merchantAmount).toBeNull();
});

it('makes UNKNOWN of a fee type that it does not know, and keeps the amount', () => {
  const reported: [string, string][] = [];
  const wire = { ...TRANSACTION, fees: [{ type: 'tip', amount: '1', currency: 'USD' }, { type: 'partner' }] };
  expect(decodeTransaction(wire, (...report) => reported.push(report)).fees).toEqual([
    { type: 'UNKNOWN', amount: { amount: '1', currency: 'USD' } },
    { type: 'PARTNER', amount: null },
  ]);
  expect(reported).toEqual([['FeeType', 'tip']]);
});

it.each([[{}], ['network'], [null]])('refuses the fee %p, naming where it stands', (fee) => {
  expect(() => decodeTransaction({ ...TRANSACTION, fees: [fee] }, ignore)).toThrow(
    /^transaction\.fees\.(type|\*) is not /,
  );
});

it('relies on id and status of a transaction only, since no page shows its body', () => {
  expect(decodeTransaction({ id: TRANSACTION.id, status: 'processing' }, ignore)).toMatchObject({
    id: TRANSACTION.id,
    status: 'PROCESSING',
    amount: null,
  });
  expect(() => decodeTransaction(without(TRANSACTION, 'status'), ignore)).toThrow('transaction.status is not a string');
});
