import { sortBySortKey, sortKeyOf } from '../../../src/schema/pagination/sort-key.js';

const id = '919108f7-52d1-4320-9bac-f847db4148a8';

describe('sortKeyOf', () => {
  it.each([
    ['2024-01-12T15:05:46Z', '2024-01-12T15:05:46.000000'],
    ['2024-01-12T15:05:46+00:00', '2024-01-12T15:05:46.000000'],
    ['2024-01-12T15:05:46.5Z', '2024-01-12T15:05:46.500000'],
    ['2024-01-12T15:05:46.123Z', '2024-01-12T15:05:46.123000'],
    ['2024-01-12T15:05:46.123456Z', '2024-01-12T15:05:46.123456'],
    ['2024-01-12T15:05:46.123456789Z', '2024-01-12T15:05:46.123456'],
    ['2024-01-12T15:05:46.999999999Z', '2024-01-12T15:05:46.999999'],
    [null, '0000-00-00T00:00:00.000000'],
    [undefined, '0000-00-00T00:00:00.000000'],
    ['', '0000-00-00T00:00:00.000000'],
    ['yesterday', '0000-00-00T00:00:00.000000'],
  ])('cuts %j to microseconds', (createdAt, instant) => {
    expect(sortKeyOf({ createdAt, id })).toBe(`${instant} ${id}`);
  });

  it('is the same for an entity whose instant came with nanoseconds once and with microseconds later', () => {
    const early = sortKeyOf({ createdAt: '2024-01-12T15:05:46.123456789Z', id });
    expect(early).toBe(sortKeyOf({ createdAt: '2024-01-12T15:05:46.123456Z', id }));
  });
});

describe('sortBySortKey', () => {
  it('orders by instant, then by ID, with what has no instant first, and leaves its input alone', () => {
    const items = [
      { createdAt: '2024-01-12T15:05:46.1Z', id: 'd' },
      { createdAt: '2024-01-12T15:05:46.09Z', id: 'e' },
      { createdAt: '2024-01-12T15:05:46.100000Z', id: 'c' },
      { createdAt: null, id: 'z' },
      { createdAt: '2023-12-31T23:59:60Z', id: 'b' },
      { createdAt: '2024-01-01T00:00:00Z', id: 'a' },
    ];
    const before = [...items];
    expect(sortBySortKey(items).map((item) => item.id)).toEqual(['z', 'b', 'a', 'e', 'c', 'd']);
    expect(items).toEqual(before);
  });
});
