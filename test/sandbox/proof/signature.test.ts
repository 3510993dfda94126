import { createHash, generateKeyPairSync } from 'node:crypto';
import { digestOf, type SignatureChoices, type WireRequest } from '../support/hand-signer.js';
import { KEY_ID, SandboxClient, startForTest } from '../support/sandbox-client.js';

const BODY = { callbackUrl: 'https://receiver.example/hook', types: ['card.updated'] };
const NOW_SECONDS = 1_770_000_000;
const { privateKey: STRANGERS_KEY } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });

/** `beforeSigning` changes the request and then it is signed; `afterSigning` changes what was signed. */
interface Case {
  name: string;
  reason: string;
  choices?: Partial<SignatureChoices>;
  beforeSigning?: (request: WireRequest) => WireRequest;
  afterSigning?: (request: WireRequest) => WireRequest;
}

const withHeaders = (headers: Record<string, string | undefined>) => (request: WireRequest) => {
  const merged = Object.entries({ ...request.headers, ...headers }).filter(([, value]) => value !== undefined);
  return { ...request, headers: Object.fromEntries(merged) as Record<string, string> };
};
const editHeader = (name: string, edit: (value: string) => string) => (request: WireRequest) =>
  withHeaders({ [name]: edit(request.headers[name] ?? '') })(request);
const editBody = (edit: (body: string) => string) => (request: WireRequest) => ({
  ...request,
  body: edit(request.body),
});
const cover = (...components: string[]) => ({ components });

const ALL = [
  '@method',
  '@authority',
  '@path',
  '@query',
  'authorization',
  'content-type',
  'content-digest',
  'idempotency-key',
];
const withoutComponent = (name: string): Case => ({
  name: `${name} not covered`,
  reason: `Required component "${name}" is absent`,
  choices: cover(...ALL.filter((component) => component !== name)),
});
const sha1 = (body: string) => createHash('sha1').update(body).digest('base64');
const parameters = (text: string): Partial<SignatureChoices> => ({ parameters: text });
const KEYID = `;keyid="${KEY_ID}"`;

