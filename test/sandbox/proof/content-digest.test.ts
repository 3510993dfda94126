import { verifyContentDigest } from '../../../sandbox/proof/content-digest.js';

// Check values of digest_test.go in https://github.com/OffBlocks/httpsig for {"hello": "world"} and a line feed
const BODY = Buffer.from('{"hello": "world"}\n');
const SHA_256 = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';
const SHA_512 = 'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:';
const OF_NOTHING = 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:';

describe('verifyContentDigest', () => {
  it.each([
    { field: SHA_256, verdict: 'ok' },
    { field: SHA_512, verdict: 'ok' },
    { field: `${SHA_256}, ${SHA_512}`, verdict: 'ok' },
    { field: `md5=:AAAA:,${SHA_256}`, verdict: 'ok' },
    { field: undefined, verdict: 'digest missing' },
    { field: '', verdict: 'digest malformed' },
    { field: 'sha-256', verdict: 'digest malformed' },
    { field: `${SHA_256};a=1`, verdict: 'digest malformed' },
    { field: SHA_256.toUpperCase(), verdict: 'digest malformed' },
    { field: 'md5=:AAAA:', verdict: 'digest unknown' },
    { field: OF_NOTHING, verdict: 'digest mismatch' },
    { field: `${SHA_256}, ${OF_NOTHING}`, verdict: 'digest mismatch' },
  ])('says $verdict of $field', ({ field, verdict }) => {
    expect(verifyContentDigest({ field, body: BODY })).toBe(verdict);
  });

  it('asks for no digest of an empty body, but checks one that is there', () => {
    const body = Buffer.alloc(0);
    expect(verifyContentDigest({ field: undefined, body })).toBe('ok');
    expect(verifyContentDigest({ field: OF_NOTHING, body })).toBe('ok');
    expect(verifyContentDigest({ field: SHA_256, body })).toBe('digest mismatch');
  });
});
