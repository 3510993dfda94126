/** Bodies as the published examples write them. Source: https://docs.offblocks.xyz/developer-guides/step-by-step-guide */

export const ID = '123e4567-e89b-42d3-a456-426614174000';
export const OTHER_ID = '9b2f0a44-1c1d-4f6e-8a7b-0c5d3e2f1a00';
export const THIRD_ID = '5e0c7a52-3b7e-4b57-9d5c-7f2b1f6f9a11';
/** Nanoseconds in the answer to a creation, microseconds in later reads. */
export const NANOSECONDS = '2024-01-12T14:32:26.123456789Z';
export const MICROSECONDS = '2024-01-12T14:32:27.654321Z';

const TIMES = { createdAt: NANOSECONDS, updatedAt: MICROSECONDS };

export const CUSTOMER = {
  id: ID,
  externalId: 'john-carter',
  chainId: 'eip155:300:0xAbC0000000000000000000000000000000000dEf',
  status: 'initiating',
  ...TIMES,
};

export const ACCOUNT = {
  id: ID,
  customerId: OTHER_ID,
  chainId: 'eip155:300:0xAbC0000000000000000000000000000000000dEf',
  status: 'active',
  type: 'card_account',
  currencies: ['USD'],
  ...TIMES,
};

export const ADDRESS = {
  firstLine: '1 Example Street',
  secondLine: 'Flat 2',
  city: 'London',
  state: 'Greater London',
  country: 'GB',
  postCode: 'E1 6AN',
};

export const CARD = {
  id: ID,
  accountId: OTHER_ID,
  type: 'virtual',
  name: 'JOHN CARTER',
  network: 'visa',
  maskedPan: '530518******9871',
  expirationDate: '10/2028',
  billingAddress: ADDRESS,
  status: 'active',
  ...TIMES,
};

export const MERCHANT = { id: 'TEST', name: 'Test Merchant', mcc: 9999, country: 'GB', city: 'London' };

export const AUTHORISATION = {
  id: ID,
  accountId: OTHER_ID,
  cardId: THIRD_ID,
  status: 'pending',
  amount: '20.0',
  currency: 'USD',
  merchantAmount: '15.90',
  merchantCurrency: 'GBP',
  exchangeRate: '1.2578616352201257861635',
  merchant: MERCHANT,
  ...TIMES,
};

export const TRANSACTION = {
  id: ID,
  accountId: OTHER_ID,
  cardId: THIRD_ID,
  status: 'processed',
  amount: '20',
  currency: 'USD',
  merchantAmount: '15.90',
  merchantCurrency: 'GBP',
  exchangeRate: '1.2578616352201257861635',
  merchant: MERCHANT,
  fees: [{ type: 'network', amount: '0.000000000000000001', currency: 'ETH' }],
  ...TIMES,
};

export const WEBHOOK = {
  id: ID,
  callbackUrl: 'https://hooks.example.com/offblocks',
  types: ['card.updated', 'authorisation.updated'],
  ...TIMES,
};

export const FULL_PAN = '5305181234569871';

/** What must never come through, wherever it turns up. */
export const UNLISTED = {
  pan: FULL_PAN,
  cardNumber: FULL_PAN,
  cvv: '123',
  pin: '0000',
  shippingAddress: ADDRESS,
  ssn: '078-05-1120',
  __typename: 'Card',
};

export function without<T extends object>(wire: T, ...properties: (keyof T)[]): Partial<T> {
  return Object.fromEntries(
    Object.entries(wire).filter(([name]) => !properties.includes(name as keyof T)),
  ) as Partial<T>;
}
