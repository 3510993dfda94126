import {
  createSignatureProfile,
  DEFAULT_SIGNATURE_PROFILE,
  parseCoveredComponents,
  parseDigestAlgorithms,
  parseSignatureParameters,
  SignatureProfileError,
} from '../../../src/auth/outbound/signature-profile.js';

describe('the default signature profile', () => {
  it('covers what the API can sensibly demand, in a fixed order', () => {
    expect(DEFAULT_SIGNATURE_PROFILE).toEqual({
      label: 'sig',
      components: [
        '@method',
        '@authority',
        '@path',
        '@query',
        'authorization',
        'content-type',
        'content-digest',
        'idempotency-key',
      ],
      parameters: ['created', 'expires', 'keyid', 'alg'],
      digestAlgorithms: ['sha-256', 'sha-512'],
      lifetimeSeconds: 300,
      backdateSeconds: 1,
    });
  });

  it('is frozen all the way down', () => {
    const { components, parameters, digestAlgorithms } = DEFAULT_SIGNATURE_PROFILE;
    for (const part of [DEFAULT_SIGNATURE_PROFILE, components, parameters, digestAlgorithms]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });
});

describe('settings of the signature profile', () => {
  it('separate names by blanks, commas or both', () => {
    expect(parseSignatureParameters(' created,expires ,  keyid\talg, nonce ')).toEqual([
      'created',
      'expires',
      'keyid',
      'alg',
      'nonce',
    ]);
    expect(parseDigestAlgorithms('sha-512, sha-256')).toEqual(['sha-512', 'sha-256']);
  });

  it.each([
    ['', 'The list of covered components is empty'],
    [' , ', 'The list of covered components is empty'],
    ['@target-uri', '@target-uri cannot be covered'],
    ['@method @scheme', '@scheme cannot be covered'],
    ['content-type?', '"content-type?" cannot be covered'],
    ['@status', '"@status" cannot be covered'],
    ['@query-param;name="a"', 'cannot be covered'],
    ['Content-Type', '"Content-Type" cannot be covered'],
    ['content-digest;sf', 'cannot be covered'],
    ['signature-input', 'signature-input cannot be covered'],
    ['signature', 'signature cannot be covered'],
    ['@method @path @method', 'The list of covered components has "@method" twice'],
  ])('refuse the covered components "%s"', (text, message) => {
    expect(() => parseCoveredComponents(text)).toThrow(SignatureProfileError);
    expect(() => parseCoveredComponents(text)).toThrow(message);
  });

  it.each([
    ['', 'The list of signature parameters is empty'],
    ['created expires', 'need keyid'],
    ['created keyid tag', '"tag" is no signature parameter'],
    ['created Keyid', '"Keyid" is no signature parameter'],
    ['keyid keyid', 'The list of signature parameters has "keyid" twice'],
  ])('refuse the signature parameters "%s"', (text, message) => {
    expect(() => parseSignatureParameters(text)).toThrow(SignatureProfileError);
    expect(() => parseSignatureParameters(text)).toThrow(message);
  });

  it.each([
    ['', 'The list of digest algorithms is empty'],
    ['md5', '"md5" is no digest algorithm in use here; known are sha-256, sha-512'],
    ['sha-256 sha-256', 'The list of digest algorithms has "sha-256" twice'],
  ])('refuse the digest algorithms "%s"', (text, message) => {
    expect(() => parseDigestAlgorithms(text)).toThrow(SignatureProfileError);
    expect(() => parseDigestAlgorithms(text)).toThrow(message);
  });

  it.each([
    [{ label: 'Sig' }, 'no signature label'],
    [{ label: '' }, 'no signature label'],
    [{ lifetimeSeconds: 0 }, 'the life of a signature'],
    [{ lifetimeSeconds: 3601 }, 'the life of a signature'],
    [{ lifetimeSeconds: 1.5 }, 'the life of a signature'],
    [{ lifetimeSeconds: Number.NaN }, 'the life of a signature'],
    [{ backdateSeconds: -1 }, 'the back-dating of a signature'],
    [{ backdateSeconds: 61 }, 'the back-dating of a signature'],
    [{ lifetimeSeconds: 5, backdateSeconds: 5 }, 'the back-dating of a signature'],
    [{ digestAlgorithms: [] }, 'The list of digest algorithms is empty'],
    [{ digestAlgorithms: ['md5'] }, '"md5" is no digest algorithm'],
    [{ components: ['@method', '@scheme'] }, '@scheme cannot be covered'],
    [{ parameters: ['created'] }, 'need keyid'],
  ])('refuse %j', (settings, message) => {
    expect(() => createSignatureProfile(settings)).toThrow(SignatureProfileError);
    expect(() => createSignatureProfile(settings)).toThrow(message);
  });

  it('replace single parts of the default', () => {
    const profile = createSignatureProfile({ components: undefined, lifetimeSeconds: 60, backdateSeconds: 0 });
    expect(profile).toEqual({ ...DEFAULT_SIGNATURE_PROFILE, lifetimeSeconds: 60, backdateSeconds: 0 });
    expect(Object.isFrozen(profile)).toBe(true);
  });
});
