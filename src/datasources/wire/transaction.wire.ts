import type { Fee } from '../../schema/money/fee.type.js';
import { FeeType } from '../../schema/money/fee-type.enum.js';
import type { Transaction } from '../../schema/transaction/transaction.type.js';
import { TransactionStatus } from '../../schema/transaction/transaction-status.enum.js';
import { INSTANT, readWire, type UnknownValueListener } from './decode.js';
import { decodeMerchantOrNull, decodeMoneyOrNull } from './payment.wire.js';

const TRANSACTION_STATUS = { name: 'TransactionStatus', values: TransactionStatus };
const FEE_TYPE = { name: 'FeeType', values: FeeType };

/**
 * No published page shows the body of a transaction: only `id` and `status` are relied on. That it carries fees is
 * documented: https://docs.offblocks.xyz/developer-guides/api-integration/fees
 */
export function decodeTransaction(wire: unknown, onUnknown: UnknownValueListener): Transaction {
  const read = readWire('transaction', wire, onUnknown);
  return {
    id: read.id('id'),
    accountId: read.idOrNull('accountId'),
    cardId: read.idOrNull('cardId'),
    status: read.enumOf('status', TRANSACTION_STATUS),
    amount: decodeMoneyOrNull(read, 'amount', 'currency'),
    merchantAmount: decodeMoneyOrNull(read, 'merchantAmount', 'merchantCurrency'),
    exchangeRate: read.decimalOrNull('exchangeRate'),
    merchant: decodeMerchantOrNull(read.objectOrNull('merchant')),
    fees: read.list('fees').map((fee) => decodeFee(fee, onUnknown)),
    createdAt: read.textOrNull('createdAt') && read.textLike('createdAt', INSTANT),
    updatedAt: read.textOrNull('updatedAt') && read.textLike('updatedAt', INSTANT),
  };
}

function decodeFee(wire: unknown, onUnknown: UnknownValueListener): Fee {
  const read = readWire('transaction.fees', wire, onUnknown);
  return { type: read.enumOf('type', FEE_TYPE), amount: decodeMoneyOrNull(read, 'amount', 'currency') };
}
