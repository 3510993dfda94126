import { ApiError, badRequest, notFound } from '../errors.js';
import { activateAccountsOf, deactivateAccountsOf } from './accounts.js';
import { type JsonObject, readMatching, readText } from './body.js';
import { assertWalletSignature, createCustomerChallenge, isChallengeAlive } from './challenges.js';
import { customerIdOf, isChainAccountId } from './identifiers.js';
import type { Instant } from './instants.js';
import { assertStatus, type Programme } from './programme.js';
import type { Customer, CustomerRow } from './records.js';

/**
 * Creates a customer in status initiating, with the challenge that its wallet has to sign. 409 when a customer with this
 * chainId and externalId exists.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/customers
 */
export function createCustomer(programme: Programme, body: JsonObject): { row: CustomerRow; at: Instant } {
  const chainId = readMatching(body, { field: 'chainId', accepts: isChainAccountId, form: 'a CAIP-10 account ID' });
  const externalId = readText(body, 'externalId');
  const id = customerIdOf({ chainId, externalId });
  if (programme.customers.get(id)) throw new ApiError(409, 'a customer with this chainId and externalId exists');
  const at = programme.nextInstant();
  const entity: Customer = {
    id,
    externalId,
    chainId,
    status: 'initiating',
    createdAt: at.stored,
    updatedAt: at.stored,
  };
  const row: CustomerRow = { entity };
  programme.customers.add(row);
  renewChallenge(programme, row);
  programme.announce('customer.updated', entity);
  return { row, at };
}

/**
 * The challenge that is waiting for a signature; a new one when the hour of the last is over. 404 when none is needed any more.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/sign-in-with-x
 */
export function currentCustomerChallenge(programme: Programme, row: CustomerRow): string {
  if (row.entity.status !== 'initiating') throw notFound('challenge');
  if (isChallengeAlive(row.challenge, programme.clock())) return row.challenge.value;
  return renewChallenge(programme, row);
}

/**
 * Takes the signed challenge: the customer goes to screening and, by itself, on to verifying. A challenge that is not the
 * current one, or is over, is refused with 400, and a new one is issued.
 * Sources: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/customer-states and
 * https://docs.offblocks.xyz/developer-guides/step-by-step-guide/customer-verification (sandbox: screening passes by itself)
 */
export function signCustomerChallenge(programme: Programme, row: CustomerRow, body: JsonObject): void {
  const challenge = readText(body, 'challenge');
  assertWalletSignature(body);
  assertStatus({ noun: 'customer', status: row.entity.status, allowed: ['initiating'], verb: 'sign the challenge of' });
  if (!isChallengeAlive(row.challenge, programme.clock()) || row.challenge.value !== challenge) {
    renewChallenge(programme, row);
    throw badRequest('the challenge is not valid any more, fetch the new one');
  }
  row.challenge = undefined;
  moveCustomer(programme, row, 'screening');
  programme.settling.later(() => {
    if (row.entity.status === 'screening') moveCustomer(programme, row, 'verifying');
  });
}

/**
 * Turns an active customer inactive, and its active accounts and cards with it (the cascade is a choice of the sandbox).
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/customer-states
 */
export function deactivateCustomer(programme: Programme, row: CustomerRow): void {
  assertStatus({ noun: 'customer', status: row.entity.status, allowed: ['active'], verb: 'deactivate' });
  moveCustomer(programme, row, 'inactive');
  deactivateAccountsOf(programme, row.entity.id);
}

/**
 * The way back from `deactivateCustomer`; inferred, the page breaks off there:
 * https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/customer-states
 */
export function activateCustomer(programme: Programme, row: CustomerRow): void {
  assertStatus({ noun: 'customer', status: row.entity.status, allowed: ['inactive'], verb: 'activate' });
  moveCustomer(programme, row, 'active');
  activateAccountsOf(programme, row.entity.id);
}

/**
 * Removes a customer that has no open account; it is not found afterwards. Inferred: no page shows this call. Subscribers
 * hear of it with the state that it had last (a choice of the sandbox: there is no state for it).
 * By analogy with https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/accounts
 */
export function removeCustomer(programme: Programme, row: CustomerRow): void {
  const accounts = programme.accounts.rowsOf(row.entity.id);
  if (accounts.some(({ entity }) => entity.status !== 'closed' && entity.status !== 'failed')) {
    throw badRequest('the customer has open accounts');
  }
  programme.customers.remove(row);
  programme.announce('customer.updated', row.entity);
}

/**
 * What the simulator decides of a customer that is being verified; carried out after the answer.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/simulator
 */
export function decideVerification(programme: Programme, row: CustomerRow, outcome: 'active' | 'rejected'): void {
  assertStatus({
    noun: 'customer',
    status: row.entity.status,
    allowed: ['verifying'],
    verb: 'decide the verification of',
  });
  programme.settling.later(() => {
    if (row.entity.status === 'verifying') moveCustomer(programme, row, outcome);
  });
}

/**
 * OffBlocks' own act: evidence of illicit activity. Final. Accounts and cards below are turned inactive (a choice).
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/customer-states
 */
export function rejectCustomer(programme: Programme, row: CustomerRow): void {
  assertStatus({ noun: 'customer', status: row.entity.status, allowed: ['active'], verb: 'reject' });
  moveCustomer(programme, row, 'rejected');
  deactivateAccountsOf(programme, row.entity.id);
}

function moveCustomer(programme: Programme, row: CustomerRow, status: Customer['status']): void {
  programme.customers.change(row, { status, updatedAt: programme.nextInstant().stored });
  programme.announce('customer.updated', row.entity);
}

function renewChallenge(programme: Programme, row: CustomerRow): string {
  row.challenge = createCustomerChallenge({
    chainId: row.entity.chainId,
    nonce: programme.createId(),
    now: programme.clock(),
  });
  return row.challenge.value;
}
