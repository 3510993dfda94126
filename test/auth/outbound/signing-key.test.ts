import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { inspect } from 'node:util';
import { parseSigningKey, publicKeyFingerprint } from '../../../src/auth/outbound/signing-key.js';
import { SigningKeyError, type SigningKeyErrorCode } from '../../../src/auth/outbound/signing-key-error.js';
import { parseSigningKeys } from '../../../src/auth/outbound/signing-key-text.js';
import { aKey, aPem, verifiesP384 } from './signing-test-kit.js';

function codeOf(run: () => unknown): SigningKeyErrorCode | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof SigningKeyError) return error.code;
    throw error;
  }
  return undefined;
}

const data = Buffer.from('signature base');
const ecParameters = '-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n';

describe('a signing key', () => {
  it.each<[string, (pem: { pkcs8: string; sec1: string }) => string]>([
    ['PKCS#8', ({ pkcs8 }) => pkcs8],
    ['SEC 1', ({ sec1 }) => sec1],
    ['SEC 1 after the EC PARAMETERS that openssl writes', ({ sec1 }) => ecParameters + sec1],
    ['literal \\n', ({ pkcs8 }) => pkcs8.replaceAll('\n', '\\n')],
    ['literal \\r\\n', ({ pkcs8 }) => pkcs8.replaceAll('\n', '\\r\\n')],
    ['CRLF', ({ pkcs8 }) => pkcs8.replaceAll('\n', '\r\n')],
    ['quotes that a shell would have removed', ({ pkcs8 }) => `"${pkcs8.replaceAll('\n', '\\n')}"`],
    ['blank lines around and a byte order mark', ({ pkcs8 }) => `\uFEFF\n\n${pkcs8}\n\n`],
    ['explanatory text before it', ({ pkcs8 }) => `key of the programme\n${pkcs8}`],
  ])('is read from PEM as %s', async (_, write) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const pem = write({
      pkcs8: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      sec1: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    });
    const key = parseSigningKey({ pem, keyId: ' key-1 ' });
    expect(key.keyId).toBe('key-1');
    expect(key.fingerprint).toBe(publicKeyFingerprint(publicKey));
    expect(verifiesP384({ publicKey, data, signature: await key.sign(data) })).toBe(true);
  });

  it('signs with r and s of 48 bytes each, never DER', async () => {
    const { signingKey, publicKey } = aKey();
    // One DER signature in about 128 has a short r or s; padding shows only there.
    const signatures = await Promise.all(Array.from({ length: 200 }, () => signingKey.sign(data)));
    expect(signatures.every((signature) => signature.length === 96)).toBe(true);
    expect(signatures.every((signature) => verifiesP384({ publicKey, data, signature }))).toBe(true);
  });

  it('shows nothing of the private key', () => {
    const { signingKey, pem } = aKey();
    const shown = `${JSON.stringify(signingKey)} ${inspect(signingKey, { depth: 9, showHidden: true })}`;
    expect(shown).toContain('key-1');
    expect(shown).not.toContain('PRIVATE');
    expect(shown).not.toContain(pem.split('\n')[1]);
  });

  const p384 = aPem('secp384r1');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed25519 = generateKeyPairSync('ed25519');
  const { privateKey: p384Key } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });

  it.each<[string, string, SigningKeyErrorCode]>([
    ['nothing', '', 'KEY_NOT_PEM'],
    ['prose', 'my secret key', 'KEY_NOT_PEM'],
    ['base64 without armour', Buffer.from(p384).toString('base64'), 'KEY_NOT_PEM'],
    ['a JWK', JSON.stringify(p384Key.export({ format: 'jwk' })), 'KEY_NOT_PEM'],
    ['PEM without its end', p384.slice(0, 120), 'KEY_NOT_PEM'],
    ['PEM with another end', p384.replace('END PRIVATE', 'END PUBLIC'), 'KEY_NOT_PEM'],
    ['a key, and the beginning of another', `${p384}${p384.slice(0, 90)}`, 'KEY_NOT_PEM'],
    ['armour around nothing', '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----', 'KEY_UNREADABLE'],
    ['armour around rubbish', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'KEY_UNREADABLE'],
    [
      'an OpenSSH key',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
      'KEY_UNREADABLE',
    ],
    ['only EC PARAMETERS', ecParameters, 'KEY_COUNT'],
    ['two keys', `${p384}\n${aPem('secp384r1')}`, 'KEY_COUNT'],
    [
      'an encrypted PKCS#8 key',
      p384Key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      'KEY_ENCRYPTED',
    ],
    [
      'an encrypted SEC 1 key',
      p384Key.export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      'KEY_ENCRYPTED',
    ],
    ['a public key', createPublicKey(p384).export({ type: 'spki', format: 'pem' }).toString(), 'KEY_IS_PUBLIC'],
    ['an RSA public key', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(), 'KEY_IS_PUBLIC'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'KEY_IS_PUBLIC'],
    ['RSA in PKCS#8', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'KEY_WRONG_TYPE'],
    ['RSA in PKCS#1', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), 'KEY_WRONG_TYPE'],
    ['Ed25519', ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'KEY_WRONG_TYPE'],
    ['P-256', aPem('prime256v1'), 'KEY_WRONG_CURVE'],
    ['P-521 in SEC 1', aPem('secp521r1', 'sec1'), 'KEY_WRONG_CURVE'],
    ['secp256k1', aPem('secp256k1'), 'KEY_WRONG_CURVE'],
  ])('is refused by name when it is %s', (_, pem, code) => {
    expect(codeOf(() => parseSigningKey({ pem, keyId: 'key-1' }))).toBe(code);
    try {
      parseSigningKey({ pem, keyId: 'key-1' });
    } catch (error) {
      const told = inspect(error, { depth: 9 });
      for (const line of pem.split('\n').filter((text) => /^[A-Za-z0-9+/=]{20,}$/.test(text))) {
        expect(told).not.toContain(line);
      }
    }
  });

  it.each<[string, SigningKeyErrorCode]>([
    ['', 'KEY_ID_MISSING'],
    ['  ', 'KEY_ID_MISSING'],
    ['clé', 'KEY_ID_INVALID'],
    ['a\nb', 'KEY_ID_INVALID'],
    ['x'.repeat(257), 'KEY_ID_INVALID'],
  ])('is refused with the key ID %j', (keyId, code) => {
    expect(codeOf(() => parseSigningKey({ pem: p384, keyId }))).toBe(code);
  });

  it('is checked against a signature of node:crypto the other way round', () => {
    const { publicKey, pem } = aKey();
    const signature = sign('sha384', data, { key: pem, dsaEncoding: 'ieee-p1363' });
    expect(verifiesP384({ publicKey, data, signature })).toBe(true);
  });
});

