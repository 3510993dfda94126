import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readPemBlocks } from './pem.js';
import { SigningKeyError } from './signing-key-error.js';

/** The only algorithm that the API accepts, by its name in RFC 9421 section 6.2.2 (P-384 with SHA-384). */
export const SIGNATURE_ALGORITHM = 'ecdsa-p384-sha384';

/** A private key that can sign and cannot be read: the key itself stays in a closure, out of logs and JSON. */
export interface SigningKey {
  /** The `keyid` of its signatures. */
  readonly keyId: string;
  /** Lower-case hexadecimal SHA-256 of the public key (SubjectPublicKeyInfo, DER). Not secret; names the key in logs. */
  readonly fingerprint: string;
  /** Resolves to 96 bytes: r and s, 48 bytes each, big-endian (IEEE P1363; RFC 9421 section 3.3.5). */
  sign(data: Uint8Array): Promise<Buffer>;
}

const publicLabels = ['PUBLIC KEY', 'RSA PUBLIC KEY', 'CERTIFICATE'];

/** Printable ASCII, what a string of RFC 8941 section 3.3.3 can hold, without blanks at its ends. */
const keyIdPattern = /^[\x21-\x7e]([\x20-\x7e]{0,254}[\x21-\x7e])?$/;

/**
 * Reads one P-384 private key from PEM: PKCS#8 (`PRIVATE KEY`) or SEC 1 (`EC PRIVATE KEY`, with or without the
 * `EC PARAMETERS` that openssl writes before it).
 * @throws {SigningKeyError} saying what else it was: not PEM, encrypted, public, RSA, another curve, not one key
 */
export function parseSigningKey(options: { pem: string; keyId: string }): SigningKey {
  const keyId = parseKeyId(options.keyId);
  const blocks = readPemBlocks(options.pem).filter(({ label }) => label !== 'EC PARAMETERS');
  const [block] = blocks;
  if (block === undefined || blocks.length > 1) {
    throw new SigningKeyError('KEY_COUNT', `The signing key must be one private key; the text holds ${blocks.length}`);
  }
  if (publicLabels.includes(block.label)) {
    throw new SigningKeyError('KEY_IS_PUBLIC', 'The signing key is a public key or certificate; the private key signs');
  }
  if (block.label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: *4, *ENCRYPTED/m.test(block.pem)) {
    throw new SigningKeyError(
      'KEY_ENCRYPTED',
      'The signing key is encrypted; store it decrypted, readable by the gateway',
    );
  }
  return createSigningKey({ keyId, privateKey: readPrivateKey(block.pem) });
}

/** @throws {SigningKeyError} `KEY_ID_MISSING` or `KEY_ID_INVALID` */
export function parseKeyId(text: string): string {
  if (text.trim() === '') throw new SigningKeyError('KEY_ID_MISSING', 'The signing key has no key ID');
  if (!keyIdPattern.test(text.trim())) {
    throw new SigningKeyError('KEY_ID_INVALID', 'A key ID is 1 to 256 printable ASCII characters');
  }
  return text.trim();
}

/** See `SigningKey.fingerprint`. */
export function publicKeyFingerprint(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function readPrivateKey(pem: string): KeyObject {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch {
    throw new SigningKeyError('KEY_UNREADABLE', 'The signing key is PEM, but no private key in PKCS#8 or SEC 1 form');
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey;
  if (type !== 'ec') {
    throw new SigningKeyError(
      'KEY_WRONG_TYPE',
      `The signing key is of type ${type}; the API takes EC keys on P-384 only`,
    );
  }
  if (details?.namedCurve !== 'secp384r1') {
    const curve = details?.namedCurve ?? 'an unnamed curve';
    throw new SigningKeyError(
      'KEY_WRONG_CURVE',
      `The signing key is on ${curve}; the API takes P-384 (secp384r1) only`,
    );
  }
  return privateKey;
}

function createSigningKey({ keyId, privateKey }: { keyId: string; privateKey: KeyObject }): SigningKey {
  const fingerprint = publicKeyFingerprint(createPublicKey(privateKey));
  return Object.freeze({
    keyId,
    fingerprint,
    sign(data: Uint8Array): Promise<Buffer> {
      return new Promise((resolve, reject) => {
        // The callback form signs in the thread pool: a P-384 signature costs most of a millisecond of CPU.
        sign('sha384', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }, (error, signature) => {
          if (error) reject(error);
          else resolve(signature);
        });
      });
    },
  });
}
