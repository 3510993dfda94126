import { badRequest } from '../errors.js';
import { type JsonObject, readMatching, readObject, readOptionalText, readText } from './body.js';
import { embossingOf } from './embossing.js';
import type { Instant } from './instants.js';
import { assertStatus, type Programme } from './programme.js';
import type { AccountRow, Address, Card, CardRow, CardType } from './records.js';

/**
 * Creates a card of an active account in status issuing; in the sandbox it stays so until the simulator issues it. At most
 * one virtual and one physical card per account, those that were terminated or never issued not counted. A physical card
 * needs a shipping address (the guide calls physical cards unsupported at present, the reference describes them).
 * Sources: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/cards and
 * https://docs.offblocks.xyz/developer-guides/step-by-step-guide/card-issuance
 */
export function createCard(programme: Programme, account: AccountRow, body: JsonObject): { row: CardRow; at: Instant } {
  const type = readText(body, 'type');
  if (!isCardType(type)) throw badRequest('type must be virtual or physical');
  const billingAddress = readAddress(body, 'billingAddress');
  if (type === 'physical' || (body.shippingAddress !== undefined && body.shippingAddress !== null)) {
    readAddress(body, 'shippingAddress');
  }
  assertStatus({ noun: 'account', status: account.entity.status, allowed: ['active'], verb: 'issue a card of' });
  if (programme.cards.rowsOf(account.entity.id).some(({ entity }) => entity.type === type && isCounted(entity))) {
    throw badRequest(`the account has a ${type} card already`);
  }
  const at = programme.nextInstant();
  const entity: Card = {
    id: programme.createId(),
    accountId: account.entity.id,
    type,
    billingAddress,
    status: 'issuing',
    createdAt: at.stored,
    updatedAt: at.stored,
  };
  const row: CardRow = { entity };
  programme.cards.add(row);
  programme.announce('card.updated', entity);
  return { row, at };
}

/**
 * What the simulator decides of a card that is being issued; carried out after the answer. An issued card is active and
 * has its name, network, number and expiry.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/simulator
 */
export function decideIssuing(programme: Programme, row: CardRow, outcome: 'active' | 'issue_failed'): void {
  assertStatus({ noun: 'card', status: row.entity.status, allowed: ['issuing'], verb: 'decide the issuing of' });
  if (outcome === 'active') assertAccountActive(programme, row);
  programme.settling.later(() => {
    if (row.entity.status !== 'issuing') return;
    moveCard(
      programme,
      row,
      outcome === 'active' ? { status: outcome, ...embossingOf(programme, row) } : { status: outcome },
    );
  });
}

/** https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/card-states */
export function deactivateCard(programme: Programme, row: CardRow): void {
  assertStatus({ noun: 'card', status: row.entity.status, allowed: ['active'], verb: 'deactivate' });
  row.inactiveWithAccount = false;
  moveCard(programme, row, { status: 'inactive' });
}

/**
 * Turns an inactive card active; its account must be active (a choice of the sandbox).
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/card-states
 */
export function activateCard(programme: Programme, row: CardRow): void {
  assertStatus({ noun: 'card', status: row.entity.status, allowed: ['inactive'], verb: 'activate' });
  assertAccountActive(programme, row);
  row.inactiveWithAccount = false;
  moveCard(programme, row, { status: 'active' });
}

/**
 * Terminates an active card for good. From other states: not documented, hence refused.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/card-states
 */
export function terminateCard(programme: Programme, row: CardRow): void {
  assertStatus({ noun: 'card', status: row.entity.status, allowed: ['active'], verb: 'terminate' });
  row.terminatedAtMs = programme.clock().getTime();
  moveCard(programme, row, { status: 'terminated' });
}

/**
 * OffBlocks' own acts on a card: a suspicion, its confirmation (final), its end.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/card-states
 */
export function suspendCard(programme: Programme, row: CardRow): void {
  assertStatus({ noun: 'card', status: row.entity.status, allowed: ['active'], verb: 'suspend' });
  moveCard(programme, row, { status: 'suspended' });
}

/** See `suspendCard`. */
export function blockCard(programme: Programme, row: CardRow): void {
  assertStatus({ noun: 'card', status: row.entity.status, allowed: ['active', 'suspended'], verb: 'block' });
  moveCard(programme, row, { status: 'blocked' });
}

/** See `suspendCard`. */
export function liftCardSuspension(programme: Programme, row: CardRow): void {
  assertStatus({ noun: 'card', status: row.entity.status, allowed: ['suspended'], verb: 'lift the suspension of' });
  moveCard(programme, row, { status: 'active' });
}

/** Turns the active cards of an account inactive. */
export function deactivateCardsOf(programme: Programme, accountId: string): void {
  for (const row of programme.cards.rowsOf(accountId)) {
    if (row.entity.status !== 'active') continue;
    deactivateCard(programme, row);
    row.inactiveWithAccount = true;
  }
}

/** Turns active again what `deactivateCardsOf` turned inactive. */
export function activateCardsOf(programme: Programme, accountId: string): void {
  for (const row of programme.cards.rowsOf(accountId)) {
    if (row.entity.status === 'inactive' && row.inactiveWithAccount) activateCard(programme, row);
  }
}

function moveCard(programme: Programme, row: CardRow, patch: Partial<Card>): void {
  programme.cards.change(row, { ...patch, updatedAt: programme.nextInstant().stored });
  programme.announce('card.updated', row.entity);
}

function assertAccountActive(programme: Programme, row: CardRow): void {
  if (programme.accounts.get(row.entity.accountId)?.entity.status !== 'active') {
    throw badRequest('the account of the card is not active');
  }
}

function isCardType(text: string): text is CardType {
  return text === 'virtual' || text === 'physical';
}

function isCounted(card: Card): boolean {
  return card.status !== 'terminated' && card.status !== 'issue_failed';
}

function readAddress(body: JsonObject, field: string): Address {
  const address = readObject(body[field], field);
  const secondLine = readOptionalText(address, 'secondLine');
  const state = readOptionalText(address, 'state');
  return {
    firstLine: readText(address, 'firstLine'),
    ...(secondLine !== undefined && { secondLine }),
    city: readText(address, 'city'),
    ...(state !== undefined && { state }),
    country: readMatching(address, {
      field: 'country',
      accepts: (text) => /^[A-Z]{2}$/.test(text),
      form: 'an ISO 3166-1 alpha-2 code',
    }),
    postCode: readText(address, 'postCode'),
  };
}