describe('a text with signing keys', () => {
  const [one, two, three] = [aPem('secp384r1'), aPem('secp384r1'), aPem('secp384r1')];
  const ids = (text: string, keyId?: string) => parseSigningKeys({ text, keyId }).map((key) => key.keyId);

  it('takes the key ID that is set when it names none', () => {
    expect(ids(one, 'set')).toEqual(['set']);
  });

  it('may name the key ID in a line before the key', () => {
    expect(ids(`keyid: named\n${one}`, 'set')).toEqual(['named']);
    expect(ids(`some words\n  KeyID:named-too  \n${one}`)).toEqual(['named-too']);
    expect(ids(`keyid: one-line\\n${one.replaceAll('\n', '\\n')}`)).toEqual(['one-line']);
  });

  it('keeps two keys in order, each with its own ID', () => {
    expect(ids(`keyid: new\n${one}\nkeyid: old\n${two}`)).toEqual(['new', 'old']);
    expect(ids(`keyid: new\n${one}${two}`, 'old')).toEqual(['new', 'old']);
  });

  it('applies the line to the key when EC PARAMETERS stand between', () => {
    const sec1 = aPem('secp384r1', 'sec1');
    expect(ids(`keyid: new\n${ecParameters}${sec1}keyid: old\n${ecParameters}${aPem('secp384r1', 'sec1')}`)).toEqual([
      'new',
      'old',
    ]);
  });

  it.each<[string, string, string | undefined, SigningKeyErrorCode]>([
    ['no key ID anywhere', one, undefined, 'KEY_ID_MISSING'],
    ['an empty key ID line', `keyid:\n${one}`, 'set', 'KEY_ID_MISSING'],
    ['two key ID lines for one key', `keyid: a\nkeyid: b\n${one}`, undefined, 'KEY_ID_INVALID'],
    ['two keys with one ID', `${one}${two}`, 'set', 'KEY_ID_DUPLICATE'],
    ['three keys', `keyid: a\n${one}keyid: b\n${two}keyid: c\n${three}`, undefined, 'KEY_COUNT'],
    ['only EC PARAMETERS', ecParameters, 'set', 'KEY_COUNT'],
    ['a second key that is cut off', `keyid: a\n${one}keyid: b\n${two.slice(0, 100)}`, undefined, 'KEY_NOT_PEM'],
    [
      'the public key beside the private one',
      `${one}${createPublicKey(one).export({ type: 'spki', format: 'pem' })}`,
      'set',
      'KEY_IS_PUBLIC',
    ],
    ['a second key on another curve', `keyid: a\n${one}keyid: b\n${aPem('prime256v1')}`, undefined, 'KEY_WRONG_CURVE'],
  ])('is refused with %s', (_, text, keyId, code) => {
    expect(codeOf(() => parseSigningKeys({ text, keyId }))).toBe(code);
  });
});
