import { canonicalJson, fingerprintOf } from '../../../src/datasources/mutations/fingerprint.js';

const CALL = {
  method: 'POST',
  route: '/accounts/{id}/cards',
  params: { id: 'a1' },
  body: { type: 'virtual', billingAddress: { firstLine: '1 High Street', city: 'London' } },
} as const;

it.each([
  [{ b: 1, a: { d: [2, { f: 3, e: 4 }], c: undefined } }, '{"a":{"d":[2,{"e":4,"f":3}]},"b":1}'],
  [[1, 'a', null], '[1,"a",null]'],
  [null, 'null'],
])('canonical JSON of %j', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

describe('fingerprintOf', () => {
  it('is the same for the same call, in whatever order its members stand', () => {
    const { firstLine, city } = CALL.body.billingAddress;
    const turned = { ...CALL, body: { billingAddress: { city, firstLine }, type: 'virtual' } };
    expect(fingerprintOf(turned, 'salt')).toBe(fingerprintOf(CALL, 'salt'));
  });

  it.each([
    ['method', { ...CALL, method: 'PUT' as const }],
    ['route', { ...CALL, route: '/accounts/{id}/other' }],
    ['entity', { ...CALL, params: { id: 'a2' } }],
    ['body', { ...CALL, body: { ...CALL.body, type: 'physical' } }],
    ['order of a list', { ...CALL, body: ['b', 'a'] }],
  ])('is another one with another %s', (_, other) => {
    expect(fingerprintOf(other, 'salt')).not.toBe(fingerprintOf(CALL, 'salt'));
  });

  it('tells nothing of the input, nor whether two mutations have the same one', () => {
    expect(fingerprintOf(CALL, 'salt')).toMatch(/^[\w-]{43}$/);
    expect(fingerprintOf(CALL, 'salt')).not.toBe(fingerprintOf(CALL, 'other salt'));
  });
});
