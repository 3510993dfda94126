import { createAccess, type OwnerReads } from '../../../src/auth/inbound/access.js';
import type { Principal } from '../../../src/auth/inbound/principal.js';
import type { Account } from '../../../src/schema/account/account.type.js';
import type { Card } from '../../../src/schema/card/card.type.js';
import type { Customer } from '../../../src/schema/customer/customer.type.js';
import { CUSTOMER } from './token-issuer.js';

const OTHER = CUSTOMER.replace('6f', '7f');
const account = (id: string, customerId: string) => ({ id, customerId }) as Account;
const card = (id: string, accountId: string) => ({ id, accountId }) as Card;

const ACCOUNTS = [account('own-account', CUSTOMER.toUpperCase()), account('foreign-account', OTHER)];
const CARDS = [card('own-card', 'OWN-account'), card('foreign-card', 'foreign-account'), card('lost-card', 'nowhere')];
const PAYMENTS: Record<string, { accountId: string | null; cardId: string | null }> = {
  'own-payment': { accountId: 'own-account', cardId: null },
  'foreign-payment': { accountId: 'foreign-account', cardId: 'own-card' },
  'own-payment-by-card': { accountId: null, cardId: 'own-card' },
  'foreign-payment-by-card': { accountId: null, cardId: 'foreign-card' },
  'lost-payment': { accountId: null, cardId: null },
};

const PRINCIPAL: Principal = {
  subject: 'user-1',
  scopes: new Set(),
  customerId: CUSTOMER,
  isProgramme: false,
  expiresAtEpochSeconds: 2_000_000_000,
  callerId: 'caller-1',
};
const STAFF: Principal = { ...PRINCIPAL, customerId: null, isProgramme: true };

/** Reads that are written down. */
function countingReads() {
  const reads: string[] = [];
  const read = <T>(kind: string, id: string, value: T) => {
    reads.push(`${kind} ${id}`);
    return Promise.resolve(value);
  };
  const owner: OwnerReads = {
    account: (id) => read('account', id, ACCOUNTS.find((one) => one.id === id) ?? null),
    // As the API would if it were mistaken: a foreign one among them.
    accountsOf: (id) => read('accounts of', id, ACCOUNTS),
    card: (id) => read('card', id, CARDS.find((one) => one.id === id) ?? null),
    authorisation: (id) => read('authorisation', id, PAYMENTS[id] ?? null),
  };
  return { reads, owner };
}

describe('access of a caller limited to one customer', () => {
  it.each([
    ['own-card', true],
    ['foreign-card', false],
    ['lost-card', false],
    ['absent-card', false],
  ])('shows %s: %s, after the same reads', async (id, isShown) => {
    const { reads, owner } = countingReads();
    const entity = CARDS.find((one) => one.id === id) ?? null;
    const shown = await createAccess(PRINCIPAL, owner).card(entity);
    expect(shown).toBe(isShown ? entity : null);
    expect(reads).toEqual([`accounts of ${CUSTOMER}`]);
  });

  it.each([
    ['own-card', true],
    ['foreign-card', false],
    ['absent-card', false],
  ])('reaches %s: %s, after the same reads', async (id, isReached) => {
    const { reads, owner } = countingReads();
    expect(await createAccess(PRINCIPAL, owner).reach.card(id)).toBe(isReached);
    expect(reads).toEqual([`card ${id}`, `accounts of ${CUSTOMER}`]);
  });

  it.each([
    ['own-account', true],
    ['foreign-account', false],
    ['absent-account', false],
  ])('reaches %s: %s, after the same reads', async (id, isReached) => {
    const { reads, owner } = countingReads();
    expect(await createAccess(PRINCIPAL, owner).reach.account(id)).toBe(isReached);
    expect(reads).toEqual([`account ${id}`]);
  });

  it.each([
    ['own-payment', true, []],
    ['foreign-payment', false, []],
    ['absent-payment', false, []],
    ['lost-payment', false, []],
    // Only where the API names no account does it take one read more to find out whose it is.
    ['own-payment-by-card', true, ['card own-card', `accounts of ${CUSTOMER}`]],
    ['foreign-payment-by-card', false, ['card foreign-card', `accounts of ${CUSTOMER}`]],
  ])('reaches %s: %s', async (id, isReached, more) => {
    const { reads, owner } = countingReads();
    expect(await createAccess(PRINCIPAL, owner).reach.authorisation(id)).toBe(isReached);
    expect(reads).toEqual([`authorisation ${id}`, `accounts of ${CUSTOMER}`, ...more]);
  });

  it('reaches its own customer, in any case of the letters, without a read', async () => {
    const { reads, owner } = countingReads();
    const access = createAccess(PRINCIPAL, owner);
    expect(await access.reach.customer(CUSTOMER.toUpperCase())).toBe(true);
    expect(await access.reach.customer(OTHER)).toBe(false);
    expect(access.customer({ id: CUSTOMER } as Customer)).not.toBeNull();
    expect(access.customer({ id: OTHER } as Customer)).toBeNull();
    expect(reads).toEqual([]);
  });

  it('takes out of a list below what is not said to belong there', () => {
    const access = createAccess(PRINCIPAL, countingReads().owner);
    expect(access.below(CARDS, ({ accountId }) => accountId === 'foreign-account')).toEqual([CARDS[1]]);
    expect(createAccess(STAFF, countingReads().owner).below(CARDS, () => false)).toBe(CARDS);
  });
});

it('shows staff everything without a read, and nobody anything', async () => {
  const { reads, owner } = countingReads();
  const staff = createAccess(STAFF, owner);
  expect(await staff.card(card('lost-card', 'nowhere'))).not.toBeNull();
  expect(await staff.payment({ accountId: null, cardId: null })).not.toBeNull();
  expect(await staff.reach.card('absent-card')).toBe(true);
  expect(reads).toEqual([]);
  const nobody = createAccess(null, owner);
  expect(await nobody.card(card('own-card', 'own-account'))).toBeNull();
  expect(nobody.account(account('own-account', CUSTOMER))).toBeNull();
  expect(await nobody.reach.customer(CUSTOMER)).toBe(false);
});
