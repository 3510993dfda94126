import { generateKeyPairSync } from 'node:crypto';
import { DeliverySigner } from '../../../sandbox/webhooks/delivery-signer.js';
import {
  createDeliverySignatureCheck,
  type DeliveryRequest,
  type DeliverySignaturePolicy,
  isDigestOf,
  parseDeliveryKey,
} from '../../../src/events/webhooks/delivery-signature.js';

const NOW = new Date('2026-11-21T12:00:00Z');
const URL_OF_GATEWAY = new URL('https://gateway.example.com/webhooks/offblocks/secret?x=1');
const BODY = '{"webhookType":"card.updated"}';

const pairOf = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const pair = pairOf('secp384r1');
const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const signer = (options: { keyId?: string; at?: Date } = {}) =>
  new DeliverySigner({
    key: {
      keyId: options.keyId ?? 'key-1',
      privateKeyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
    createId: () => 'unused',
    clock: () => options.at ?? NOW,
  });

async function aDelivery(options: { keyId?: string; at?: Date } = {}): Promise<DeliveryRequest> {
  const headers = await signer(options).sign({
    url: URL_OF_GATEWAY,
    body: BODY,
    headers: { 'content-type': 'application/json', host: URL_OF_GATEWAY.host },
  });
  return {
    method: 'POST',
    target: `${URL_OF_GATEWAY.pathname}${URL_OF_GATEWAY.search}`,
    rawHeaders: Object.entries(headers).flat(),
    body: Buffer.from(BODY),
  };
}

const check = (policy: DeliverySignaturePolicy) =>
  createDeliverySignatureCheck({ policy, key: parseDeliveryKey(publicPem), keyId: 'key-1', now: () => NOW });

const without = ({ rawHeaders, ...rest }: DeliveryRequest, ...names: string[]): DeliveryRequest => ({
  ...rest,
  rawHeaders: rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && !names.includes(name.toLowerCase()) ? [name, rawHeaders[index + 1] ?? ''] : [],
  ),
});

describe('a signed delivery', () => {
  it.each(['when-present', 'required'] as const)('passes (%s)', async (policy) => {
    expect(await check(policy).findFault(await aDelivery())).toBeNull();
  });

  it.each<[string, (delivery: DeliveryRequest) => DeliveryRequest]>([
    ['with another body', (one) => ({ ...one, body: Buffer.from(BODY.replace('card', 'bard')) })],
    ['at another path', (one) => ({ ...one, target: '/webhooks/offblocks/other?x=1' })],
    ['by another method', (one) => ({ ...one, method: 'PUT' })],
    ['without its digest', (one) => without(one, 'content-digest')],
    ['without half of its signature', (one) => without(one, 'signature')],
    ['without the other half', (one) => without(one, 'signature-input')],
    [
      'with a broken signature',
      (one) => ({
        ...one,
        rawHeaders: one.rawHeaders.map((part) => (part.startsWith('sig=:') ? `sig=:${'A'.repeat(128)}:` : part)),
      }),
    ],
    [
      'with a signature that is no structured field',
      (one) => ({ ...one, rawHeaders: one.rawHeaders.map((part) => (part.startsWith('sig=:') ? ';;' : part)) }),
    ],
  ])('%s is refused, whatever the policy', async (_name, change) => {
    const delivery = change(await aDelivery());
    expect(await check('when-present').findFault(delivery)).toBe('bad-signature');
    expect(await check('required').findFault(delivery)).toBe('bad-signature');
  });

  it('under another key ID is refused', async () => {
    expect(await check('required').findFault(await aDelivery({ keyId: 'key-2' }))).toBe('bad-signature');
  });

  it.each([
    [-290, null],
    [-335, 'bad-signature'],
    [25, null],
    [40, 'bad-signature'],
  ])('made %d seconds from now: %p', async (seconds, fault) => {
    const at = new Date(NOW.getTime() + seconds * 1_000);
    expect(await check('required').findFault(await aDelivery({ at }))).toBe(fault);
  });

  it('by another key is refused', async () => {
    const stranger = pairOf('secp384r1').publicKey;
    const strange = createDeliverySignatureCheck({ policy: 'required', key: stranger, keyId: 'key-1', now: () => NOW });
    expect(await strange.findFault(await aDelivery())).toBe('bad-signature');
  });
});

it('a delivery without a signature passes unless one is required', async () => {
  const delivery = without(await aDelivery(), 'signature', 'signature-input', 'content-digest');
  expect(await check('when-present').findFault(delivery)).toBeNull();
  expect(await check('required').findFault(delivery)).toBe('unsigned');
});

it.each([
  ['P-256', pairOf('prime256v1').publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  [
    'RSA',
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ],
  ['nonsense', 'nonsense'],
])('%s is no key for deliveries', (_name, pem) => {
  expect(() => parseDeliveryKey(pem)).toThrow();
});

describe('a digest', () => {
  const body = Buffer.from('{"hello": "world"}\n');
  const SHA256 = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';
  const SHA512 = 'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:';
  it.each([
    [SHA256, true],
    [`${SHA256}, ${SHA512}`, true],
    [`md5=:AAAA:, ${SHA512}`, true],
    [`${SHA256}, sha-512=:AAAA:`, false],
    ['sha-256=:AAAA:', false],
    ['md5=:AAAA:', false],
    ['', false],
  ])('%s fits its body: %p (values of the vendor’s library)', (field, expected) => {
    expect(isDigestOf(field, body)).toBe(expected);
  });
});
