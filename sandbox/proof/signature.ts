import { type KeyObject, verify } from 'node:crypto';
import { isSignatureError, type UntrustedSignatureCandidate, type Verifier, verifySignature } from 'http-message-sig';
import { verifyContentDigest } from './content-digest.js';
import type { SigningKeys } from './signing-keys.js';

const ALGORITHM = 'ecdsa-p384-sha384';
/** r and s of P-384, 48 bytes each (RFC 9421 section 3.3.5). */
const SIGNATURE_BYTES = 96;
const KNOWN_PARAMETERS = new Set(['created', 'expires', 'nonce', 'alg', 'keyid', 'tag']);
const UNUSABLE_COMPONENTS = new Set(['@target-uri', '@scheme', '@request-target', '@status']);

/** What a request must prove; the demands of the real server are not published. */
export interface SignaturePolicy {
  /** Components that every request must cover. */
  components: readonly string[];
  /** Components to cover besides when there is a body. */
  bodyComponents: readonly string[];
  /** Components to cover besides when the method modifies. */
  modifyingComponents: readonly string[];
  /** Parameters that must be there. */
  parameters: readonly string[];
  /** Longest time from `created` to now and from `created` to `expires`, in seconds. */
  maxAgeSeconds: number;
  /** How far `created` may lie ahead and `expires` behind, in seconds. */
  clockToleranceSeconds: number;
}

/** The profile that the sandbox demands unless told otherwise. */
export const DEFAULT_SIGNATURE_POLICY: SignaturePolicy = {
  components: ['@method', '@authority', '@path', '@query', 'authorization'],
  bodyComponents: ['content-type', 'content-digest'],
  modifyingComponents: ['idempotency-key'],
  parameters: ['created', 'expires', 'keyid'],
  maxAgeSeconds: 300,
  clockToleranceSeconds: 0,
};

/** A request as it came over the wire. */
export interface RawRequest {
  method: string;
  /** The request target as sent: path and query, undecoded. */
  target: string;
  headers: readonly { name: string; value: string }[];
  body: Uint8Array;
}

/**
 * Verifies digest and signature over the bytes that arrived. Returns `undefined` when they are good, and else the reason, in
 * a small set of words, for the counters; the API says no more than `invalid required signature` (status 400).
 * A `keyid` that is not registered, an unknown parameter, a component that the vendor's server could not compute
 * (`@target-uri`, `@scheme`) and a signature that is not exactly 96 bytes are refused.
 * Sources: https://docs.offblocks.xyz/developer-guides/api-integration/request-signatures, RFC 9421 section 3.2, and
 * verifier.go and middleware.go of https://github.com/OffBlocks/httpsig
 */
export async function findSignatureFault({
  request,
  keys,
  policy,
  now,
}: {
  request: RawRequest;
  keys: SigningKeys;
  policy: SignaturePolicy;
  now: Date;
}): Promise<string | undefined> {
  const digest = verifyContentDigest({ field: fieldOf(request, 'content-digest'), body: request.body });
  if (digest !== 'ok') return digest;
  try {
    await verifySignature(
      {
        kind: 'request',
        method: request.method,
        targetUri: `http://${fieldOf(request, 'host') ?? ''}${request.target}`,
        fields: request.headers,
      },
      {
        policy: {
          algorithms: [ALGORITHM],
          requiredComponents: [
            ...policy.components,
            ...(request.body.length > 0 ? policy.bodyComponents : []),
            ...(request.method === 'GET' ? [] : policy.modifyingComponents),
          ],
          requiredParameters: policy.parameters,
          maxAge: policy.maxAgeSeconds,
          clockSkew: policy.clockToleranceSeconds,
          now: Math.floor(now.getTime() / 1000),
        },
        resolveVerifier: (candidate) => resolveVerifier({ candidate, keys, policy }),
      },
    );
    return undefined;
  } catch (error) {
    return describeFault(error);
  }
}

class SignatureFault extends Error {}

function resolveVerifier({
  candidate,
  keys,
  policy,
}: {
  candidate: UntrustedSignatureCandidate;
  keys: SigningKeys;
  policy: SignaturePolicy;
}): Verifier {
  const { created, expires, keyid } = candidate.parameters;
  if (Object.keys(candidate.parameters).some((name) => !KNOWN_PARAMETERS.has(name)))
    throw new SignatureFault('unknown parameter');
  if (candidate.components.some(({ name }) => UNUSABLE_COMPONENTS.has(name)))
    throw new SignatureFault('unusable component');
  if (created !== undefined && expires !== undefined && expires - created > policy.maxAgeSeconds) {
    throw new SignatureFault('lives too long');
  }
  const key = keyid === undefined ? undefined : keys.find(keyid);
  if (!key) throw new SignatureFault('unknown key');
  if (candidate.signature.length !== SIGNATURE_BYTES) throw new SignatureFault('not 96 bytes');
  return { algorithm: ALGORITHM, verify: (data, signature) => verifyP384({ key, data, signature }) };
}

/** In the thread pool: one P-384 verification takes about a millisecond. */
function verifyP384({
  key,
  data,
  signature,
}: {
  key: KeyObject;
  data: Uint8Array;
  signature: Uint8Array;
}): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify('sha384', data, { key, dsaEncoding: 'ieee-p1363' }, signature, (error, isGood) => {
      if (error) reject(error);
      else resolve(isGood);
    });
  });
}

function fieldOf({ headers }: RawRequest, name: string): string | undefined {
  const values = headers.filter((header) => header.name.toLowerCase() === name).map(({ value }) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** Words of our own or of the library's policy; nothing that the request brought along. */
function describeFault(error: unknown): string {
  if (!isSignatureError(error)) return 'unverifiable';
  if (error.cause instanceof SignatureFault) return error.cause.message;
  return /^(Required (component|parameter)|Signature (has expired|was created|is too old))/.test(error.message)
    ? error.message
    : error.code;
}
