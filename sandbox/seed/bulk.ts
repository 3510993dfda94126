import { customerIdOf } from '../programme/identifiers.js';
import { formatMicroseconds } from '../programme/instants.js';
import type { Programme } from '../programme/programme.js';
import type { Address, CardStatus, CardType } from '../programme/records.js';
import { ADDRESSES } from './places.js';
import { SeededRandom } from './random.js';

/** The most cards that a seed makes. */
export const MAX_SEED_CARDS = 100_000;

const ACCOUNTS_PER_CUSTOMER = 2;
const FIRST_INSTANT_MICROSECONDS = Date.UTC(2024, 0, 1) * 1000;
const FALLBACK_ADDRESS: Address = { firstLine: '1 High Street', city: 'London', country: 'GB', postCode: 'W1 1AA' };

/**
 * Fills a programme with so many cards: one virtual and one physical card for each account, two accounts for each customer,
 * all the same every time. One card in sixteen is inactive; everything else is active. No payments.
 */
export function seedBulk(programme: Programme, cards: number): void {
  const random = new SeededRandom(cards);
  let microseconds = FIRST_INSTANT_MICROSECONDS;
  const times = () => {
    microseconds += 1_000_000 + random.below(1_000_000);
    const createdAt = formatMicroseconds(microseconds);
    return { createdAt, updatedAt: createdAt };
  };
  let customerId = '';
  for (let made = 0, account = 0; made < cards; account += 1) {
    if (account % ACCOUNTS_PER_CUSTOMER === 0) {
      const externalId = `customer-${account / ACCOUNTS_PER_CUSTOMER + 1}`;
      const chainId = `eip155:300:0x${random.hex(40)}`;
      customerId = customerIdOf({ chainId, externalId });
      programme.customers.add({ entity: { id: customerId, externalId, chainId, status: 'active', ...times() } });
    }
    const accountId = random.uuid();
    programme.accounts.add({
      entity: {
        id: accountId,
        customerId,
        chainId: `eip155:300:0x${random.hex(40)}`,
        status: 'active',
        type: 'card_account',
        currencies: ['EUR'],
        ...times(),
      },
    });
    for (const type of ['virtual', 'physical'] satisfies CardType[]) {
      if (made === cards) break;
      made += 1;
      const status: CardStatus = random.below(16) === 0 ? 'inactive' : 'active';
      programme.cards.add({
        entity: {
          id: random.uuid(),
          accountId,
          type,
          name: 'Card Holder',
          network: 'visa',
          maskedPan: `530518******${String(random.below(10_000)).padStart(4, '0')}`,
          expirationDate: '10/2028',
          billingAddress: ADDRESSES[random.below(ADDRESSES.length)] ?? FALLBACK_ADDRESS,
          status,
          ...times(),
        },
      });
    }
  }
}
