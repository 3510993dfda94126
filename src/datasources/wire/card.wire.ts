import type { Address } from '../../schema/card/address.type.js';
import type { Card } from '../../schema/card/card.type.js';
import type { CardExpirationDate } from '../../schema/card/card-expiration-date.type.js';
import { CardNetwork } from '../../schema/card/card-network.enum.js';
import { CardStatus } from '../../schema/card/card-status.enum.js';
import { CardType } from '../../schema/card/card-type.enum.js';
import { COUNTRY_CODE, INSTANT, readWire, type UnknownValueListener, type WireReader } from './decode.js';

const CARD_STATUS = { name: 'CardStatus', values: CardStatus };
const CARD_TYPE = { name: 'CardType', values: CardType };
const CARD_NETWORK = { name: 'CardNetwork', values: CardNetwork };

/**
 * `name`, `network`, `maskedPan` and `expirationDate` are absent until the issuer reports them, even on an active card.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/cards
 */
export function decodeCard(wire: unknown, onUnknown: UnknownValueListener): Card {
  const read = readWire('card', wire, onUnknown);
  return {
    id: read.id('id'),
    accountId: read.id('accountId'),
    type: read.enumOf('type', CARD_TYPE),
    status: read.enumOf('status', CARD_STATUS),
    name: read.textOrNull('name'),
    network: read.enumOrNull('network', CARD_NETWORK),
    maskedPan: maskPan(read.textOrNull('maskedPan')),
    expirationDate: decodeExpirationDate(read.textOrNull('expirationDate')),
    billingAddress: decodeAddress(read.object('billingAddress')),
    createdAt: read.textLike('createdAt', INSTANT),
    updatedAt: read.textLike('updatedAt', INSTANT),
  };
}

/** The address of a card; the guide's examples leave out `secondLine` and `state`. */
function decodeAddress(read: WireReader): Address {
  return {
    firstLine: read.text('firstLine'),
    secondLine: read.textOrNull('secondLine'),
    city: read.text('city'),
    state: read.textOrNull('state'),
    country: read.textLike('country', COUNTRY_CODE),
    postCode: read.text('postCode'),
  };
}

/** `MM/YYYY`, e.g. `10/2028`; null for anything else. */
export function decodeExpirationDate(text: string | null): CardExpirationDate | null {
  const match = /^(0[1-9]|1[0-2])\/(\d{4})$/.exec(text ?? '');
  return match ? { month: Number(match[1]), year: Number(match[2]) } : null;
}

/**
 * First six and last four digits are the most that may be shown (PCI DSS 3.4.1). Should the API ever send more, the rest
 * is masked here; what is no masked number at all becomes null.
 */
export function maskPan(pan: string | null): string | null {
  if (pan !== null && /^\d{6}\*{2,9}\d{4}$/.test(pan)) return pan;
  const compact = pan?.replace(/[ -]/g, '') ?? '';
  if (!/^[\d*xX•]{12,19}$/.test(compact)) return null;
  return `${compact.slice(0, 6)}${'*'.repeat(compact.length - 10)}${compact.slice(-4)}`;
}

/** Last four digits of a masked number. */
export function last4Of(maskedPan: string | null): string | null {
  return /\d{4}$/.exec(maskedPan ?? '')?.[0] ?? null;
}