const TAMPERED: Case[] = [
  {
    name: 'another method',
    reason: 'VerificationFailed',
    afterSigning: (request) => ({
      ...request,
      method: 'DELETE',
      target: '/v1/webhooks/0d5a1f6c-3b39-4b8e-9f51-6f6a2f2f8c11',
    }),
  },
  {
    name: 'an added query',
    reason: 'VerificationFailed',
    afterSigning: (request) => ({ ...request, target: `${request.target}?page=2` }),
  },
  {
    name: 'another authority',
    reason: 'VerificationFailed',
    afterSigning: editHeader('host', () => 'api.offblocks.xyz'),
  },
  {
    name: 'another content type',
    reason: 'VerificationFailed',
    afterSigning: editHeader('content-type', (value) => `${value};a=b`),
  },
  {
    name: 'another idempotency key',
    reason: 'VerificationFailed',
    afterSigning: editHeader('idempotency-key', () => '11111111-2222-4333-8444-555555555555'),
  },
  {
    name: 'another, matching, digest',
    reason: 'VerificationFailed',
    afterSigning: (request) =>
      withHeaders({ 'content-digest': `sha-256=:${createHash('sha256').update(request.body).digest('base64')}:` })(
        request,
      ),
  },
  {
    name: 'one byte of the body',
    reason: 'digest mismatch',
    afterSigning: editBody((body) => body.replace('receiver', 'receivor')),
  },
  {
    name: 'a body with its own digest',
    reason: 'VerificationFailed',
    afterSigning: (request) => {
      const body = request.body.replace('receiver', 'receivor');
      return withHeaders({ 'content-digest': digestOf(body) })({ ...request, body });
    },
  },
  { name: 'no digest', reason: 'digest missing', afterSigning: withHeaders({ 'content-digest': undefined }) },
  {
    name: 'a digest of other bytes',
    reason: 'digest mismatch',
    beforeSigning: withHeaders({ 'content-digest': digestOf('{}') }),
  },
  {
    name: 'one good and one bad digest',
    reason: 'digest mismatch',
    beforeSigning: editHeader('content-digest', (value) => `${value.split(',')[0]}, ${digestOf('{}').split(', ')[1]}`),
  },
  {
    name: 'only a digest of an unknown algorithm',
    reason: 'digest unknown',
    beforeSigning: (request) => withHeaders({ 'content-digest': `sha=:${sha1(request.body)}:` })(request),
  },
  {
    name: 'a digest without colons',
    reason: 'digest malformed',
    beforeSigning: editHeader('content-digest', (value) => value.replaceAll(':', '')),
  },
  { name: 'an empty digest', reason: 'digest malformed', beforeSigning: withHeaders({ 'content-digest': '' }) },
  { name: 'no Signature', reason: 'MissingField', afterSigning: withHeaders({ signature: undefined }) },
  { name: 'no Signature-Input', reason: 'MissingField', afterSigning: withHeaders({ 'signature-input': undefined }) },
  {
    name: 'labels that differ',
    reason: 'LabelMismatch',
    afterSigning: editHeader('signature', (value) => value.replace('sig=', 'gis=')),
  },
  {
    name: 'a label without signature',
    reason: 'LabelMismatch',
    afterSigning: editHeader('signature-input', (value) => `${value}, b=("@method")`),
  },
  {
    name: 'a Signature that is no byte sequence',
    reason: 'MalformedField',
    afterSigning: editHeader('signature', () => 'sig="abc"'),
  },
  {
    name: 'a Signature-Input that is no structured field',
    reason: 'MalformedField',
    afterSigning: editHeader('signature-input', () => 'sig=((('),
  },
  {
    name: 'a changed bit of the signature',
    reason: 'VerificationFailed',
    afterSigning: editHeader('signature', (value) =>
      value.replace(/:(.)/, (_, first: string) => `:${first === 'A' ? 'B' : 'A'}`),
    ),
  },
  {
    name: 'a changed expires',
    reason: 'VerificationFailed',
    afterSigning: editHeader('signature-input', (value) =>
      value.replace(/expires=(\d+)/, (_, end: string) => `expires=${Number(end) - 1}`),
    ),
  },
  {
    name: 'components in another order',
    reason: 'VerificationFailed',
    afterSigning: editHeader('signature-input', (value) =>
      value.replace('"@method" "@authority"', '"@authority" "@method"'),
    ),
  },
  { name: 'a DER signature', reason: 'not 96 bytes', choices: { encoding: 'der' } },
  { name: 'an empty signature', reason: 'not 96 bytes', afterSigning: editHeader('signature', () => 'sig=::') },
  { name: 'an unknown key', reason: 'unknown key', choices: { keyId: 'nobody' } },
  {
    name: "a stranger's key under a known key ID",
    reason: 'VerificationFailed',
    choices: { privateKey: STRANGERS_KEY },
  },
  {
    name: 'an expired signature',
    reason: 'Signature has expired',
    choices: { createdSeconds: NOW_SECONDS - 301, expiresSeconds: NOW_SECONDS - 1 },
  },
  {
    name: 'a signature older than its longest age',
    reason: 'Signature is too old',
    choices: { createdSeconds: NOW_SECONDS - 301, expiresSeconds: NOW_SECONDS },
  },
  {
    name: 'a signature from the future',
    reason: 'Signature was created in the future',
    choices: { createdSeconds: NOW_SECONDS + 1 },
  },
  {
    name: 'a signature that lives too long',
    reason: 'lives too long',
    choices: { createdSeconds: NOW_SECONDS, expiresSeconds: NOW_SECONDS + 301 },
  },
  {
    name: 'no created',
    reason: 'Required parameter created is absent',
    choices: parameters(`;expires=${NOW_SECONDS + 60}${KEYID}`),
  },
  {
    name: 'no expires',
    reason: 'Required parameter expires is absent',
    choices: parameters(`;created=${NOW_SECONDS}${KEYID}`),
  },
  {
    name: 'no keyid',
    reason: 'Required parameter keyid is absent',
    choices: parameters(`;created=${NOW_SECONDS};expires=${NOW_SECONDS + 60}`),
  },
  {
    name: 'another algorithm',
    reason: 'PolicyViolation',
    choices: parameters(`;created=${NOW_SECONDS};expires=${NOW_SECONDS + 60}${KEYID};alg="ecdsa-p256-sha256"`),
  },
  {
    name: 'a parameter that nobody knows',
    reason: 'unknown parameter',
    choices: parameters(`;created=${NOW_SECONDS};expires=${NOW_SECONDS + 60}${KEYID};color="red"`),
  },
  { name: '@target-uri covered', reason: 'unusable component', choices: cover(...ALL, '@target-uri') },
  { name: '@scheme covered', reason: 'unusable component', choices: cover(...ALL, '@scheme') },
  ...ALL.map(withoutComponent),
];

