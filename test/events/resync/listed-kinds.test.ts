import { hasChangedSince, LISTED_KINDS, tagsOfChanged } from '../../../src/events/resync/listed-kinds.js';

const since = new Date('2026-11-20T12:00:00.500Z');

it.each([
  ['2026-11-20T12:00:00.5Z', true],
  ['2026-11-20T12:00:00.500000Z', true],
  ['2026-11-20T12:00:00.500001Z', true],
  ['2026-11-20T12:00:00.499999Z', false],
  ['2026-11-20T12:00:00.499999999Z', false],
  ['2026-11-20T12:00:00Z', false],
  ['2026-11-20T12:00:01Z', true],
  ['2026-11-20T12:00:00.5+00:00', true],
  ['2025-12-31T23:59:59Z', false],
  ['2027-01-01T00:00:00Z', true],
  [null, true],
])('takes what was changed at %s for changed since: %p', (updatedAt, isChanged) => {
  expect(hasChangedSince({ updatedAt }, since)).toBe(isChanged);
});

it('names the lists and the entities of what has changed, lists first and each once', () => {
  const [customers, accounts, cards] = LISTED_KINDS;
  const entity = (id: string, owner: object = {}) => ({ id, createdAt: null, updatedAt: null, ...owner });
  if (!customers || !accounts || !cards) throw new Error('three kinds are listed');
  expect(tagsOfChanged(customers, [])).toEqual([]);
  expect(tagsOfChanged(customers, [entity('a'), entity('b')])).toEqual(['customers', 'customer:a', 'customer:b']);
  expect(tagsOfChanged(accounts, [entity('a', { customerId: 'c' })])).toEqual([
    'accounts',
    'customer:c:accounts',
    'account:a',
  ]);
  expect(tagsOfChanged(cards, [entity('1', { accountId: 'a' }), entity('2', { accountId: 'a' })])).toEqual([
    'cards',
    'account:a:cards',
    'card:1',
    'card:2',
  ]);
});
