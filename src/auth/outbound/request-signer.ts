import { randomBytes } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { contentDigest } from './content-digest.js';
import { DEFAULT_SIGNATURE_PROFILE, type SignatureProfile } from './signature-profile.js';
import { SIGNATURE_ALGORITHM } from './signing-key.js';
import type { SigningKeyRing } from './signing-key-ring.js';

/** A request as it goes on the wire: nothing may change between signing and sending. */
export interface OutboundRequest {
  /** In upper case, as it is sent (methods are case-sensitive). */
  readonly method: string;
  /** What is sent must be `url.pathname + url.search`, and `Host` must be `url.host`. */
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes; absent or empty for a request without a body. */
  readonly body?: Uint8Array;
}

export interface RequestSigner {
  /**
   * All headers to send, names in lower case: the given ones, `content-digest` when there is a body, `signature-input`
   * and `signature`. What the given ones hold of these three is left behind, so a retry can be signed anew.
   * @throws {UnsignableRequestError} when the request cannot be signed as the profile says
   */
  sign(request: OutboundRequest): Promise<Record<string, string>>;
}

/** A mistake of the caller, found before anything is sent. The message names headers, never their values. */
export class UnsignableRequestError extends Error {
  override readonly name = 'UnsignableRequestError';
  readonly code = 'UNSIGNABLE_REQUEST';
}

const upperCaseMethod = /^[A-Z]+$/;

/** What a header value may hold so that both sides read the same: visible ASCII, and blanks inside. */
const plainFieldValue = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

const ownHeaders = new Set(['content-digest', 'signature', 'signature-input']);

/**
 * Signs requests (RFC 9421) with the signing key of the ring, as the profile says.
 * @param options.nonce makes the `nonce` parameter, if the profile has one. Default: 128 random bits, base64url
 */
export function createRequestSigner(options: {
  keys: SigningKeyRing;
  profile?: SignatureProfile;
  now: () => Date;
  nonce?: () => string;
}): RequestSigner {
  const { keys, profile = DEFAULT_SIGNATURE_PROFILE, now, nonce = randomNonce } = options;
  return {
    async sign(request) {
      assertMethod(request.method);
      const headers = withContentDigest({ request, profile });
      const key = keys.signingKey;
      const { created, expires } = signatureTimes({ profile, now: now() });
      const signed = await httpbis.signMessage(
        {
          key: { id: key.keyId, alg: SIGNATURE_ALGORITHM, sign: (base) => key.sign(base) },
          name: profile.label,
          fields: coveredNames({ profile, headers }),
          params: [...profile.parameters],
          paramValues: { created, expires, ...(profile.parameters.includes('nonce') && { nonce: nonce() }) },
        },
        { method: request.method, url: request.url, headers },
      );
      return {
        ...headers,
        'signature-input': String(signed.headers['Signature-Input']),
        signature: String(signed.headers.Signature),
      };
    },
  };
}

/** `created` is rounded down and back-dated, because the vendor's verifier refuses what comes from its future. */
export function signatureTimes(options: { profile: SignatureProfile; now: Date }): { created: Date; expires: Date } {
  const { profile, now } = options;
  const createdSeconds = Math.floor(now.getTime() / 1000) - profile.backdateSeconds;
  return {
    created: new Date(createdSeconds * 1000),
    expires: new Date((createdSeconds + profile.lifetimeSeconds) * 1000),
  };
}

function assertMethod(method: string): void {
  // The library signs the upper-case form whatever is sent; RFC 9421 section 2.2.1 wants the method as it is.
  if (!upperCaseMethod.test(method)) throw new UnsignableRequestError('A method to sign must be in upper case');
}

function withContentDigest(options: { request: OutboundRequest; profile: SignatureProfile }): Record<string, string> {
  const { request, profile } = options;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    // A name in another case would be sent, and silently left out of the signature.
    if (name !== name.toLowerCase()) throw new UnsignableRequestError(`Header name ${name} is not in lower case`);
    if (!ownHeaders.has(name)) headers[name] = value;
  }
  if (request.body !== undefined && request.body.length > 0) {
    headers['content-digest'] = contentDigest({ body: request.body, algorithms: profile.digestAlgorithms });
  }
  return headers;
}

function coveredNames(options: { profile: SignatureProfile; headers: Readonly<Record<string, string>> }): string[] {
  const { profile, headers } = options;
  if (profile.components.includes('authorization') && headers.authorization === undefined) {
    throw new UnsignableRequestError('A request without the header authorization cannot be signed');
  }
  const names = profile.components.filter((name) => name.startsWith('@') || headers[name] !== undefined);
  for (const name of names) {
    // A line break would forge a line of the signature base; blanks at the ends are lost on the way.
    if (!name.startsWith('@') && !plainFieldValue.test(headers[name] ?? '')) {
      throw new UnsignableRequestError(
        `The value of the header ${name} is not plain ASCII text, so it cannot be signed`,
      );
    }
  }
  return names;
}

function randomNonce(): string {
  return randomBytes(16).toString('base64url');
}
