import { createPublicKey, type KeyObject } from 'node:crypto';
import { badRequest } from '../errors.js';
import { type JsonObject, readText } from '../programme/body.js';

export interface SigningKeyOptions {
  /** The `keyid` of signatures made with the private half. */
  keyId: string;
  /** SubjectPublicKeyInfo PEM of a P-384 key. */
  publicKeyPem: string;
}

/**
 * Public keys that requests may be signed for, by key ID. Several can be registered at once, so that a new key can take
 * over while requests signed with the old one are under way.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/request-signatures
 */
export class SigningKeys {
  readonly #initial: readonly SigningKeyOptions[];
  readonly #createId: () => string;
  #keys = new Map<string, KeyObject>();

  /** Throws on a PEM that is no P-384 public key. */
  constructor({ keys, createId }: { keys: readonly SigningKeyOptions[]; createId: () => string }) {
    this.#initial = keys;
    this.#createId = createId;
    this.reset();
  }

  find(keyId: string): KeyObject | undefined {
    return this.#keys.get(keyId);
  }

  register({ keyId, publicKeyPem }: SigningKeyOptions): void {
    this.#keys.set(keyId, parsePublicKey(publicKeyPem));
  }

  remove(keyId: string): boolean {
    return this.#keys.delete(keyId);
  }

  /**
   * `PUT /auth/signing`: the PEM, base64-encoded once more, in `publicKey` (the name of the field is inferred). It replaces
   * every key registered before and yields a new key ID. 400 for anything but a P-384 public key.
   * Source: https://docs.offblocks.xyz/developer-guides/api-integration/request-signatures
   */
  upload(body: JsonObject): { keyId: string } {
    let key: KeyObject;
    try {
      key = parsePublicKey(Buffer.from(readText(body, 'publicKey'), 'base64').toString('utf8'));
    } catch {
      throw badRequest('publicKey must be a P-384 public key in PEM, base64-encoded once more');
    }
    const keyId = this.#createId();
    this.#keys = new Map([[keyId, key]]);
    return { keyId };
  }

  /** `DELETE /auth/signing`: no request can be signed any more until a key is uploaded. */
  clear(): void {
    this.#keys.clear();
  }

  /** Back to the keys of the options. */
  reset(): void {
    this.#keys = new Map(this.#initial.map(({ keyId, publicKeyPem }) => [keyId, parsePublicKey(publicKeyPem)]));
  }
}

/** Throws `TypeError` on what is no P-384 public key in SubjectPublicKeyInfo PEM. */
export function parsePublicKey(pem: string): KeyObject {
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) throw new TypeError('not a PEM public key');
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'secp384r1') {
    throw new TypeError('not a P-384 public key');
  }
  return key;
}
