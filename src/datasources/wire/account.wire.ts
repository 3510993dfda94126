import type { Account } from '../../schema/account/account.type.js';
import { AccountStatus } from '../../schema/account/account-status.enum.js';
import { AccountType } from '../../schema/account/account-type.enum.js';
import { CURRENCY_CODE, INSTANT, readWire, type UnknownValueListener } from './decode.js';

const ACCOUNT_STATUS = { name: 'AccountStatus', values: AccountStatus };
const ACCOUNT_TYPE = { name: 'AccountType', values: AccountType };

/** `chainId` is absent until the account is active. Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/accounts */
export function decodeAccount(wire: unknown, onUnknown: UnknownValueListener): Account {
  const read = readWire('account', wire, onUnknown);
  return {
    id: read.id('id'),
    customerId: read.id('customerId'),
    chainId: read.textOrNull('chainId'),
    status: read.enumOf('status', ACCOUNT_STATUS),
    type: read.enumOf('type', ACCOUNT_TYPE),
    currencies: read.list('currencies').flatMap((currency) => decodeCurrency(currency, onUnknown)),
    createdAt: read.textLike('createdAt', INSTANT),
    updatedAt: read.textLike('updatedAt', INSTANT),
  };
}

/** A currency that no ISO 4217 code can name is left out, and reported: one account must not cost a client the whole list. */
function decodeCurrency(currency: unknown, onUnknown: UnknownValueListener): string[] {
  if (typeof currency === 'string' && CURRENCY_CODE.pattern.test(currency)) return [currency];
  onUnknown('CurrencyCode', typeof currency === 'string' ? currency : typeof currency);
  return [];
}
