import { createHash } from 'node:crypto';
import type { Programme } from './programme.js';
import type { Card, CardRow } from './records.js';

const VALID_YEARS = 3;

/**
 * What an issuer prints on a card: `530518******9871`, `10/2028`, `visa` as in the example of
 * https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/cards (whose digits do not fit the network).
 * The last four digits come from the ID of the card, the name from the external ID of its customer.
 */
export function embossingOf(
  programme: Programme,
  { entity }: CardRow,
): Required<Pick<Card, 'name' | 'network' | 'maskedPan' | 'expirationDate'>> {
  const customerId = programme.accounts.get(entity.accountId)?.entity.customerId ?? '';
  const now = programme.clock();
  return {
    name: nameFrom(programme.customers.get(customerId)?.entity.externalId ?? ''),
    network: 'visa',
    maskedPan: maskedPanOf(entity.id),
    expirationDate: `${String(now.getUTCMonth() + 1).padStart(2, '0')}/${now.getUTCFullYear() + VALID_YEARS}`,
  };
}

/** First six and last four digits, the latter made from the card's ID. */
export function maskedPanOf(cardId: string): string {
  const digits = createHash('sha256').update(cardId).digest().readUInt32BE(0) % 10_000;
  return `530518******${String(digits).padStart(4, '0')}`;
}

/** `john-carter` becomes `John Carter`; what does not look like words becomes `Card Holder`. */
export function nameFrom(externalId: string): string {
  const words = externalId.split(/[-_. ]+/).filter((word) => /^\p{L}+$/u.test(word));
  if (words.length < 2) return 'Card Holder';
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
