import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { httpbis } from 'http-message-signatures';

const ALGORITHM = 'ecdsa-p384-sha384';
const LIFETIME_SECONDS = 300;
const BACKDATE_SECONDS = 1;

export interface DeliveryKeyOptions {
  keyId: string;
  /** PEM of a P-384 private key. */
  privateKeyPem: string;
}

/** What a receiver needs to verify deliveries. */
export interface DeliveryKey {
  keyId: string;
  /** SubjectPublicKeyInfo PEM. */
  publicKeyPem: string;
}

/**
 * Signs deliveries (RFC 9421) as the API wants its own requests signed: `ecdsa-p384-sha384` over method, authority, path,
 * query, content type and content digest. The documentation shows no proof of origin of deliveries, so this is what one
 * might look like. Made with another library than the gateway verifies with. The key is made when it is first asked for.
 */
export class DeliverySigner {
  readonly #createId: () => string;
  readonly #clock: () => Date;
  #key: { keyId: string; privateKey: KeyObject } | undefined;

  /** Throws on a PEM that is no P-384 private key. */
  constructor(parts: { key: DeliveryKeyOptions | undefined; createId: () => string; clock: () => Date }) {
    const { key, createId, clock } = parts;
    this.#createId = createId;
    this.#clock = clock;
    this.#key = key && { keyId: key.keyId, privateKey: parsePrivateKey(key.privateKeyPem) };
  }

  get publicKey(): DeliveryKey {
    const { keyId, privateKey } = this.#ownKey();
    return { keyId, publicKeyPem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString() };
  }

  /** All headers of the delivery, those of the signature among them. */
  async sign({
    url,
    body,
    headers,
  }: {
    url: URL;
    body: string;
    headers: Record<string, string>;
  }): Promise<Record<string, string>> {
    const { keyId, privateKey } = this.#ownKey();
    const digest = createHash('sha256').update(body).digest('base64');
    const all: Record<string, string> = { ...headers, 'content-digest': `sha-256=:${digest}:` };
    const created = Math.floor(this.#clock().getTime() / 1000) - BACKDATE_SECONDS;
    const signed = await httpbis.signMessage(
      {
        key: { id: keyId, alg: ALGORITHM, sign: (base: Buffer) => signP384(privateKey, base) },
        name: 'sig',
        fields: ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest'],
        params: ['created', 'expires', 'keyid', 'alg'],
        paramValues: { created: new Date(created * 1000), expires: new Date((created + LIFETIME_SECONDS) * 1000) },
      },
      { method: 'POST', url, headers: all },
    );
    return {
      ...all,
      'signature-input': String(signed.headers['Signature-Input']),
      signature: String(signed.headers.Signature),
    };
  }

  #ownKey(): { keyId: string; privateKey: KeyObject } {
    this.#key ??= {
      keyId: this.#createId(),
      privateKey: generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey,
    };
    return this.#key;
  }
}

/** In the thread pool, r and s of 48 bytes each (RFC 9421 section 3.3.5). */
function signP384(key: KeyObject, data: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha384', data, { key, dsaEncoding: 'ieee-p1363' }, (error, signature) => {
      if (error) reject(error);
      else resolve(signature);
    });
  });
}

function parsePrivateKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'secp384r1') {
    throw new TypeError('the key of webhook deliveries is no P-384 private key');
  }
  return key;
}
