import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import {
  createRequestSigner,
  type OutboundRequest,
  type RequestSigner,
  signatureTimes,
  UnsignableRequestError,
} from '../../../src/auth/outbound/request-signer.js';
import {
  createSignatureProfile,
  DEFAULT_SIGNATURE_PROFILE,
  parseCoveredComponents,
  parseDigestAlgorithms,
  parseSignatureParameters,
} from '../../../src/auth/outbound/signature-profile.js';
import type { SigningKey } from '../../../src/auth/outbound/signing-key.js';
import { createSigningKeyRing } from '../../../src/auth/outbound/signing-key-ring.js';
import { fc } from '../../support/fast-check.js';
import { contentDigestVectors } from '../../vectors/content-digest.vectors.js';
import {
  derivedComponentVectors,
  type SignatureBaseVector,
  signatureBaseVectors,
} from '../../vectors/signature-base.vectors.js';
import { aKey, aSpyingKey, verifiesP384, verifyReceived } from './signing-test-kit.js';

const nowEpochSeconds = 1705072347;
const now = () => new Date(nowEpochSeconds * 1000 + 999);

function aRequest(changes: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    method: 'GET',
    url: new URL('https://api.offblocks.xyz/v1/cards'),
    headers: { authorization: 'Bearer JWT' },
    ...changes,
  };
}

function aSigner(...keys: SigningKey[]): RequestSigner {
  return createRequestSigner({ keys: createSigningKeyRing({ keys }), now });
}

function profileOf({ components, parameters, digestAlgorithms }: SignatureBaseVector) {
  return createSignatureProfile({
    ...(components && { components: parseCoveredComponents(components) }),
    ...(parameters && { parameters: parseSignatureParameters(parameters) }),
    ...(digestAlgorithms && { digestAlgorithms: parseDigestAlgorithms(digestAlgorithms) }),
  });
}

function signatureBytes(headers: Readonly<Record<string, string>>): Buffer {
  const [, base64] = /^sig=:([A-Za-z0-9+/]+=*):$/.exec(headers.signature ?? '') ?? [];
  if (!base64) throw new Error(`no signature in ${headers.signature}`);
  return Buffer.from(base64, 'base64');
}

const covered = ['@method', '@authority', '@path', '@query', 'authorization'];

describe('the signature base', () => {
  it.each(signatureBaseVectors)('is byte for byte that of $source', async (vector) => {
    const { request, createdEpochSeconds, keyId, base } = vector;
    const { key, signed } = aSpyingKey(keyId);
    const signer = createRequestSigner({
      keys: createSigningKeyRing({ keys: [key] }),
      profile: profileOf(vector),
      now: () => new Date((createdEpochSeconds + 1) * 1000),
    });
    await signer.sign({
      method: request.method,
      url: new URL(request.url),
      headers: request.headers,
      ...(request.body !== undefined && { body: Buffer.from(request.body) }),
    });
    expect(signed).toEqual([base.join('\n')]);
  });

  it.each(derivedComponentVectors)('has $line for $url ($source)', async ({ url, line }) => {
    const { key, signed } = aSpyingKey('key-1');
    await aSigner(key).sign(aRequest({ url: new URL(url) }));
    expect(signed[0]?.split('\n')).toContain(line);
  });

  it('covers a listed header only in requests that have it', async () => {
    const { key, signed } = aSpyingKey('key-1');
    const profile = createSignatureProfile({
      components: parseCoveredComponents('@request-target x-note authorization'),
    });
    const signer = createRequestSigner({ keys: createSigningKeyRing({ keys: [key] }), profile, now });
    const url = new URL('https://api.offblocks.xyz/v1/cards?page=1');
    await signer.sign(aRequest({ url }));
    await signer.sign(aRequest({ url, headers: { authorization: 'Bearer JWT', 'x-note': 'n' } }));
    expect(signed.map((base) => base.split('\n').slice(0, -1))).toEqual([
      ['"@request-target": /v1/cards?page=1', '"authorization": Bearer JWT'],
      ['"@request-target": /v1/cards?page=1', '"x-note": n', '"authorization": Bearer JWT'],
    ]);
  });

  it('does without a token where the profile does not cover it', async () => {
    const { key, signed } = aSpyingKey('key-1');
    const profile = createSignatureProfile({ components: ['@method'] });
    await createRequestSigner({ keys: createSigningKeyRing({ keys: [key] }), profile, now }).sign(
      aRequest({ headers: {} }),
    );
    expect(signed[0]?.split('\n')[0]).toBe('"@method": GET');
  });

  it('holds the bytes of header values, quotes and backslashes included', async () => {
    const { key, signed } = aSpyingKey('key-1');
    await aSigner(key).sign(aRequest({ headers: { authorization: 'Bearer JWT', 'content-type': 'a/b; c="d\\"e"' } }));
    expect(signed[0]?.split('\n')).toContain('"content-type": a/b; c="d\\"e"');
  });
});

