import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { type Verifier, verifySignature } from 'http-message-sig';

/** `when-present`: a delivery without a signature passes, one with a wrong signature does not. */
export type DeliverySignaturePolicy = 'when-present' | 'required';

export interface DeliveryRequest {
  method: string;
  /** Path and query as they came. */
  target: string;
  /** Names and values in turn, as `IncomingMessage.rawHeaders` has them. */
  rawHeaders: readonly string[];
  body: Uint8Array;
}

export interface DeliverySignatureCheck {
  /** Null when the delivery may pass, else why not, in words of our own. */
  findFault(request: DeliveryRequest): Promise<'unsigned' | 'bad-signature' | null>;
}

/** The only algorithm that the API names (https://docs.offblocks.xyz/developer-guides/api-integration/request-signatures). */
const ALGORITHM = 'ecdsa-p384-sha384';
/** r and s, 48 bytes each (RFC 9421 section 3.3.5). */
const SIGNATURE_BYTES = 96;
/**
 * What a signature must cover to be of use here: with method, path and digest it belongs to this delivery. Not the
 * authority, which a proxy in front of the gateway may have replaced.
 */
const REQUIRED_COMPONENTS = ['@method', '@path', 'content-digest'];
const MAX_AGE_SECONDS = 300;
const CLOCK_SKEW_SECONDS = 30;

const DIGESTS: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' };

/** The public key in PEM (SubjectPublicKeyInfo) that deliveries are signed with. Throws for anything but a P-384 key. */
export function parseDeliveryKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'secp384r1') {
    throw new Error('not a P-384 public key');
  }
  return key;
}

/**
 * Whether the body is what a `Content-Digest` says (RFC 9530 section 2): every member of a known algorithm must be right,
 * and there must be one.
 */
export function isDigestOf(field: string, body: Uint8Array): boolean {
  const members = [...field.matchAll(/(?:^|,)\s*([a-z0-9-]+)=:([A-Za-z0-9+/=]*):/g)].filter(
    ([, algorithm = '']) => algorithm in DIGESTS,
  );
  return (
    members.length > 0 &&
    members.every(([, algorithm = '', base64 = '']) => {
      const wanted = createHash(DIGESTS[algorithm] as string)
        .update(body)
        .digest();
      const given = Buffer.from(base64, 'base64');
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    })
  );
}

function verifierOf(key: KeyObject): Verifier {
  return {
    algorithm: ALGORITHM,
    verify: (data, signature) =>
      new Promise((resolve, reject) => {
        verify('sha384', data, { key, dsaEncoding: 'ieee-p1363' }, signature, (error, isGood) =>
          error ? reject(error) : resolve(isGood),
        );
      }),
  };
}

/**
 * Verifies deliveries by RFC 9421. The API shows no sign of signing its deliveries; should it begin to, in the manner that
 * it asks of requests, this is what checks them. An unknown `keyid` is refused.
 */
export function createDeliverySignatureCheck(options: {
  policy: DeliverySignaturePolicy;
  key: KeyObject;
  keyId: string;
  now: () => Date;
}): DeliverySignatureCheck {
  const { policy, keyId, now } = options;
  const verifier = verifierOf(options.key);
  return {
    async findFault({ method, target, rawHeaders, body }) {
      const fields = rawHeaders.flatMap((name, index) =>
        index % 2 === 0 ? [{ name: name.toLowerCase(), value: rawHeaders[index + 1] ?? '' }] : [],
      );
      const fieldOf = (name: string) => {
        const values = fields.filter((field) => field.name === name).map(({ value }) => value);
        return values.length > 0 ? values.join(', ') : null;
      };
      if (fieldOf('signature-input') === null && fieldOf('signature') === null) {
        return policy === 'required' ? 'unsigned' : null;
      }
      if (!isDigestOf(fieldOf('content-digest') ?? '', body)) return 'bad-signature';
      try {
        await verifySignature(
          { kind: 'request', method, targetUri: `http://${fieldOf('host') ?? 'localhost'}${target}`, fields },
          {
            policy: {
              algorithms: [ALGORITHM],
              requiredComponents: REQUIRED_COMPONENTS,
              requiredParameters: ['created', 'keyid'],
              maxAge: MAX_AGE_SECONDS,
              clockSkew: CLOCK_SKEW_SECONDS,
              now: Math.floor(now().getTime() / 1_000),
            },
            resolveVerifier({ parameters, signature }) {
              if (parameters.keyid !== keyId || signature.length !== SIGNATURE_BYTES) throw new Error('not acceptable');
              return verifier;
            },
          },
        );
        return null;
      } catch {
        return 'bad-signature';
      }
    },
  };
}
