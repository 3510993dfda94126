import { createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { publicKeyFingerprint } from './signing-key.js';

export interface SigningKeyPair {
  /** PKCS#8 PEM. Secret. */
  readonly privatePem: string;
  /** SubjectPublicKeyInfo PEM. */
  readonly publicPem: string;
  /** See `SigningKey.fingerprint`. */
  readonly fingerprint: string;
}

/** Makes a fresh P-384 key pair. */
export async function createSigningKeyPair(): Promise<SigningKeyPair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', {
    namedCurve: 'secp384r1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    privatePem: privateKey,
    publicPem: publicKey,
    fingerprint: publicKeyFingerprint(createPublicKey(publicKey)),
  };
}

/**
 * The body of `PUT /auth/signing`. That the PEM is base64-encoded once more is documented
 * (https://docs.offblocks.xyz/developer-guides/api-integration/request-signatures); the name of the field is inferred.
 */
export function signingKeyRegistration(publicPem: string): { publicKey: string } {
  return { publicKey: Buffer.from(publicPem, 'utf8').toString('base64') };
}
