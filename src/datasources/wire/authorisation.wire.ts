import type { Authorisation } from '../../schema/authorisation/authorisation.type.js';
import { AuthorisationStatus } from '../../schema/authorisation/authorisation-status.enum.js';
import { INSTANT, readWire, type UnknownValueListener, WireFormatError } from './decode.js';
import { decodeMerchantOrNull, decodeMoneyOrNull } from './payment.wire.js';

const AUTHORISATION_STATUS = { name: 'AuthorisationStatus', values: AuthorisationStatus };

/** Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/transactions */
export function decodeAuthorisation(wire: unknown, onUnknown: UnknownValueListener): Authorisation {
  const read = readWire('authorisation', wire, onUnknown);
  const amount = decodeMoneyOrNull(read, 'amount', 'currency');
  if (!amount) throw new WireFormatError('authorisation', 'amount', 'a decimal with a currency');
  return {
    id: read.id('id'),
    accountId: read.id('accountId'),
    cardId: read.id('cardId'),
    status: read.enumOf('status', AUTHORISATION_STATUS),
    amount,
    merchantAmount: decodeMoneyOrNull(read, 'merchantAmount', 'merchantCurrency'),
    exchangeRate: read.decimalOrNull('exchangeRate'),
    merchant: decodeMerchantOrNull(read.objectOrNull('merchant')),
    createdAt: read.textLike('createdAt', INSTANT),
    updatedAt: read.textLike('updatedAt', INSTANT),
  };
}
