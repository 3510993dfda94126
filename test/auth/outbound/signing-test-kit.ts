import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { type VerifiedSignature, verifySignature } from 'http-message-sig';
import { parseSigningKey, type SigningKey } from '../../../src/auth/outbound/signing-key.js';

export interface TestKey {
  readonly pem: string;
  readonly publicKey: KeyObject;
  readonly signingKey: SigningKey;
}

/** A fresh P-384 key. */
export function aKey(keyId = 'key-1'): TestKey {
  const pem = aPem('secp384r1');
  return { pem, publicKey: createPublicKey(pem), signingKey: parseSigningKey({ pem, keyId }) };
}

export function aPem(namedCurve: string, type: 'pkcs8' | 'sec1' = 'pkcs8'): string {
  return generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type, format: 'pem' }).toString();
}

/** A key that signs like another and keeps what it was given to sign. */
export function aSpyingKey(keyId: string): { key: SigningKey; signed: string[] } {
  const { signingKey } = aKey(keyId);
  const signed: string[] = [];
  const key: SigningKey = {
    ...signingKey,
    sign(data) {
      signed.push(Buffer.from(data).toString('latin1'));
      return signingKey.sign(data);
    },
  };
  return { key, signed };
}

export function verifiesP384(options: { publicKey: KeyObject; data: Uint8Array; signature: Uint8Array }): boolean {
  const { publicKey, data, signature } = options;
  return verify('sha384', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}

/** Verifies a received request with another library than the one that signed it. Rejects unless it holds. */
export function verifyReceived(options: {
  method: string;
  targetUri: string;
  headers: Readonly<Record<string, string>>;
  publicKeys: Readonly<Record<string, KeyObject>>;
  requiredComponents: readonly string[];
  nowEpochSeconds: number;
}): Promise<VerifiedSignature> {
  const { method, targetUri, headers, publicKeys, requiredComponents, nowEpochSeconds } = options;
  return verifySignature(
    {
      kind: 'request',
      method,
      targetUri,
      fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
    },
    {
      policy: {
        algorithms: ['ecdsa-p384-sha384'],
        requiredComponents,
        requiredParameters: ['created', 'expires', 'keyid', 'alg'],
        maxAge: 300,
        clockSkew: 0,
        now: nowEpochSeconds,
      },
      resolveVerifier({ parameters }) {
        const publicKey = publicKeys[parameters.keyid ?? ''];
        if (!publicKey) throw new Error('unknown keyid');
        return {
          algorithm: 'ecdsa-p384-sha384',
          verify: (data, signature) => verifiesP384({ publicKey, data, signature }),
        };
      },
    },
  );
}
