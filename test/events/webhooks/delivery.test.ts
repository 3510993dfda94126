import { parseDelivery, tagsOfSubject } from '../../../src/events/webhooks/delivery.js';

const ID = '0b7c8f52-1d0a-4d4e-8a4e-6f4d7a1c2e33';
const ACCOUNT = 'c3a9e1d4-7b52-4f0b-9a66-2d1e8f7b5c44';
const CARD = '6f0c1f0e-52f3-5c0f-9c53-0c8f5d1f3b11';
const EVENT = '11111111-2222-4333-8444-555555555555';
const nothing = { customerId: null, accountId: null, cardId: null };

describe('parseDelivery', () => {
  it('reads type, event ID, ID and what is named above it, and nothing else', () => {
    const body = { webhookType: 'card.updated', eventId: EVENT, id: ID, accountId: ACCOUNT, status: 'active', x: 1 };
    expect(parseDelivery(body)).toEqual({
      webhookType: 'card.updated',
      eventId: EVENT,
      subject: { ...nothing, kind: 'card', id: ID, accountId: ACCOUNT },
    });
  });

  it.each(['customer', 'account', 'card', 'authorisation', 'transaction'])('knows %s.updated', (kind) => {
    const delivery = parseDelivery({ webhookType: `${kind}.updated`, id: ID.toUpperCase() });
    expect(delivery).toEqual({
      webhookType: `${kind}.updated`,
      eventId: null,
      subject: { ...nothing, kind, id: ID },
    });
  });

  it.each(['card.replaced', 'dispute.updated', 'updated', 'card', '__proto__', 'card.updated '])(
    'takes the unknown type %j, whatever comes with it',
    (webhookType) => {
      expect(parseDelivery({ webhookType, eventId: EVENT })).toEqual({ webhookType, eventId: EVENT, subject: null });
    },
  );

  it.each([
    [null],
    [undefined],
    ['text'],
    [[]],
    [[{ webhookType: 'card.updated', id: ID }]],
    [{}],
    [{ webhookType: 7 }],
    [{ webhookType: '' }],
    [{ webhookType: 'x'.repeat(101) }],
    [{ webhookType: 'card.updated' }],
    [{ webhookType: 'card.updated', id: 'not-an-id' }],
    [{ webhookType: 'card.updated', id: [ID] }],
    [{ webhookType: 'card.updated', data: { id: ID } }],
    [Object.create({ webhookType: 'card.updated', id: ID })],
  ])('refuses %j', (body) => {
    expect(parseDelivery(body)).toBeNull();
  });

  it.each([[7], [''], ['short'], ['x'.repeat(101)], ['with blanks in it'], [{}], ["'; DROP"]])(
    'does not remember the event ID %j',
    (eventId) => {
      expect(parseDelivery({ webhookType: 'card.updated', id: ID, eventId })).toMatchObject({ eventId: null });
    },
  );

  it('takes no parent that is no ID', () => {
    const body = { webhookType: 'card.updated', id: ID, accountId: 'account:*', customerId: 5 };
    expect(parseDelivery(body)?.subject).toEqual({ ...nothing, kind: 'card', id: ID });
  });
});

describe('tagsOfSubject', () => {
  const above = { customerId: ID, accountId: ACCOUNT, cardId: CARD };
  it.each([
    ['customer', ['cards', 'accounts', 'customers', `customer:${EVENT}:accounts`, `customer:${EVENT}`]],
    ['account', ['cards', 'accounts', `customer:${ID}:accounts`, `account:${EVENT}:cards`, `account:${EVENT}`]],
    ['card', ['cards', `account:${ACCOUNT}:cards`, `card:${EVENT}`]],
    [
      'authorisation',
      [
        `account:${ACCOUNT}:transactions`,
        `card:${CARD}:transactions`,
        `transaction:${EVENT}`,
        `authorisation:${EVENT}`,
      ],
    ],
    [
      'transaction',
      [
        `account:${ACCOUNT}:transactions`,
        `card:${CARD}:transactions`,
        `transaction:${EVENT}`,
        `authorisation:${EVENT}`,
      ],
    ],
  ] as const)('of a %s are its own and those of the lists that show it, broad ones first', (kind, tags) => {
    expect(tagsOfSubject({ kind, id: EVENT, ...above })).toEqual(tags);
  });

  it('are fewer where the delivery does not name what is above', () => {
    expect(tagsOfSubject({ kind: 'card', id: EVENT, ...nothing })).toEqual(['cards', `card:${EVENT}`]);
  });
});
