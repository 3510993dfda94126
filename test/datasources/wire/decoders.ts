import { decodeAccount } from '../../../src/datasources/wire/account.wire.js';
import { decodeAuthorisation } from '../../../src/datasources/wire/authorisation.wire.js';
import { decodeCard } from '../../../src/datasources/wire/card.wire.js';
import { decodeCustomer } from '../../../src/datasources/wire/customer.wire.js';
import type { UnknownValueListener } from '../../../src/datasources/wire/decode.js';
import { decodeTransaction } from '../../../src/datasources/wire/transaction.wire.js';
import { decodeWebhookSubscription } from '../../../src/datasources/wire/webhook-subscription.wire.js';
import { ACCOUNT, AUTHORISATION, CARD, CUSTOMER, TRANSACTION, WEBHOOK } from './wire-examples.js';

export interface DecoderCase {
  name: string;
  decode(wire: unknown, onUnknown: UnknownValueListener): object;
  example: Readonly<Record<string, unknown>>;
  /** Everything that comes out, nested properties with a dot. */
  exposes: readonly string[];
  /** Without any of these there is no entity. */
  required: readonly string[];
  /** What becomes of the entity when everything else is missing. */
  whenAbsent: Readonly<Record<string, unknown>>;
}

const MONEY = (name: string) => [`${name}.amount`, `${name}.currency`];
const MERCHANT_FIELDS = ['id', 'name', 'mcc', 'country', 'city'].map((field) => `merchant.${field}`);
const PAYMENT_FIELDS = ['id', 'accountId', 'cardId', 'status', ...MONEY('amount'), ...MONEY('merchantAmount')];
const ADDRESS_LINES = ['firstLine', 'secondLine', 'city', 'state', 'country', 'postCode'];
const NO_PAYMENT_DETAILS = { merchantAmount: null, exchangeRate: null, merchant: null };

export const DECODERS: readonly DecoderCase[] = [
  {
    name: 'customer',
    decode: decodeCustomer,
    example: CUSTOMER,
    exposes: ['id', 'externalId', 'chainId', 'status', 'createdAt', 'updatedAt'],
    required: ['id', 'externalId', 'chainId', 'status', 'createdAt', 'updatedAt'],
    whenAbsent: {},
  },
  {
    name: 'account',
    decode: decodeAccount,
    example: ACCOUNT,
    exposes: ['id', 'customerId', 'chainId', 'status', 'type', 'currencies', 'createdAt', 'updatedAt'],
    required: ['id', 'customerId', 'status', 'type', 'createdAt', 'updatedAt'],
    whenAbsent: { chainId: null, currencies: [] },
  },
  {
    name: 'card',
    decode: decodeCard,
    example: CARD,
    exposes: [
      ...['id', 'accountId', 'type', 'status', 'name', 'network', 'maskedPan'],
      ...['expirationDate.month', 'expirationDate.year'],
      ...ADDRESS_LINES.map((line) => `billingAddress.${line}`),
      ...['createdAt', 'updatedAt'],
    ],
    required: ['id', 'accountId', 'type', 'status', 'billingAddress', 'createdAt', 'updatedAt'],
    whenAbsent: { name: null, network: null, maskedPan: null, expirationDate: null },
  },
  {
    name: 'authorisation',
    decode: decodeAuthorisation,
    example: AUTHORISATION,
    exposes: [...PAYMENT_FIELDS, 'exchangeRate', ...MERCHANT_FIELDS, 'createdAt', 'updatedAt'],
    required: ['id', 'accountId', 'cardId', 'status', 'amount', 'currency', 'createdAt', 'updatedAt'],
    whenAbsent: NO_PAYMENT_DETAILS,
  },
  {
    name: 'transaction',
    decode: decodeTransaction,
    example: TRANSACTION,
    exposes: [
      ...[...PAYMENT_FIELDS, 'exchangeRate', ...MERCHANT_FIELDS],
      ...['fees.type', ...MONEY('fees.amount'), 'createdAt', 'updatedAt'],
    ],
    required: ['id', 'status'],
    whenAbsent: {
      ...{ accountId: null, cardId: null, amount: null, fees: [], createdAt: null, updatedAt: null },
      ...NO_PAYMENT_DETAILS,
    },
  },
  {
    name: 'webhook',
    decode: decodeWebhookSubscription,
    example: WEBHOOK,
    exposes: ['id', 'callbackUrl', 'types', 'createdAt', 'updatedAt'],
    required: ['id', 'callbackUrl', 'createdAt', 'updatedAt'],
    whenAbsent: { types: [] },
  },
];

/** The names of all properties, those of nested objects and of list members with a dot. */
export function pathsOf(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) {
    const below = value.filter((item) => typeof item === 'object').flatMap((item) => pathsOf(item, prefix));
    return below.length > 0 ? [...new Set(below)] : [prefix];
  }
  if (typeof value !== 'object' || value === null) return [prefix];
  return Object.entries(value).flatMap(([name, nested]) => pathsOf(nested, prefix === '' ? name : `${prefix}.${name}`));
}
