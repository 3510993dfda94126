import { type PemBlock, readPemBlocks } from './pem.js';
import { parseKeyId, parseSigningKey, type SigningKey } from './signing-key.js';
import { SigningKeyError } from './signing-key-error.js';

const keyIdLinePattern = /^[ \t]*keyid:[ \t]*(.*)$/gim;

/**
 * Reads one or two private keys. The first signs. A line `keyid: …` before a PEM block (explanatory text in the sense
 * of RFC 7468 section 5.2) is the key ID of that block and goes before `keyId`, so that a key and its ID can change in
 * one step.
 *
 * @param options.text key file or variable
 * @param options.keyId key ID of a block without such a line
 * @throws {SigningKeyError} for anything but one or two usable keys with different IDs
 */
export function parseSigningKeys(options: { text: string; keyId?: string | undefined }): readonly SigningKey[] {
  const keys: SigningKey[] = [];
  let preamble = '';
  for (const block of readPemBlocks(options.text)) {
    preamble += block.preamble;
    // openssl writes the curve before the key; what explains the one explains the other.
    if (block.label === 'EC PARAMETERS') continue;
    keys.push(parseBlock({ block, preamble, keyId: options.keyId }));
    preamble = '';
  }
  assertKeys(keys);
  return keys;
}

/** @throws {SigningKeyError} unless there are one or two keys with different IDs */
export function assertKeys(keys: readonly SigningKey[]): void {
  if (keys.length < 1 || keys.length > 2) {
    throw new SigningKeyError('KEY_COUNT', `One or two signing keys can be loaded, not ${keys.length}`);
  }
  if (keys[0]?.keyId === keys[1]?.keyId) {
    throw new SigningKeyError(
      'KEY_ID_DUPLICATE',
      'Both signing keys have the same ID; give each its own "keyid:" line',
    );
  }
}

function parseBlock(options: { block: PemBlock; preamble: string; keyId: string | undefined }): SigningKey {
  const lines = [...options.preamble.matchAll(keyIdLinePattern)].map((match) => match[1] ?? '');
  if (lines.length > 1) throw new SigningKeyError('KEY_ID_INVALID', 'A signing key has more than one "keyid:" line');
  return parseSigningKey({ pem: options.block.pem, keyId: parseKeyId(lines[0] ?? options.keyId ?? '') });
}
