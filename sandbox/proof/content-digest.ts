import { createHash } from 'node:crypto';

export type DigestVerdict = 'ok' | 'digest missing' | 'digest malformed' | 'digest unknown' | 'digest mismatch';

const HASH_BY_ALGORITHM: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' };
const MEMBER = /^[ \t]*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):[ \t]*$/;

/**
 * Checks a Content-Digest field (RFC 9530 section 2) against the bytes that arrived: every member of a known algorithm must
 * match, and there must be one at least; members of other algorithms are passed over. Without a body the field may be absent.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/request-signatures
 */
export function verifyContentDigest({ field, body }: { field: string | undefined; body: Uint8Array }): DigestVerdict {
  if (field === undefined) return body.length === 0 ? 'ok' : 'digest missing';
  let known = 0;
  for (const member of field.split(',')) {
    const [, algorithm = '', value = ''] = MEMBER.exec(member) ?? [];
    if (algorithm === '') return 'digest malformed';
    const hash = HASH_BY_ALGORITHM[algorithm];
    if (hash === undefined) continue;
    known += 1;
    if (createHash(hash).update(body).digest('base64') !== value) return 'digest mismatch';
  }
  return known === 0 ? 'digest unknown' : 'ok';
}
