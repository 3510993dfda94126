import { decodeCursor, encodeCursor } from '../../../src/schema/pagination/cursor.js';
import { sortKeyOf } from '../../../src/schema/pagination/sort-key.js';
import { fc } from '../../support/fast-check.js';

const KEY = sortKeyOf({ createdAt: '2024-01-12T15:05:46.123Z', id: '919108f7-52d1-4320-9bac-f847db4148a8' });
const base64url = (text: string) => Buffer.from(text).toString('base64url');

describe('cursors', () => {
  it('give back the sort key that they were made of', () => {
    const instants = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') });
    fc.assert(
      fc.property(fc.option(instants), fc.uuid(), (createdAt, id) => {
        const key = sortKeyOf({ createdAt: createdAt?.toISOString() ?? null, id });
        expect(decodeCursor(encodeCursor(key))).toBe(key);
      }),
    );
  });

  it('are safe in a URL and do not show what they are made of', () => {
    expect(encodeCursor(KEY)).toMatch(/^[-_A-Za-z0-9]+$/);
    expect(encodeCursor(KEY)).not.toContain('2024');
  });

  it.each([
    ['nothing', ''],
    ['a word', 'abc'],
    ['a number', '20'],
    ['a plain sort key', KEY],
    ['a plain ID', '919108f7-52d1-4320-9bac-f847db4148a8'],
    ['a key without version', base64url(KEY)],
    ['another version', base64url(`2:${KEY}`)],
    ['a version only', base64url('1:')],
    ['no ID', base64url('1:2024-01-12T15:05:46.123000 ')],
    ['no instant', base64url('1:919108f7-52d1-4320-9bac-f847db4148a8')],
    ['milliseconds', base64url('1:2024-01-12T15:05:46.123 a')],
    ['an ID with a blank', base64url(`1:${KEY} b`)],
    ['an ID that is too long', base64url(`1:2024-01-12T15:05:46.123000 ${'a'.repeat(129)}`)],
    ['a cursor with padding', `${encodeCursor(KEY)}==`],
    ['a cursor with something behind', `${encodeCursor(KEY)}A`],
    ['a cursor cut short', encodeCursor(KEY).slice(0, -40)],
    ['a cursor with a blank', ` ${encodeCursor(KEY)}`],
    ['a cursor with a line break', `${encodeCursor(KEY)}\n`],
    ['a cursor in standard Base64', Buffer.from('1:2024-01-12T15:05:46.123000 ??>>').toString('base64')],
    ['bytes that are not UTF-8', Buffer.from([0x31, 0x3a, 0xff, 0xfe]).toString('base64url')],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('refuse %s', (_, cursor) => {
    expect(decodeCursor(cursor)).toBeNull();
  });

  it('never throw, whatever a client sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeCursor(text)).toBeNull();
        expect(decodeCursor(base64url(text))).toBeNull();
      }),
    );
  });
});
