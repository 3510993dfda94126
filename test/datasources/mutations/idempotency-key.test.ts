import { clientKeyOf, upstreamKeyOf, uuidV5 } from '../../../src/datasources/mutations/idempotency-key.js';
import { fc } from '../../support/fast-check.js';

/** RFC 9562 appendix A.4: https://www.rfc-editor.org/rfc/rfc9562#name-example-of-a-uuidv5-value */
const DNS_NAMESPACE = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const HEADER_KEY = '9b2f0a44-1c1d-4f6e-8a7b-0c5d3e2f1a00';
const INPUT_KEY = '5e0c7a52-3b7e-4b57-9d5c-7f2b1f6f9a11';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const versionOf = (uuid: string) => UUID.exec(uuid)?.[1];

describe('uuidV5', () => {
  it('gives the published value for www.example.com', () => {
    expect(uuidV5('www.example.com', DNS_NAMESPACE)).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('is a version 5 UUID for every name, and the same each time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (name) => versionOf(uuidV5(name)) === '5' && uuidV5(name) === uuidV5(`${name}`),
      ),
      { numRuns: 100 },
    );
  });
});

describe('clientKeyOf', () => {
  it.each([
    [{ inputKey: INPUT_KEY }, INPUT_KEY],
    [{ inputKey: INPUT_KEY, headerKey: HEADER_KEY, alias: 'a' }, INPUT_KEY],
    [{ headerKey: HEADER_KEY }, HEADER_KEY],
    [{ headerKey: HEADER_KEY, inputKey: null, alias: null }, HEADER_KEY],
  ])('takes the key of the input before that of the header: %j', (source, value) => {
    expect(clientKeyOf(source)).toEqual({ value, isFresh: false });
  });

  it('mixes the alias into the key of the header: two fields of one request are two mutations', () => {
    const keyOf = (alias: string) => clientKeyOf({ headerKey: HEADER_KEY, alias });
    expect(versionOf(keyOf('first').value)).toBe('5');
    expect(keyOf('first')).toEqual(keyOf('first'));
    expect(new Set([keyOf('first').value, keyOf('second').value, HEADER_KEY]).size).toBe(3);
  });

  it('makes a key where there is none, another one each time', () => {
    const keys = [{}, { inputKey: null }, { headerKey: null, alias: 'a' }, { inputKey: '' }].map(clientKeyOf);
    expect(keys.every(({ isFresh }) => isFresh)).toBe(true);
    expect(keys.map(({ value }) => versionOf(value))).toEqual(['4', '4', '4', '4']);
    expect(new Set(keys.map(({ value }) => value)).size).toBe(4);
  });
});

describe('upstreamKeyOf', () => {
  const of = { callerId: 'caller', mutation: 'activateCard', clientKey: HEADER_KEY };

  it('is the same for the same caller, mutation and key, and never the key of the client', () => {
    expect(upstreamKeyOf(of)).toBe(upstreamKeyOf({ ...of }));
    expect(versionOf(upstreamKeyOf(of))).toBe('5');
    expect(upstreamKeyOf(of)).not.toBe(HEADER_KEY);
  });

  it.each([{ callerId: 'other' }, { mutation: 'deactivateCard' }, { clientKey: INPUT_KEY }])(
    'is another one with %j: nobody replays the answer of somebody else',
    (change) => {
      expect(upstreamKeyOf({ ...of, ...change })).not.toBe(upstreamKeyOf(of));
    },
  );

  it('differs for any two that differ', () => {
    const part = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
    const parts = fc.record({ callerId: part, mutation: part, clientKey: part });
    fc.assert(
      fc.property(parts, parts, (one, two) => {
        const isSame = JSON.stringify(one) === JSON.stringify(two);
        return (upstreamKeyOf(one) === upstreamKeyOf(two)) === isSame;
      }),
      { numRuns: 200 },
    );
  });
});
