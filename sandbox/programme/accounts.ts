import { createHash } from 'node:crypto';
import { badRequest, notFound } from '../errors.js';
import { type JsonObject, readMatching, readText } from './body.js';
import { activateCardsOf, deactivateCardsOf } from './cards.js';
import { assertWalletSignature, createAccountChallenge, isChallengeAlive } from './challenges.js';
import { isChainAccountId, isSameChainAccount, splitChainAccountId } from './identifiers.js';
import type { Instant } from './instants.js';
import { assertStatus, type Programme } from './programme.js';
import type { Account, AccountRow, CustomerRow } from './records.js';

/**
 * Creates an account of an active customer in status initiating, with its deployment challenge. One currency at a time;
 * the type is `card_account`, in any letter case, because guide and reference write it differently.
 * Sources: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/accounts and
 * https://docs.offblocks.xyz/developer-guides/step-by-step-guide/account-creation
 */
export function createAccount(
  programme: Programme,
  customer: CustomerRow,
  body: JsonObject,
): { row: AccountRow; at: Instant } {
  const type = readText(body, 'type');
  if (type.toLowerCase() !== 'card_account') throw badRequest('type must be card_account');
  const currencies = readCurrencies(body);
  assertStatus({ noun: 'customer', status: customer.entity.status, allowed: ['active'], verb: 'open an account of' });
  const at = programme.nextInstant();
  const entity: Account = {
    id: programme.createId(),
    customerId: customer.entity.id,
    status: 'initiating',
    type: 'card_account',
    currencies,
    createdAt: at.stored,
    updatedAt: at.stored,
  };
  const row: AccountRow = { entity };
  programme.accounts.add(row);
  renewAccountChallenge(programme, row);
  programme.announce('account.updated', entity);
  return { row, at };
}

/**
 * Issues a new challenge, which makes every earlier one of the account invalid. 404 when none is needed any more.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/blockchain-updates
 */
export function fetchAccountChallenge(programme: Programme, row: AccountRow): string {
  if (row.entity.status !== 'initiating') throw notFound('challenge');
  return renewAccountChallenge(programme, row);
}

/**
 * Takes the signed challenge: the account goes to pending and, once its contract is deployed, by itself to active with
 * its chainId. `ownerId` must be the chainId of the customer. A challenge that is not the current one, or is over, is
 * refused with 400, and a new one is issued.
 * Sources: https://docs.offblocks.xyz/developer-guides/step-by-step-guide/account-creation and
 * https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/account-states
 */
export function signAccountChallenge(programme: Programme, row: AccountRow, body: JsonObject): void {
  const ownerId = readMatching(body, { field: 'ownerId', accepts: isChainAccountId, form: 'a CAIP-10 account ID' });
  const challenge = readText(body, 'challenge');
  assertWalletSignature(body);
  assertStatus({ noun: 'account', status: row.entity.status, allowed: ['initiating'], verb: 'sign the challenge of' });
  const owner = programme.customers.get(row.entity.customerId);
  if (!owner || !isSameChainAccount(owner.entity.chainId, ownerId))
    throw badRequest('ownerId does not own the account');
  if (!isChallengeAlive(row.challenge, programme.clock()) || row.challenge.value !== challenge) {
    renewAccountChallenge(programme, row);
    throw badRequest('the challenge is not valid any more, fetch the new one');
  }
  row.challenge = undefined;
  moveAccount(programme, row, { status: 'pending' });
  programme.settling.later(() => {
    if (row.entity.status !== 'pending') return;
    moveAccount(programme, row, { status: 'active', chainId: contractChainId(row, owner) });
  });
}

/**
 * Turns an active account inactive, and its active cards with it.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/accounts
 */
export function deactivateAccount(programme: Programme, row: AccountRow): void {
  assertStatus({ noun: 'account', status: row.entity.status, allowed: ['active'], verb: 'deactivate' });
  row.inactiveWithCustomer = false;
  moveAccount(programme, row, { status: 'inactive' });
  deactivateCardsOf(programme, row.entity.id);
}

/**
 * Turns an inactive account active. Not documented, hence choices of the sandbox: only the cards that the deactivation of
 * the account had turned inactive become active again, and the customer must be active.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/accounts
 */
export function activateAccount(programme: Programme, row: AccountRow): void {
  assertStatus({ noun: 'account', status: row.entity.status, allowed: ['inactive'], verb: 'activate' });
  if (programme.customers.get(row.entity.customerId)?.entity.status !== 'active') {
    throw badRequest('the customer of the account is not active');
  }
  row.inactiveWithCustomer = false;
  moveAccount(programme, row, { status: 'active' });
  activateCardsOf(programme, row.entity.id);
}

/**
 * Closes an active account for good and deactivates its cards.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/account-states
 */
export function closeAccount(programme: Programme, row: AccountRow): void {
  assertStatus({ noun: 'account', status: row.entity.status, allowed: ['active'], verb: 'close' });
  moveAccount(programme, row, { status: 'closed' });
  deactivateCardsOf(programme, row.entity.id);
}

/**
 * OffBlocks' own act: the validation of a new account failed. Final.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/account-states
 */
export function failAccount(programme: Programme, row: AccountRow): void {
  assertStatus({ noun: 'account', status: row.entity.status, allowed: ['initiating'], verb: 'fail' });
  moveAccount(programme, row, { status: 'failed' });
}

/** Turns the active accounts of a customer, and their active cards, inactive. */
export function deactivateAccountsOf(programme: Programme, customerId: string): void {
  for (const row of programme.accounts.rowsOf(customerId)) {
    if (row.entity.status !== 'active') continue;
    deactivateAccount(programme, row);
    row.inactiveWithCustomer = true;
  }
}

/** Turns active again what `deactivateAccountsOf` turned inactive. */
export function activateAccountsOf(programme: Programme, customerId: string): void {
  for (const row of programme.accounts.rowsOf(customerId)) {
    if (row.entity.status === 'inactive' && row.inactiveWithCustomer) activateAccount(programme, row);
  }
}

function readCurrencies(body: JsonObject): string[] {
  const { currencies } = body;
  if (!Array.isArray(currencies) || currencies.length !== 1)
    throw badRequest('currencies must hold exactly one currency');
  const [currency] = currencies as unknown[];
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency))
    throw badRequest('currencies must hold an ISO 4217 code');
  return [currency];
}

function moveAccount(programme: Programme, row: AccountRow, patch: Partial<Account>): void {
  programme.accounts.change(row, { ...patch, updatedAt: programme.nextInstant().stored });
  programme.announce('account.updated', row.entity);
}

function renewAccountChallenge(programme: Programme, row: AccountRow): string {
  row.challenge = createAccountChallenge({
    accountId: row.entity.id,
    nonce: programme.createId(),
    now: programme.clock(),
  });
  return row.challenge.value;
}

/** Where the contract was deployed: the chain of the owner's wallet, and an address made from the ID. */
function contractChainId(row: AccountRow, owner: CustomerRow): string {
  const { namespace, reference } = splitChainAccountId(owner.entity.chainId);
  return `${namespace}:${reference}:0x${createHash('sha256').update(row.entity.id).digest('hex').slice(0, 40)}`;
}
