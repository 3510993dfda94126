import type { Challenge } from '../../schema/challenge/challenge.type.js';
import { readWire, type UnknownValueListener } from './decode.js';

/** A printable UTF-8 text; anything else is not a message that a wallet could show. */
function decodeMessage(base64: string): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    return text !== '' && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? text : null;
  } catch {
    return null;
  }
}

/** The challenge in a body that has one, alone or beside the fields of a new entity; null in a body without. */
export function decodeChallengeOrNull(wire: unknown, onUnknown: UnknownValueListener): Challenge | null {
  const value = readWire('challenge', wire, onUnknown).textOrNull('challenge');
  return value === null ? null : { value, message: decodeMessage(value) };
}

/** The wallet's hexadecimal signature text goes to the API as base64 of that text. Source: https://docs.offblocks.xyz/developer-guides/api-integration/sign-in-with-x */
export function encodeWalletSignature(hexadecimal: string): string {
  return Buffer.from(hexadecimal, 'utf8').toString('base64');
}
