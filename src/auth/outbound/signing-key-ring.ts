import type { SigningKey } from './signing-key.js';
import { SigningKeyError } from './signing-key-error.js';
import { assertKeys } from './signing-key-text.js';

/** What a listener hears after the keys have changed. */
export interface SigningKeyChange {
  /** The key that signs from now on. */
  readonly signingKey: SigningKey;
  /** The one that signed before; the same when only the other key changed. */
  readonly previous: SigningKey;
  /** All loaded keys, the signing one first. */
  readonly keys: readonly SigningKey[];
}

/**
 * The loaded keys, one or two, of which one signs. Changes take effect between two signatures: whoever has taken
 * `signingKey` before goes on with it, so a request in flight carries the ID and the signature of one and the same key.
 */
export interface SigningKeyRing {
  readonly signingKey: SigningKey;
  /** The signing key first. */
  readonly keys: readonly SigningKey[];
  /** Loads other keys; the first signs. The same keys in the same order change nothing. @throws {SigningKeyError} */
  replace(keys: readonly SigningKey[]): void;
  /** Lets another loaded key sign. @throws {SigningKeyError} `KEY_ID_UNKNOWN` when it is not loaded */
  promote(keyId: string): void;
  /** Calls the listener after every change. Returns a function that ends this. */
  watch(listener: (change: SigningKeyChange) => void): () => void;
}

/** @throws {SigningKeyError} unless there are one or two keys with different IDs */
export function createSigningKeyRing(options: { keys: readonly SigningKey[] }): SigningKeyRing {
  let keys = ringOf(options.keys);
  const listeners = new Set<(change: SigningKeyChange) => void>();

  function load(next: Ring): void {
    if (isSameRing(keys, next)) return;
    const [previous] = keys;
    keys = next;
    const change = { signingKey: next[0], previous, keys: next };
    for (const listener of listeners) listener(change);
  }

  return {
    get signingKey() {
      return keys[0];
    },
    get keys() {
      return keys;
    },
    replace(next) {
      load(ringOf(next));
    },
    promote(keyId) {
      const promoted = keys.find((key) => key.keyId === keyId);
      if (!promoted) throw new SigningKeyError('KEY_ID_UNKNOWN', `No signing key with the ID ${keyId} is loaded`);
      load([promoted, ...keys.filter((key) => key !== promoted)]);
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Ring = readonly [SigningKey, ...SigningKey[]];

function ringOf(keys: readonly SigningKey[]): Ring {
  assertKeys(keys);
  const [first, ...others] = keys;
  if (!first) throw new SigningKeyError('KEY_COUNT', 'No signing key');
  return Object.freeze([first, ...others] as const);
}

function isSameRing(left: Ring, right: Ring): boolean {
  return left.length === right.length && left.every((key, index) => isSameKey(key, right[index]));
}

function isSameKey(left: SigningKey, right: SigningKey | undefined): boolean {
  return left.keyId === right?.keyId && left.fingerprint === right.fingerprint;
}
