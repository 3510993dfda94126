import { isPositiveDecimal, normaliseDecimal, shareOf } from '../../../sandbox/programme/decimals.js';
import { nameFrom } from '../../../sandbox/programme/embossing.js';
import { customerIdOf, isChainAccountId } from '../../../sandbox/programme/identifiers.js';
import { formatMicroseconds, InstantSource } from '../../../sandbox/programme/instants.js';

describe('decimals', () => {
  it.each([
    ['20.0', '20'],
    ['20', '20'],
    ['0.50', '0.5'],
    ['007.10', '7.1'],
    ['100', '100'],
  ])('%s is kept as %s', (given, kept) => {
    expect(normaliseDecimal(given)).toBe(kept);
  });

  it.each(['', '0', '0.0', '.5', '5.', '-1', '+1', '1e3', '1,5', ' 1', 'NaN', `1${'0'.repeat(30)}`])(
    '%j is no amount',
    (text) => {
      expect(isPositiveDecimal(text)).toBe(false);
    },
  );

  it.each([
    { amount: '20', basisPoints: 100, share: '0.2' },
    { amount: '48.7', basisPoints: 50, share: '0.24' },
    { amount: '0.01', basisPoints: 100, share: '0' },
    { amount: '123456789012345678901234567890', basisPoints: 10_000, share: '123456789012345678901234567890' },
  ])('$basisPoints basis points of $amount are $share', ({ amount, basisPoints, share }) => {
    expect(shareOf({ amount, basisPoints })).toBe(share);
  });
});

describe('instants', () => {
  it.each([
    { epochMicroseconds: 1_705_072_346_923_705, text: '2024-01-12T15:12:26.923705Z' },
    { epochMicroseconds: 1_705_072_950_276_200, text: '2024-01-12T15:22:30.2762Z' },
    { epochMicroseconds: 1_705_072_950_000_000, text: '2024-01-12T15:22:30Z' },
  ])('are written as $text', ({ epochMicroseconds, text }) => {
    expect(formatMicroseconds(epochMicroseconds)).toBe(text);
  });

  it('strictly increase while the clock stands still or goes back', () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const source = new InstantSource(() => new Date(nowMs));
    const instants = Array.from({ length: 2000 }, (_, index) => {
      if (index === 1000) nowMs -= 5000;
      return source.next();
    });
    const precise = instants.map((instant) => instant.precise);
    expect([...precise].sort()).toEqual(precise);
    expect(new Set(precise.map((text) => text.slice(0, 26))).size).toBe(2000);
  });
});

describe('identifiers', () => {
  it('customer IDs are version 5 UUIDs over chainId and externalId', () => {
    const of = (chainId: string, externalId: string) => customerIdOf({ chainId, externalId });
    const id = of('eip155:300:0xAB', 'a');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(of('eip155:300:0xab', 'a')).toBe(id);
    expect(new Set([id, of('eip155:300:0xAB', 'b'), of('eip155:300:0xAC', 'a')]).size).toBe(3);
  });

  it.each([
    ['eip155:1:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb', true],
    ['starknet:SN_MAIN:0x02dd1b', true],
    ['eip155:1', false],
    ['EIP155:1:0xab', false],
    ['eip155:1:', false],
    ['eip155:1:0xab:1', false],
  ])('%s is a CAIP-10 account ID: %s', (text, isOne) => {
    expect(isChainAccountId(text)).toBe(isOne);
  });

  it.each([
    ['john-carter', 'John Carter'],
    ['customer-17', 'Card Holder'],
    ['0d5a1f6c-3b39', 'Card Holder'],
  ])('%s is embossed as %s', (externalId, name) => {
    expect(nameFrom(externalId)).toBe(name);
  });
});
