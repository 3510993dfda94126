import { decodeChallengeOrNull, encodeWalletSignature } from '../../../src/datasources/wire/challenge.wire.js';
import { CUSTOMER } from './wire-examples.js';

const ignore = () => {};
const base64 = (text: string | Buffer) => Buffer.from(text as string).toString('base64');
const MESSAGE = 'api.sandbox.offblocks.xyz wants you to sign in\n\nURI: https://example.com\nNonce: 32891756 – é';

it('shows the text inside a challenge, and hands the challenge back unchanged', () => {
  expect(decodeChallengeOrNull({ challenge: base64(MESSAGE) }, ignore)).toEqual({
    value: base64(MESSAGE),
    message: MESSAGE,
  });
});

it('finds the challenge beside the fields of a new entity', () => {
  expect(decodeChallengeOrNull({ ...CUSTOMER, challenge: base64('hi') }, ignore)?.message).toBe('hi');
});

it.each([
  ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ['control characters', 'a\u0000b'],
  ['an escape sequence', '\u001b[2J'],
  ['delete', 'a\u007f'],
])('shows no message for %s', (_, content) => {
  const value = base64(content);
  expect(decodeChallengeOrNull({ challenge: value }, ignore)).toEqual({ value, message: null });
});

it.each([{}, { challenge: null }, { challenge: '' }, { challenge: 7 }, { challenge: {} }])(
  'finds no challenge in %p',
  (wire) => {
    expect(decodeChallengeOrNull(wire, ignore)).toBeNull();
  },
);

it('encodes the text of a hexadecimal signature, not its bytes', () => {
  expect(encodeWalletSignature('0xAb01')).toBe(base64('0xAb01'));
});
