import type { ConnectionArgs } from '../../../src/schema/pagination/connection.args.js';
import { encodeCursor } from '../../../src/schema/pagination/cursor.js';
import { InvalidConnectionArgument } from '../../../src/schema/pagination/invalid-connection-argument.js';
import { parseConnectionArgs } from '../../../src/schema/pagination/parse-connection-args.js';

const sizes = { defaultPageSize: 20, maxPageSize: 500 };
const [KEY_A, KEY_B] = ['2024-01-12T15:05:46.000000 a', '2024-01-12T15:05:46.000000 b'] as const;
const [A, B] = [encodeCursor(KEY_A), encodeCursor(KEY_B)] as const;

describe('parseConnectionArgs', () => {
  it.each<[ConnectionArgs, object]>([
    [{}, { from: 'start', size: 20, after: null, before: null }],
    [
      { first: null, last: null, after: null, before: null },
      { from: 'start', size: 20, after: null, before: null },
    ],
    [{ first: 0 }, { from: 'start', size: 0 }],
    [{ first: 500 }, { from: 'start', size: 500 }],
    [{ last: 0 }, { from: 'end', size: 0 }],
    [
      { last: 500, first: null },
      { from: 'end', size: 500 },
    ],
    [{ after: A }, { from: 'start', size: 20, after: KEY_A, before: null }],
    [{ before: B }, { from: 'end', size: 20, after: null, before: KEY_B }],
    [
      { after: A, before: B },
      { from: 'start', size: 20, after: KEY_A, before: KEY_B },
    ],
    [
      { first: 2, before: B },
      { from: 'start', size: 2, before: KEY_B },
    ],
    [
      { last: 2, after: A },
      { from: 'end', size: 2, after: KEY_A },
    ],
    [
      { last: 2, after: A, before: B },
      { from: 'end', size: 2, after: KEY_A, before: KEY_B },
    ],
  ])('%j is understood', (args, request) => {
    expect(parseConnectionArgs(args, sizes)).toMatchObject(request);
  });

  it.each<[ConnectionArgs, string, string]>([
    [{ first: -1 }, 'first', '"first" has to be a whole number from 0 to 500.'],
    [{ first: 501 }, 'first', '"first" has to be a whole number from 0 to 500.'],
    [{ first: 1.5 }, 'first', '"first" has to be a whole number from 0 to 500.'],
    [{ first: Number.NaN }, 'first', '"first" has to be a whole number from 0 to 500.'],
    [{ last: -1 }, 'last', '"last" has to be a whole number from 0 to 500.'],
    [{ last: 2_147_483_647 }, 'last', '"last" has to be a whole number from 0 to 500.'],
    [{ first: 1, last: 1 }, 'last', 'Either "first" or "last" can be given, not both.'],
    [{ first: 0, last: 0 }, 'last', 'Either "first" or "last" can be given, not both.'],
  ])('%j is refused with what is allowed', (args, argument, message) => {
    expect(() => parseConnectionArgs(args, sizes)).toThrow(InvalidConnectionArgument);
    expect(() => parseConnectionArgs(args, sizes)).toThrow(expect.objectContaining({ argument, message }));
  });

  it.each(['after', 'before'] as const)('refuses %s that is not a cursor, without repeating it', (argument) => {
    for (const text of ['', 'nonsense', 'S3cr3t', `${A}x`]) {
      const refused = expect(() => parseConnectionArgs({ [argument]: text }, sizes));
      refused.toThrow(expect.objectContaining({ argument, name: 'InvalidConnectionArgument' }));
      refused.toThrow(/^"(after|before)" has to be a cursor that this API returned, unchanged: /);
      refused.not.toThrow(/S3cr3t|nonsense/);
    }
  });
});
