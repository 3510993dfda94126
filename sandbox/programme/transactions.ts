import { shareOf } from './decimals.js';
import { assertStatus, type Programme } from './programme.js';
import type { Authorisation, Fee, Transaction, TransactionRow } from './records.js';

const PARTNER_BASIS_POINTS = 100;
const SERVICE_BASIS_POINTS = 50;
const NETWORK_BASIS_POINTS = 10;

/**
 * The fees that are part of a settled amount, one of each documented type. The rates are made up.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/fees
 */
export function feesOf({ amount, currency }: { amount: string; currency: string }): Fee[] {
  return [
    { type: 'partner', amount: shareOf({ amount, basisPoints: PARTNER_BASIS_POINTS }), currency },
    { type: 'service', amount: shareOf({ amount, basisPoints: SERVICE_BASIS_POINTS }), currency },
    { type: 'network', amount: shareOf({ amount, basisPoints: NETWORK_BASIS_POINTS }), currency },
  ];
}

/**
 * Makes the transaction of a captured authorisation: the same ID, processing and by itself processed. No page shows the
 * body of a transaction: it is that of the authorisation, with the fees.
 * Sources: https://docs.offblocks.xyz/developer-guides/step-by-step-guide/card-authorisations and
 * https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/transaction-states
 */
export function createTransaction(programme: Programme, authorisation: Authorisation): TransactionRow {
  const at = programme.nextInstant();
  const entity: Transaction = {
    ...authorisation,
    status: 'processing',
    fees: feesOf(authorisation),
    createdAt: at.stored,
    updatedAt: at.stored,
  };
  const row: TransactionRow = { entity };
  programme.transactions.add(row);
  programme.announce('transaction.updated', entity);
  programme.settling.later(() => moveTransaction(programme, row, 'processed'));
  return row;
}

/**
 * OffBlocks' own act, for which the simulator shows no call: processed, reversing, reversed.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/transaction-states
 */
export function reverseTransaction(programme: Programme, row: TransactionRow): void {
  assertStatus({ noun: 'transaction', status: row.entity.status, allowed: ['processed'], verb: 'reverse' });
  moveTransaction(programme, row, 'reversing');
  programme.settling.later(() => moveTransaction(programme, row, 'reversed'));
}

function moveTransaction(programme: Programme, row: TransactionRow, status: Transaction['status']): void {
  programme.transactions.change(row, { status, updatedAt: programme.nextInstant().stored });
  programme.announce('transaction.updated', row.entity);
}
