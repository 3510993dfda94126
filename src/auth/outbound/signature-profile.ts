import { DIGEST_ALGORITHMS, type DigestAlgorithm } from './content-digest.js';

/** Signature parameters that the vendor's verifier knows; any other makes it refuse the request. */
export const SIGNATURE_PARAMETERS = ['created', 'expires', 'keyid', 'alg', 'nonce'] as const;

export type SignatureParameter = (typeof SIGNATURE_PARAMETERS)[number];

/** What a signature covers and says: everything about RFC 9421 that the two sides have to agree on. */
export interface SignatureProfile {
  /** Name of the signature in the two header dictionaries. */
  readonly label: string;
  /**
   * Covered components, in the order of the signature base: `@method`, `@authority`, `@path`, `@query`,
   * `@request-target`, and header names in lower case. A header is covered when the request has it; `authorization`,
   * once listed, must be there.
   */
  readonly components: readonly string[];
  /** Signature parameters, in the order on the wire. */
  readonly parameters: readonly SignatureParameter[];
  /** Members of Content-Digest, in order. */
  readonly digestAlgorithms: readonly DigestAlgorithm[];
  /** Seconds from `created` to `expires`. */
  readonly lifetimeSeconds: number;
  /** Seconds that `created` lies in the past: the vendor's verifier has no tolerance for a clock that is ahead. */
  readonly backdateSeconds: number;
}

/** A setting of the signature profile that cannot be used; the message names the word at fault. */
export class SignatureProfileError extends Error {
  override readonly name = 'SignatureProfileError';
  readonly code = 'SIGNATURE_PROFILE_INVALID';
}

const derivedComponents = ['@method', '@authority', '@path', '@query', '@request-target'];

/** Known to RFC 9421 section 2.2, but a server behind a proxy or written in Go computes other values for them. */
const treacherousComponents = ['@target-uri', '@scheme'];

const headerNamePattern = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const labelPattern = /^[a-z*][a-z0-9_.*-]*$/;

/**
 * Reads a list of covered components, separated by blanks or commas: `@method @authority content-type`.
 * @throws {SignatureProfileError} for an empty list, a name given twice, and names that cannot be signed safely
 */
export function parseCoveredComponents(text: string): readonly string[] {
  const components = words(text);
  assertCoveredComponents(components);
  return Object.freeze(components);
}

/**
 * Reads a list of signature parameters, separated by blanks or commas: `created expires keyid alg`.
 * @throws {SignatureProfileError} for an empty list, unknown names, a name given twice, and a list without `keyid`
 */
export function parseSignatureParameters(text: string): readonly SignatureParameter[] {
  const parameters = words(text);
  assertSignatureParameters(parameters);
  return Object.freeze(parameters);
}

/**
 * Reads a list of digest algorithms, separated by blanks or commas: `sha-256 sha-512`.
 * @throws {SignatureProfileError} for an empty list, unknown names and a name given twice
 */
export function parseDigestAlgorithms(text: string): readonly DigestAlgorithm[] {
  const algorithms = words(text);
  assertDigestAlgorithms(algorithms);
  return Object.freeze(algorithms);
}

/**
 * The profile that is used where nothing else is set. The documentation does not list the components that the API
 * demands, so this covers everything that a server can sensibly ask for, and nothing that the vendor's own verifier
 * computes differently. Facts: https://docs.offblocks.xyz/developer-guides/api-integration/request-signatures and
 * github.com/OffBlocks/httpsig.
 */
export const DEFAULT_SIGNATURE_PROFILE: SignatureProfile = Object.freeze({
  label: 'sig',
  components: parseCoveredComponents(
    '@method @authority @path @query authorization content-type content-digest idempotency-key',
  ),
  parameters: parseSignatureParameters('created expires keyid alg'),
  digestAlgorithms: parseDigestAlgorithms('sha-256 sha-512'),
  lifetimeSeconds: 300,
  backdateSeconds: 1,
});

