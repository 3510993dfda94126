import { badRequest } from '../errors.js';
import { type JsonObject, readMatching } from './body.js';
import { isPositiveDecimal, normaliseDecimal } from './decimals.js';
import type { Instant } from './instants.js';
import { assertStatus, type Programme } from './programme.js';
import type { Authorisation, AuthorisationRow, CardRow, Merchant } from './records.js';
import { createTransaction } from './transactions.js';

/** https://docs.offblocks.xyz/developer-guides/step-by-step-guide/card-authorisations */
const SIMULATED_MERCHANT: Merchant = { id: 'TEST', name: 'Test Merchant', mcc: 9999, country: 'GB', city: 'London' };
/** https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/card-states */
const CAPTURES_AFTER_TERMINATION_MS = 30 * 24 * 3_600_000;

/**
 * Simulates a payment with an active card: an authorisation in status pending, captured in the background unless `capture`
 * is false. There is no declined status (https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/authorisation-states):
 * a card that is not active is refused with 400.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/simulator
 */
export function authorise(
  programme: Programme,
  card: CardRow,
  body: JsonObject,
): { row: AuthorisationRow; at: Instant } {
  const amount = normaliseDecimal(
    readMatching(body, {
      field: 'amount',
      accepts: isPositiveDecimal,
      form: 'a decimal number above zero, as a string',
    }),
  );
  const currency = readMatching(body, {
    field: 'currency',
    accepts: (text) => /^[A-Z]{3}$/.test(text),
    form: 'an ISO 4217 code',
  });
  const { capture = true } = body;
  if (typeof capture !== 'boolean') throw badRequest('capture must be a boolean');
  assertStatus({ noun: 'card', status: card.entity.status, allowed: ['active'], verb: 'authorise a payment with' });
  const at = programme.nextInstant();
  const entity: Authorisation = {
    id: programme.createId(),
    accountId: card.entity.accountId,
    cardId: card.entity.id,
    status: 'pending',
    amount,
    currency,
    merchantAmount: amount,
    merchantCurrency: currency,
    exchangeRate: '1',
    merchant: SIMULATED_MERCHANT,
    createdAt: at.stored,
    updatedAt: at.stored,
  };
  const row: AuthorisationRow = { entity };
  programme.authorisations.add(row);
  programme.announce('authorisation.updated', entity);
  if (capture) settleCapture(programme, row);
  return { row, at };
}

/**
 * Captures a pending authorisation after the answer: capturing, then captured with a transaction of the same ID. Honoured
 * for 30 days after the termination of the card.
 * Sources: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/simulator and
 * https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/authorisation-states and, for the 30 days,
 * https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/card-states
 */
export function captureAuthorisation(programme: Programme, row: AuthorisationRow): void {
  assertStatus({ noun: 'authorisation', status: row.entity.status, allowed: ['pending'], verb: 'capture' });
  const terminatedAtMs = programme.cards.get(row.entity.cardId)?.terminatedAtMs;
  if (terminatedAtMs !== undefined && programme.clock().getTime() - terminatedAtMs > CAPTURES_AFTER_TERMINATION_MS) {
    throw badRequest('the card was terminated more than 30 days ago');
  }
  settleCapture(programme, row);
}

/**
 * Releases a pending authorisation after the answer: releasing, then released.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/authorisation-states
 */
export function releaseAuthorisation(programme: Programme, row: AuthorisationRow): void {
  assertStatus({ noun: 'authorisation', status: row.entity.status, allowed: ['pending'], verb: 'release' });
  programme.settling.later(() => {
    if (row.entity.status !== 'pending') return;
    moveAuthorisation(programme, row, 'releasing');
    programme.settling.later(() => moveAuthorisation(programme, row, 'released'));
  });
}

function settleCapture(programme: Programme, row: AuthorisationRow): void {
  programme.settling.later(() => {
    if (row.entity.status !== 'pending') return;
    moveAuthorisation(programme, row, 'capturing');
    programme.settling.later(() => {
      moveAuthorisation(programme, row, 'captured');
      createTransaction(programme, row.entity);
    });
  });
}

function moveAuthorisation(programme: Programme, row: AuthorisationRow, status: Authorisation['status']): void {
  programme.authorisations.change(row, { status, updatedAt: programme.nextInstant().stored });
  programme.announce('authorisation.updated', row.entity);
}
