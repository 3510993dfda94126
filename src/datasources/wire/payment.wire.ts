import type { Merchant } from '../../schema/money/merchant.type.js';
import type { Money } from '../../schema/money/money.type.js';
import { CURRENCY_CODE, type WireReader } from './decode.js';

/** An amount and its currency; null unless both are there. */
export function decodeMoneyOrNull(read: WireReader, amountProperty: string, currencyProperty: string): Money | null {
  const amount = read.decimalOrNull(amountProperty);
  const currency = read.textOrNull(currencyProperty);
  // One odd amount must not cost a client the whole list that it stands in.
  if (amount === null || currency === null || !CURRENCY_CODE.pattern.test(currency)) return null;
  return { amount, currency };
}

/** The merchant category code comes as a number, its leading zeros lost; ISO 18245 codes have four digits. */
export function decodeMerchantOrNull(read: WireReader | null): Merchant | null {
  if (!read) return null;
  const code = read.decimalOrNull('mcc') ?? '';
  return {
    id: read.textOrNull('id'),
    name: read.textOrNull('name'),
    mcc: /^\d{1,4}$/.test(code) ? code.padStart(4, '0') : null,
    country: read.textOrNull('country'),
    city: read.textOrNull('city'),
  };
}
