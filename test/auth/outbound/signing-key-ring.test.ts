import { createSigningKeyRing, type SigningKeyChange } from '../../../src/auth/outbound/signing-key-ring.js';
import { aKey } from './signing-test-kit.js';

const [a, b, c] = [aKey('a').signingKey, aKey('b').signingKey, aKey('c').signingKey];

describe('a ring of signing keys', () => {
  it('signs with the first', () => {
    const ring = createSigningKeyRing({ keys: [a, b] });
    expect(ring.signingKey).toBe(a);
    expect(ring.keys).toEqual([a, b]);
  });

  it('lets the other key sign when it is promoted, and keeps the first loaded', () => {
    const ring = createSigningKeyRing({ keys: [a, b] });
    ring.promote('b');
    expect(ring.signingKey).toBe(b);
    expect(ring.keys).toEqual([b, a]);
  });

  it('refuses to promote a key that is not loaded, and stays as it was', () => {
    const ring = createSigningKeyRing({ keys: [a, b] });
    expect(() => ring.promote('c')).toThrow(expect.objectContaining({ code: 'KEY_ID_UNKNOWN' }));
    expect(ring.signingKey).toBe(a);
  });

  it.each([
    ['no key', [], 'KEY_COUNT'],
    ['three keys', [a, b, c], 'KEY_COUNT'],
    ['two keys with one ID', [a, aKey('a').signingKey], 'KEY_ID_DUPLICATE'],
  ])('refuses %s, at the start and later', (_, keys, code) => {
    expect(() => createSigningKeyRing({ keys })).toThrow(expect.objectContaining({ code }));
    const ring = createSigningKeyRing({ keys: [a] });
    expect(() => ring.replace(keys)).toThrow(expect.objectContaining({ code }));
    expect(ring.keys).toEqual([a]);
  });

  it('tells its watchers about each change once, with the key before', () => {
    const ring = createSigningKeyRing({ keys: [a] });
    const changes: SigningKeyChange[] = [];
    const stop = ring.watch((change) => changes.push(change));
    ring.replace([b, a]);
    ring.replace([b, a]);
    ring.promote('b');
    ring.replace([b]);
    stop();
    ring.replace([c]);
    expect(changes).toEqual([
      { signingKey: b, previous: a, keys: [b, a] },
      { signingKey: b, previous: b, keys: [b] },
    ]);
  });

  it('takes other key material under the same ID for a change', () => {
    const ring = createSigningKeyRing({ keys: [a] });
    const renewed = aKey('a').signingKey;
    ring.replace([renewed]);
    expect(ring.signingKey).toBe(renewed);
  });
});