describe('the times of a signature', () => {
  it.each([
    [1705072347_000, 1705072346, 1705072646],
    [1705072347_999, 1705072346, 1705072646],
    [1705072348_000, 1705072347, 1705072647],
  ])('at %d ms are rounded down, a second back, and 300 s apart', (nowMs, created, expires) => {
    const times = signatureTimes({ profile: DEFAULT_SIGNATURE_PROFILE, now: new Date(nowMs) });
    expect(times).toEqual({ created: new Date(created * 1000), expires: new Date(expires * 1000) });
  });

  it('are settings', () => {
    const profile = createSignatureProfile({ lifetimeSeconds: 30, backdateSeconds: 5 });
    const times = signatureTimes({ profile, now: new Date(100_000) });
    expect(times).toEqual({ created: new Date(95_000), expires: new Date(125_000) });
  });
});

describe('the headers of a signed request', () => {
  it('are the given ones and the signature where there is no body', async () => {
    const { signingKey } = aKey();
    const headers = await aSigner(signingKey).sign(
      aRequest({ headers: { authorization: 'Bearer JWT', accept: '*/*' } }),
    );
    expect(Object.keys(headers)).toEqual(['authorization', 'accept', 'signature-input', 'signature']);
    expect(headers['signature-input']).toBe(
      'sig=("@method" "@authority" "@path" "@query" "authorization");created=1705072346;expires=1705072646;keyid="key-1";alg="ecdsa-p384-sha384"',
    );
    expect(signatureBytes(headers)).toHaveLength(96);
  });

  it('hold a digest of the exact bytes where there is a body', async () => {
    const { signingKey } = aKey();
    const body = Buffer.from('{"hello": "world"}\n');
    const headers = await aSigner(signingKey).sign(aRequest({ method: 'POST', body }));
    expect(headers['content-digest']).toBe(`${contentDigestVectors[0]?.value}, ${contentDigestVectors[1]?.value}`);
    expect(headers['signature-input']).toContain('"authorization" "content-digest")');
  });

  it('hold no digest for an empty body', async () => {
    const { signingKey } = aKey();
    const headers = await aSigner(signingKey).sign(aRequest({ method: 'POST', body: new Uint8Array() }));
    expect(headers).not.toHaveProperty('content-digest');
  });

  it('leave behind the signature and digest of an earlier try', async () => {
    const { signingKey, publicKey } = aKey();
    const signer = aSigner(signingKey);
    const body = Buffer.from('{}');
    const first = await signer.sign(aRequest({ method: 'POST', body }));
    const second = await signer.sign(aRequest({ method: 'POST', body, headers: first }));
    expect(second['signature-input']).toBe(first['signature-input']);
    expect(second['content-digest']).toBe(first['content-digest']);
    await verifyReceived({
      method: 'POST',
      targetUri: 'https://api.offblocks.xyz/v1/cards',
      headers: second,
      publicKeys: { 'key-1': publicKey },
      requiredComponents: [...covered, 'content-digest'],
      nowEpochSeconds,
    });
    const withoutBody = await signer.sign(aRequest({ headers: first }));
    expect(withoutBody).not.toHaveProperty('content-digest');
  });

  it('do not change the given ones', async () => {
    const { signingKey } = aKey();
    const given = Object.freeze({ authorization: 'Bearer JWT' });
    await aSigner(signingKey).sign(aRequest({ headers: given }));
    expect(given).toEqual({ authorization: 'Bearer JWT' });
  });

  it('carry a fresh nonce where the profile has one', async () => {
    const keys = createSigningKeyRing({ keys: [aKey().signingKey] });
    const profile = createSignatureProfile({ parameters: parseSignatureParameters('created keyid alg nonce') });
    const signer = createRequestSigner({ keys, profile, now });
    const nonceOf = async () =>
      /nonce="([\w-]{22})"/.exec((await signer.sign(aRequest()))['signature-input'] ?? '')?.[1];
    const [one, two] = [await nonceOf(), await nonceOf()];
    expect(one).toBeDefined();
    expect(two).toBeDefined();
    expect(one).not.toBe(two);
  });

  it('carry the label of the profile', async () => {
    const keys = createSigningKeyRing({ keys: [aKey().signingKey] });
    const signer = createRequestSigner({ keys, profile: createSignatureProfile({ label: 'gateway' }), now });
    const headers = await signer.sign(aRequest());
    expect([headers['signature-input'], headers.signature]).toEqual([
      expect.stringMatching(/^gateway=\(/),
      expect.stringMatching(/^gateway=:/),
    ]);
  });
});

describe('a signature', () => {
  it('verifies with node:crypto over a base made by hand', async () => {
    const { signingKey, publicKey } = aKey();
    const headers = await aSigner(signingKey).sign(
      aRequest({ url: new URL('https://api.offblocks.xyz/v1/a%2Fb?x=1') }),
    );
    const base = [
      '"@method": GET',
      '"@authority": api.offblocks.xyz',
      '"@path": /v1/a%2Fb',
      '"@query": ?x=1',
      '"authorization": Bearer JWT',
      `"@signature-params": ${headers['signature-input']?.slice('sig='.length)}`,
    ].join('\n');
    const signature = signatureBytes(headers);
    expect(signature).toHaveLength(96);
    expect(verifiesP384({ publicKey, data: Buffer.from(base), signature })).toBe(true);
  });

  it.each<[string, Partial<{ method: string; targetUri: string; name: string; value: string }>]>([
    ['method', { method: 'DELETE' }],
    ['host', { targetUri: 'https://api.example.com/v1/cards?page=1' }],
    ['path', { targetUri: 'https://api.offblocks.xyz/v1/card?page=1' }],
    ['query', { targetUri: 'https://api.offblocks.xyz/v1/cards?page=2' }],
    ['authorization', { name: 'authorization', value: 'Bearer OTHER' }],
    ['content-type', { name: 'content-type', value: 'text/plain' }],
    ['content-digest', { name: 'content-digest', value: 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:' }],
    ['idempotency-key', { name: 'idempotency-key', value: 'other' }],
  ])('does not verify for another %s', async (_, { method = 'POST', targetUri, name, value }) => {
    const { signingKey, publicKey } = aKey();
    const url = 'https://api.offblocks.xyz/v1/cards?page=1';
    const headers = await aSigner(signingKey).sign({
      method: 'POST',
      url: new URL(url),
      headers: { authorization: 'Bearer JWT', 'content-type': 'application/json', 'idempotency-key': 'key' },
      body: Buffer.from('{}'),
    });
    const received = {
      publicKeys: { 'key-1': publicKey },
      requiredComponents: [...covered, 'content-type', 'content-digest', 'idempotency-key'],
      nowEpochSeconds,
    };
    await verifyReceived({ ...received, method: 'POST', targetUri: url, headers });
    const tampered = name !== undefined && value !== undefined ? { ...headers, [name]: value } : headers;
    await expect(
      verifyReceived({ ...received, method, targetUri: targetUri ?? url, headers: tampered }),
    ).rejects.toMatchObject({ code: 'VerificationFailed' });
  });

  it.each([
    [1705072345, false],
    [1705072346, true],
    [1705072646, true],
    [1705072647, false],
  ])('at %d, with a verifier that has no tolerance, holds: %s', async (at, holds) => {
    const { signingKey, publicKey } = aKey();
    const verified = verifyReceived({
      method: 'GET',
      targetUri: 'https://api.offblocks.xyz/v1/cards',
      headers: await aSigner(signingKey).sign(aRequest()),
      publicKeys: { 'key-1': publicKey },
      requiredComponents: covered,
      nowEpochSeconds: at,
    });
    await (holds ? expect(verified).resolves.toBeDefined() : expect(verified).rejects.toBeDefined());
  });
});

describe('a change of key', () => {
  it('leaves every request signed whole by one key, whichever that was', async () => {
    const [old, next] = [aKey('old'), aKey('new')];
    const keys = createSigningKeyRing({ keys: [old.signingKey] });
    const signer = createRequestSigner({ keys, now });
    const inFlight = Array.from({ length: 20 }, () => signer.sign(aRequest()));
    keys.replace([next.signingKey, old.signingKey]);
    const after = Array.from({ length: 20 }, () => signer.sign(aRequest()));
    keys.promote('old');
    const back = signer.sign(aRequest());

    const keyIds = [];
    for (const headers of await Promise.all([...inFlight, ...after, back])) {
      const { parameters } = await verifyReceived({
        method: 'GET',
        targetUri: 'https://api.offblocks.xyz/v1/cards',
        headers,
        publicKeys: { old: old.publicKey, new: next.publicKey },
        requiredComponents: covered,
        nowEpochSeconds,
      });
      keyIds.push(parameters.keyid);
    }
    expect(keyIds).toEqual([...Array(20).fill('old'), ...Array(20).fill('new'), 'old']);
  });

  it('is told apart by the key ID, quoted as a structured field', async () => {
    const key = aKey('a "quoted" \\ id');
    const headers = await aSigner(key.signingKey).sign(aRequest());
    const { parameters } = await verifyReceived({
      method: 'GET',
      targetUri: 'https://api.offblocks.xyz/v1/cards',
      headers,
      publicKeys: { 'a "quoted" \\ id': key.publicKey },
      requiredComponents: covered,
      nowEpochSeconds,
    });
    expect(parameters.keyid).toBe('a "quoted" \\ id');
  });
});

describe('a request that cannot be signed', () => {
  it.each<[string, Partial<OutboundRequest>, string]>([
    ['without a token', { headers: {} }, 'without the header authorization'],
    ['with a method in lower case', { method: 'patch' }, 'upper case'],
    ['with no method', { method: '' }, 'upper case'],
    [
      'with a header name in upper case',
      { headers: { authorization: 'Bearer s3cret', 'Idempotency-Key': 'x' } },
      'Idempotency-Key',
    ],
    [
      'with a line break in a covered value',
      { headers: { authorization: 'Bearer s3cret\n"@path": /x' } },
      'authorization',
    ],
    ['with an empty covered value', { headers: { authorization: '' } }, 'authorization'],
    ['with blanks at the end of a covered value', { headers: { authorization: 'Bearer s3cret ' } }, 'authorization'],
    ['with a covered value beyond ASCII', { headers: { authorization: 'Bearer s3crét' } }, 'authorization'],
  ])('is refused %s, naming the header and never its value', async (_, changes, message) => {
    const signing = aSigner(aKey().signingKey).sign(aRequest(changes));
    const error = await signing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnsignableRequestError);
    expect(error).toMatchObject({ code: 'UNSIGNABLE_REQUEST', message: expect.stringContaining(message) });
    expect(String(error)).not.toContain('s3cr');
  });
});

describe('what a server receives', () => {
  const key = aKey();
  const received: { method: string; targetUri: string; headers: Record<string, string>; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    void record(request).then(() => response.end());
  });
  let pool: Pool;
  let origin: string;

  async function record(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
    received.push({
      method: request.method ?? '',
      targetUri: `http://${request.headers.host}${request.url}`,
      headers,
      body: Buffer.concat(chunks),
    });
  }

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    pool = new Pool(origin);
  });

  afterAll(async () => {
    await pool.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('verifies with the other library, whatever path, query and body were sent', async () => {
    const signer = aSigner(key.signingKey);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
        fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('%2F', '..', '', 'é', ';a=b'))),
        fc.option(fc.string({ unit: 'grapheme', maxLength: 20 })),
        fc.uint8Array({ maxLength: 300 }),
        fc.option(fc.uuid(), { nil: undefined }),
        async (method, segments, query, bytes, idempotencyKey) => {
          const url = new URL(origin);
          url.pathname = `/v1/${segments.join('/')}`;
          if (query !== null) url.search = query;
          const body = method === 'GET' ? undefined : bytes;
          const headers = await signer.sign({
            method,
            url,
            headers: {
              authorization: 'Bearer JWT',
              ...(body && { 'content-type': 'application/json' }),
              ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
            },
            ...(body && { body }),
          });
          received.length = 0;
          const answer = await pool.request({ method, path: url.pathname + url.search, headers, body: body ?? null });
          await answer.body.dump();

          const [request] = received;
          if (!request) throw new Error('nothing arrived');
          expect(request.body.equals(Buffer.from(body ?? []))).toBe(true);
          const verified = await verifyReceived({
            ...request,
            publicKeys: { 'key-1': key.publicKey },
            requiredComponents: [
              ...covered,
              ...(body ? ['content-type'] : []),
              ...(body && body.length > 0 ? ['content-digest'] : []),
              ...(idempotencyKey ? ['idempotency-key'] : []),
            ],
            nowEpochSeconds,
          });
          expect(verified.signature).toHaveLength(96);
        },
      ),
      { numRuns: 150 },
    );
  });
});
