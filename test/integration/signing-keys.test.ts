import { randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKeyPair } from '../../src/auth/outbound/signing-key-pair.js';
import * as op from '../operations/generated.js';
import { type ApiSandbox, startApiSandbox } from '../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { closeAfterAll } from '../support/teardown.js';

const demo = demoProgramme();
const card = firstOf(demo.cards, ({ status }) => status === 'active');

describe('a change of the signing key without a restart', () => {
  const newKeyId = randomUUID();
  let api: ApiSandbox;
  let gateway: TestGateway;
  let file: string;
  let newPrivatePem: string;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signing-keys-'));
    closeAfterAll(() => rm(folder, { recursive: true }));
    api = await startApiSandbox();
    file = join(folder, 'key.pem');
    await writeFile(file, api.keyPair.privatePem, { mode: 0o600 });
    gateway = await startTestGateway({
      api,
      env: { OFFBLOCKS_SIGNING_KEY: '', OFFBLOCKS_SIGNING_KEY_FILE: file, CACHE_TTL_SECONDS: '0' },
    });
    const pair = await createSigningKeyPair();
    newPrivatePem = pair.privatePem;
    api.running.registerSigningKey({ keyId: newKeyId, publicKeyPem: pair.publicPem });
  });

  /** In one step, as the guide asks for. */
  async function replaceFile(text: string): Promise<void> {
    await writeFile(`${file}.next`, text, { mode: 0o600 });
    await rename(`${file}.next`, file);
  }

  const block = (keyId: string, pem: string) => `keyid: ${keyId}\n${pem}`;
  const keyInUse = () =>
    gateway.logs
      .map((line) => JSON.parse(line) as { msg: string; keyId: string })
      .filter(({ msg }) => msg === 'signing key in use')
      .at(-1)?.keyId;

  /** Reads and changes at the same time, some of it under way at any moment, until told to stop; gives the number of requests. */
  async function loadUntil(isOver: () => boolean): Promise<number> {
    let sent = 0;
    async function worker(index: number): Promise<void> {
      const id = demo.cards[index]?.id ?? card.id;
      while (!isOver()) {
        await gateway.run(op.CardDocument, { id });
        sent += 1;
        if (index > 0) continue;
        expect((await gateway.mutate(op.DeactivateCardDocument, { cardId: card.id })).userErrors).toEqual([]);
        expect((await gateway.mutate(op.ActivateCardDocument, { cardId: card.id })).userErrors).toEqual([]);
      }
    }
    await Promise.all([0, 1, 2, 3].map(worker));
    return sent;
  }

  it('loses no request: whatever runs meanwhile is signed with the one key or the other, and verifies', async () => {
    expect(keyInUse()).toBe(api.keyId);
    let replaced: Promise<void> | undefined;
    const sent = await loadUntil(() => {
      replaced ??= replaceFile(block(newKeyId, newPrivatePem) + block(api.keyId, api.keyPair.privatePem));
      return keyInUse() === newKeyId;
    });
    await replaced;
    expect(sent).toBeGreaterThan(10);
    expect(api.refusals.total()).toEqual({ tokens: 0, signatures: 0 });
  });

  it('goes on with the new key alone once the API has forgotten the old one', async () => {
    api.running.removeSigningKey(api.keyId);
    await replaceFile(block(newKeyId, newPrivatePem));
    let asked = 0;
    await loadUntil(() => {
      asked += 1;
      return asked > 40;
    });
    expect(api.refusals.total()).toEqual({ tokens: 0, signatures: 0 });
  });

  it('keeps the key that it has when the file becomes unusable, and says so without a word of the file', async () => {
    const marker = 'PLANTED-IN-THE-KEY-FILE';
    await replaceFile(`-----BEGIN PRIVATE KEY-----\n${marker}`);
    const problems = () => gateway.logs.filter((line) => line.includes('signing key problem'));
    await loadUntil(() => problems().length > 0);
    expect(problems()).toHaveLength(1);
    expect(problems()[0]).toContain('KEY_');
    expect(gateway.logs.join('')).not.toContain(marker);
    await gateway.run(op.CardDocument, { id: card.id });
  });
});

describe('a signature that the API does not accept for a while', () => {
  let api: ApiSandbox;
  let gateway: TestGateway;
  beforeAll(async () => {
    api = await startApiSandbox();
    gateway = await startTestGateway({ api, env: { CACHE_TTL_SECONDS: '0' } });
  });

  it('is no refusal of the mutation: the same key is carried out once the signature is accepted', async () => {
    const input = { cardId: card.id, idempotencyKey: randomUUID() };
    gateway.expectRefusals({ signatures: 1 });
    api.running.removeSigningKey(api.keyId);
    const { body } = await gateway.execute(op.DeactivateCardDocument, { input });
    expect(body.errors).toMatchObject([
      { path: ['deactivateCard'], extensions: { code: 'UPSTREAM_REJECTED', retryable: false } },
    ]);
    api.running.registerSigningKey({ keyId: api.keyId, publicKeyPem: api.keyPair.publicPem });
    expect(await gateway.mutate(op.DeactivateCardDocument, input)).toMatchObject({
      card: { status: 'INACTIVE' },
      userErrors: [],
      idempotency: { key: input.idempotencyKey, replayed: false },
    });
  });
});