describe('verification of digest and signature', () => {
  let client: SandboxClient;
  beforeAll(async () => {
    client = await startForTest({ clock: () => new Date(NOW_SECONDS * 1000) });
  });
  beforeEach(() => client.sandbox.resetStats());

  const prepare = (headers?: Record<string, string>) =>
    client.prepare('PUT', '/webhooks', { body: BODY, ...(headers && { headers }) });

  it.each(TAMPERED)('refuses $name', async ({ reason, choices, beforeSigning, afterSigning }) => {
    const prepared = await prepare();
    const signed = client.sign(beforeSigning ? beforeSigning(prepared) : prepared, choices);
    const answer = await client.send(afterSigning ? afterSigning(signed) : signed);
    expect(answer).toMatchObject({ status: 400, text: 'invalid required signature' });
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(client.sandbox.stats().refusedSignatures).toMatchObject({ total: 1, byReason: { [reason]: 1 } });
    expect(client.sandbox.stats().executions).toEqual({});
  });

  it.each([
    { method: 'GET', signedPath: '/cards', sentPath: '/accounts' },
    { method: 'PATCH', signedPath: '/cards/1/activate', sentPath: '/cards/1/deactivate' },
    { method: 'GET', signedPath: '/cards?a=1', sentPath: '/cards?a=2' },
    { method: 'GET', signedPath: '/cards/%41', sentPath: '/cards/A' },
  ])('refuses the signature of $signedPath for $sentPath', async ({ method, signedPath, sentPath }) => {
    const signed = client.sign(await client.prepare(method, signedPath));
    const answer = await client.send({ ...signed, target: `/v1${sentPath}` });
    expect(answer).toMatchObject({ status: 400, text: 'invalid required signature' });
    expect(client.sandbox.stats().refusedSignatures.byReason).toEqual({ VerificationFailed: 1 });
  });

  it('refuses a signature made for another token', async () => {
    const signed = client.sign(await prepare());
    const answer = await client.send(withHeaders({ authorization: `Bearer ${await client.fetchToken()}` })(signed));
    expect(answer.status).toBe(400);
  });

  const ACCEPTED: Pick<Case, 'name' | 'choices' | 'beforeSigning' | 'afterSigning'>[] = [
    { name: 'both digests' },
    { name: 'sha-256 alone', beforeSigning: editHeader('content-digest', (value) => value.split(',')[0] ?? '') },
    { name: 'sha-512 alone', beforeSigning: editHeader('content-digest', (value) => value.split(', ')[1] ?? '') },
    {
      name: 'an unknown digest beside a known one',
      beforeSigning: editHeader('content-digest', (value) => `unixsum=:AAAA:, ${value}`),
    },
    {
      name: 'parameters in another order, with a nonce and without alg',
      choices: parameters(`${KEYID};nonce="n-1";expires=${NOW_SECONDS + 60};created=${NOW_SECONDS}`),
    },
    { name: 'components in another order', choices: cover(...[...ALL].reverse()) },
    {
      name: 'more components than demanded',
      beforeSigning: withHeaders({ 'x-more': 'yes' }),
      choices: cover(...ALL, 'x-more'),
    },
    { name: 'a signature of this very second', choices: { createdSeconds: NOW_SECONDS } },
    {
      name: 'a signature in its last second',
      choices: { createdSeconds: NOW_SECONDS - 300, expiresSeconds: NOW_SECONDS },
    },
    {
      name: 'another label',
      afterSigning: (request) =>
        withHeaders({
          signature: request.headers.signature?.replace('sig=', 'mine='),
          'signature-input': request.headers['signature-input']?.replace('sig=', 'mine='),
        })(request),
    },
    { name: 'headers that are not covered', afterSigning: withHeaders({ 'x-request-id': 'abc' }) },
    {
      name: 'a query that is covered',
      beforeSigning: (request) => ({ ...request, target: `${request.target}?a=%20b&c` }),
    },
  ];

  it.each(ACCEPTED)('accepts $name', async ({ choices, beforeSigning, afterSigning }) => {
    const prepared = await prepare();
    const signed = client.sign(beforeSigning ? beforeSigning(prepared) : prepared, choices);
    const answer = await client.send(afterSigning ? afterSigning(signed) : signed);
    expect({ status: answer.status, refusals: client.sandbox.stats().refusedSignatures.recent }).toEqual({
      status: 200,
      refusals: [],
    });
  });

  it('demands neither digest nor content type of a request without a body', async () => {
    expect((await client.call('GET', '/cards')).status).toBe(200);
    expect((await client.call('DELETE', '/webhooks/0d5a1f6c-3b39-4b8e-9f51-6f6a2f2f8c11')).status).toBe(404);
  });

  it('lets two keys overlap, and refuses a key that was taken away', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    client.sandbox.registerSigningKey({ keyId: 'next', publicKeyPem });
    const statusWith = async (choices: Partial<SignatureChoices>) =>
      (await client.send(client.sign(await client.prepare('GET', '/cards'), choices))).status;
    expect(await statusWith({})).toBe(200);
    expect(await statusWith({ keyId: 'next', privateKey })).toBe(200);
    expect(client.sandbox.removeSigningKey('next')).toBe(true);
    expect(await statusWith({ keyId: 'next', privateKey })).toBe(400);
    expect(await statusWith({})).toBe(200);
  });

  it('demands what its settings say', async () => {
    const strict = await startForTest({ signaturePolicy: { components: ['@method', 'x-more'], maxAgeSeconds: 10 } });
    const prepared = await strict.prepare('GET', '/cards', { headers: { 'x-more': 'yes' } });
    const created = strict.nowSeconds - 1;
    const short = { createdSeconds: created, expiresSeconds: created + 10 };
    expect((await strict.send(strict.sign(prepared, { ...short, ...cover('@method') }))).status).toBe(400);
    expect((await strict.send(strict.sign(prepared, { ...cover('@method', 'x-more') }))).status).toBe(400);
    expect((await strict.send(strict.sign(prepared, { ...short, ...cover('@method', 'x-more') }))).status).toBe(200);
  });
});
