import { createHash } from 'node:crypto';

/** Digest algorithms of RFC 9530 that are fit for use (its section 5 marks the others insecure). */
export const DIGEST_ALGORITHMS = ['sha-256', 'sha-512'] as const;

export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

const hashNames: Readonly<Record<DigestAlgorithm, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' };

/**
 * Value of the `Content-Digest` header (RFC 9530 section 2): a dictionary with one member per algorithm, in the order
 * given, each over the exact bytes of `body`, e.g. `sha-256=:RK/0…bDg=:, sha-512=:YMAa…qg==:`.
 */
export function contentDigest(options: { body: Uint8Array; algorithms: readonly DigestAlgorithm[] }): string {
  return options.algorithms
    .map((algorithm) => `${algorithm}=:${createHash(hashNames[algorithm]).update(options.body).digest('base64')}:`)
    .join(', ');
}