/** Parts of a profile as they come from settings: names not yet checked. */
export interface SignatureSettings {
  readonly label?: string;
  readonly components?: readonly string[];
  readonly parameters?: readonly string[];
  readonly digestAlgorithms?: readonly string[];
  readonly lifetimeSeconds?: number;
  readonly backdateSeconds?: number;
}

/**
 * The default profile with some settings replaced; frozen.
 * @throws {SignatureProfileError} for a setting that cannot be used
 */
export function createSignatureProfile(settings: SignatureSettings): SignatureProfile {
  const {
    label = DEFAULT_SIGNATURE_PROFILE.label,
    components = DEFAULT_SIGNATURE_PROFILE.components,
    parameters = DEFAULT_SIGNATURE_PROFILE.parameters,
    digestAlgorithms = DEFAULT_SIGNATURE_PROFILE.digestAlgorithms,
    lifetimeSeconds = DEFAULT_SIGNATURE_PROFILE.lifetimeSeconds,
    backdateSeconds = DEFAULT_SIGNATURE_PROFILE.backdateSeconds,
  } = settings;
  if (!labelPattern.test(label)) throw new SignatureProfileError(`"${label}" is no signature label`);
  assertCoveredComponents(components);
  assertSignatureParameters(parameters);
  assertDigestAlgorithms(digestAlgorithms);
  assertSeconds('the life of a signature', lifetimeSeconds, { min: 1, max: 3600 });
  // One that begins in the past by its whole life has expired before it is sent.
  const maxBackdateSeconds = Math.min(60, lifetimeSeconds - 1);
  assertSeconds('the back-dating of a signature', backdateSeconds, { min: 0, max: maxBackdateSeconds });
  return Object.freeze({
    label,
    components: Object.freeze([...components]),
    parameters: Object.freeze([...parameters]),
    digestAlgorithms: Object.freeze([...digestAlgorithms]),
    lifetimeSeconds,
    backdateSeconds,
  });
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

function assertCoveredComponents(names: readonly string[]): void {
  assertDistinctNames(names, 'covered components');
  for (const name of names) {
    if (treacherousComponents.includes(name)) {
      throw new SignatureProfileError(
        `${name} cannot be covered: the API would compute another value. Use @method, @authority, @path and @query`,
      );
    }
    if (name === 'signature' || name === 'signature-input') {
      throw new SignatureProfileError(`${name} cannot be covered: it does not exist yet when the request is signed`);
    }
    if (!derivedComponents.includes(name) && !headerNamePattern.test(name)) {
      throw new SignatureProfileError(
        `"${name}" cannot be covered: neither a header name in lower case nor one of ${derivedComponents.join(', ')}`,
      );
    }
  }
}

function assertSignatureParameters(names: readonly string[]): asserts names is readonly SignatureParameter[] {
  assertDistinctNames(names, 'signature parameters');
  for (const name of names) assertKnown(name, SIGNATURE_PARAMETERS, 'signature parameter');
  if (!names.includes('keyid')) {
    throw new SignatureProfileError('The signature parameters need keyid: without it the API cannot find the key');
  }
}

function assertDigestAlgorithms(names: readonly string[]): asserts names is readonly DigestAlgorithm[] {
  assertDistinctNames(names, 'digest algorithms');
  for (const name of names) assertKnown(name, DIGEST_ALGORITHMS, 'digest algorithm');
}

function assertKnown(name: string, known: readonly string[], what: string): void {
  if (!known.includes(name)) {
    throw new SignatureProfileError(`"${name}" is no ${what} in use here; known are ${known.join(', ')}`);
  }
}

function assertDistinctNames(names: readonly string[], what: string): void {
  if (names.length === 0) throw new SignatureProfileError(`The list of ${what} is empty`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new SignatureProfileError(`The list of ${what} has "${twice}" twice`);
}

function assertSeconds(what: string, seconds: number, { min, max }: { min: number; max: number }): void {
  if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
    throw new SignatureProfileError(
      `${seconds} is not usable as ${what}: a whole number from ${min} to ${max} (seconds)`,
    );
  }
}
