import { decodeChallengeOrNull } from '../../../src/datasources/wire/challenge.wire.js';
import { WireFormatError } from '../../../src/datasources/wire/decode.js';
import { fc } from '../../support/fast-check.js';
import { DECODERS, pathsOf } from './decoders.js';
import { FULL_PAN, MICROSECONDS, NANOSECONDS, UNLISTED, without } from './wire-examples.js';

const ignore = () => {};

describe.each(DECODERS)('$name', ({ name, decode, example, exposes, required, whenAbsent }) => {
  it('exposes exactly what is listed', () => {
    expect(pathsOf(decode(example, ignore)).sort()).toEqual([...exposes].sort());
  });

  it('lets nothing through that is not listed, at the top or below', () => {
    const nested = Object.fromEntries(
      Object.entries(example).map(([key, value]) => [
        key,
        typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, ...UNLISTED } : value,
      ]),
    );
    const decoded = decode({ ...nested, ...without(UNLISTED, 'shippingAddress'), shippingAddress: UNLISTED }, ignore);
    expect(decoded).toEqual(decode(example, ignore));
    expect(JSON.stringify(decoded)).not.toContain(FULL_PAN);
  });

  it('takes IDs in either letter case and gives them in lower case, as they are compared', () => {
    const isId = (key: string) => key === 'id' || key === 'customerId' || key === 'accountId' || key === 'cardId';
    const loud = Object.fromEntries(
      Object.entries(example).map(([key, value]) => [key, isId(key) ? String(value).toUpperCase() : value]),
    );
    expect(loud).not.toEqual(example);
    expect(decode(loud, ignore)).toEqual(decode(example, ignore));
  });

  it('takes what is optional as absent, whether it is missing, null or of another type', () => {
    const rest = Object.fromEntries(Object.entries(example).filter(([key]) => required.includes(key)));
    const optional = Object.keys(example).filter((key) => !required.includes(key));
    const filledWith = (value: unknown) => ({ ...rest, ...Object.fromEntries(optional.map((key) => [key, value])) });
    expect(decode(rest, ignore)).toMatchObject(whenAbsent);
    expect(decode(filledWith(null), ignore)).toEqual(decode(rest, ignore));
    expect(decode(filledWith(true), ignore)).toEqual(decode(rest, ignore));
  });

  it.each(required)('refuses an answer without %s, naming it and no value', (property) => {
    const lacking = without(example, property);
    expect(() => decode(lacking, ignore)).toThrow(WireFormatError);
    const wrong = { ...example, [property]: 4_111_111_111_111_111n };
    for (const wire of [lacking, wrong]) {
      let message = '';
      try {
        decode(wire, ignore);
      } catch (error) {
        message = (error as Error).message;
      }
      // An amount without its currency is as good as none.
      expect(message).toMatch(new RegExp(`^${name}\\.${property === 'currency' ? 'amount' : property} is not `));
      expect(message).not.toMatch(/\d|4111|123e4567/);
    }
  });

  it('passes timestamps on as they were written, nanoseconds included', () => {
    expect(decode(example, ignore)).toMatchObject({ createdAt: NANOSECONDS, updatedAt: MICROSECONDS });
  });

  it('makes UNKNOWN of an enum value that it does not know, and tells the listener', () => {
    const enums = Object.entries({ status: 'Status', type: 'Type', network: 'Network' }).filter(
      ([key]) => key in example,
    );
    for (const [property, suffix] of enums) {
      const reported: [string, string][] = [];
      const decoded = decode({ ...example, [property]: 'brand_new' }, (...report) => reported.push(report));
      expect(decoded).toMatchObject({ [property]: 'UNKNOWN' });
      expect(reported).toEqual([[expect.stringMatching(new RegExp(`${suffix}$`)), 'brand_new']]);
    }
  });

  it('never throws anything but WireFormatError, whatever the JSON', () => {
    const someJson = fc.jsonValue({ maxDepth: 3 });
    const nearlyRight = fc
      .dictionary(fc.constantFrom(...Object.keys(example), '__proto__', 'toString'), someJson, { maxKeys: 4 })
      .map((changes) => ({ ...example, ...changes }));
    fc.assert(
      fc.property(fc.oneof(someJson, nearlyRight), (wire) => {
        try {
          decode(wire, ignore);
          decodeChallengeOrNull(wire, ignore);
        } catch (error) {
          if (!(error instanceof WireFormatError)) throw error;
        }
      }),
      {
        numRuns: 200,
        examples: Object.keys(example).flatMap((key) =>
          [{ toString: 1, valueOf: 1 }, [{ toString: 1, valueOf: 1 }]].map((value): [fc.JsonValue] => [
            { ...example, [key]: value } as unknown as fc.JsonValue,
          ]),
        ),
      },
    );
  });
});
