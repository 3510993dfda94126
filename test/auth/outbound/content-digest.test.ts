import { createHash } from 'node:crypto';
import { contentDigest } from '../../../src/auth/outbound/content-digest.js';
import { fc } from '../../support/fast-check.js';
import { contentDigestVectors } from '../../vectors/content-digest.vectors.js';

describe('Content-Digest', () => {
  it.each(contentDigestVectors)('matches the check value of $source', ({ body, algorithms, value }) => {
    expect(contentDigest({ body: Buffer.from(body), algorithms })).toBe(value);
  });

  it('lists its members in the order asked for', () => {
    const body = Buffer.from('{"hello": "world"}\n');
    const value = contentDigest({ body, algorithms: ['sha-256', 'sha-512'] });
    expect(value).toBe(`${contentDigestVectors[0]?.value}, ${contentDigestVectors[1]?.value}`);
  });

  it('covers bytes, whatever text they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        const expected = createHash('sha256').update(Buffer.from(body)).digest('base64');
        expect(contentDigest({ body, algorithms: ['sha-256'] })).toBe(`sha-256=:${expected}:`);
      }),
    );
  });

  it('covers a view of a larger buffer by its own bytes only', () => {
    const body = new Uint8Array(Buffer.from('xx{"hello": "world"}\nyy')).subarray(2, 21);
    expect(contentDigest({ body, algorithms: ['sha-256'] })).toBe(contentDigestVectors[0]?.value);
  });
});
