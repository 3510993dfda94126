import { createHash, createPublicKey, verify } from 'node:crypto';
import { createActiveCustomer } from '../support/guide.js';
import { type SandboxClient, startForTest } from '../support/sandbox-client.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

/** Headers of a delivery by name, in lower case. */
function headersOf(receiver: WebhookReceiver, index: number): Record<string, string> {
  const raw = receiver.rawHeaders[index] ?? [];
  return Object.fromEntries(raw.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1] ?? '']] : [])));
}

/** Rebuilds the signature base by hand (RFC 9421 section 2.5), so that no library checks itself. */
function isGood(client: SandboxClient, headers: Record<string, string>, target: string): boolean {
  const input = headers['signature-input']?.replace(/^sig=/, '') ?? '';
  const [path = '', query = ''] = target.split('?');
  const base = [
    '"@method": POST',
    `"@authority": ${headers.host}`,
    `"@path": ${path}`,
    `"@query": ?${query}`,
    `"content-type": ${headers['content-type']}`,
    `"content-digest": ${headers['content-digest']}`,
    `"@signature-params": ${input}`,
  ].join('\n');
  const { publicKeyPem } = client.sandbox.webhookKey();
  const signature = Buffer.from(headers.signature?.replace(/^sig=:|:$/g, '') ?? '', 'base64');
  expect(signature).toHaveLength(96);
  return verify(
    'sha384',
    Buffer.from(base),
    { key: createPublicKey(publicKeyPem), dsaEncoding: 'ieee-p1363' },
    signature,
  );
}

it('signs deliveries when asked to, each attempt anew, and verifiably', async () => {
  const now = new Date('2026-11-20T12:00:00.900Z');
  const client = await startForTest({ webhooks: { isSigned: true }, clock: () => now });
  const receiver = await new WebhookReceiver([500]).listen();
  client.sandbox.subscribe({ callbackUrl: `${receiver.url}?a=b`, types: ['customer.updated'] });
  await createActiveCustomer(client);
  await client.sandbox.webhooksIdle();
  expect(receiver.received).toHaveLength(5);
  receiver.received.forEach((_, index) => {
    const headers = headersOf(receiver, index);
    const created = Math.floor(now.getTime() / 1000) - 1;
    expect(headers['signature-input']).toBe(
      'sig=("@method" "@authority" "@path" "@query" "content-type" "content-digest")' +
        `;created=${created};expires=${created + 300};keyid="${client.sandbox.webhookKey().keyId}";alg="ecdsa-p384-sha384"`,
    );
    const digest = createHash('sha256')
      .update(receiver.bodies[index] ?? '')
      .digest('base64');
    expect(headers['content-digest']).toBe(`sha-256=:${digest}:`);
    expect(isGood(client, headers, '/hook?a=b')).toBe(true);
    expect(isGood(client, headers, '/other?a=b')).toBe(false);
  });
  const signatures = receiver.rawHeaders.map((_, index) => headersOf(receiver, index).signature);
  expect(new Set(signatures).size).toBe(5);
});

it('sends nothing of a signature unless asked to', async () => {
  const client = await startForTest();
  const receiver = await new WebhookReceiver().listen();
  client.sandbox.subscribe({ callbackUrl: receiver.url });
  await createActiveCustomer(client);
  await client.sandbox.webhooksIdle();
  const names = Object.keys(headersOf(receiver, 0));
  expect(names).toContain('content-type');
  expect(names.filter((name) => /signature|digest|authorization/.test(name))).toEqual([]);
});
