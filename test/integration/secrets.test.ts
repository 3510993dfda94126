import { randomUUID } from 'node:crypto';
import * as op from '../operations/generated.js';
import { type ApiSandbox, startApiSandbox } from '../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { GraphqlAnswer } from '../support/graphql-client.js';
import { ADDRESS, createActiveAccount, createActiveCustomer } from '../support/guide.js';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.js';

const CITY = 'Plantedville';
const card = firstOf(demoProgramme().cards, ({ status }) => status === 'active');

/** Every value of a header or JSON property that went over the wire. */
function valuesOf(recorded: string, pattern: RegExp): string[] {
  return [...new Set([...recorded.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

describe('secrets', () => {
  let api: ApiSandbox;
  let proxy: RecordingProxy;
  let gateway: TestGateway;
  const answers: string[] = [];
  const inboundTokens: string[] = [];
  const secrets = new Map<string, string[]>();

  async function keep(asked: Promise<GraphqlAnswer>): Promise<void> {
    const { text, headers } = await asked;
    answers.push(text, JSON.stringify([...headers]));
  }

  async function workload(): Promise<void> {
    const staff = await gateway.token();
    const customer = await gateway.token({ customerId: randomUUID() });
    inboundTokens.push(staff, customer, `${staff}x`, 'planted-inbound-token-that-is-none');
    const headers = { 'idempotency-key': randomUUID() };
    const input = { cardId: card.id };
    const { running } = api;
    const fail = (fault: Parameters<typeof running.injectFault>[0]['fault'], times: number) =>
      running.injectFault({ fault, times, path: '/cards/**' });

    for (const token of inboundTokens) await keep(gateway.execute(op.ViewerCustomerDocument, {}, { token }));
    const accountId = await createActiveAccount(gateway, await createActiveCustomer(gateway));
    const billingAddress = { ...ADDRESS, city: CITY };
    // The answer shows the address to its owner, and nothing else may.
    await gateway.mutate(op.CreateCardDocument, { accountId, type: 'VIRTUAL', billingAddress });
    await gateway.execute(op.CreateCardDocument, { input: { accountId, type: 'VIRTUAL', billingAddress } });
    await keep(gateway.execute(op.DeactivateCardDocument, { input }, { headers }));
    await keep(gateway.execute(op.DeactivateCardDocument, { input }));
    await keep(gateway.execute(op.ActivateCardDocument, { input: { cardId: 'nonsense' } }));
    await keep(gateway.execute(op.ActivateCardDocument, { input }, { token: customer }));
    await keep(gateway.post({ query: '{ nonsense }' }));
    await keep(gateway.post('{"query": "{ unfinished'));
    running.expireTokens();
    await keep(gateway.execute(op.CardDocument, { id: card.id }));
    fail({ kind: 'status', status: 503 }, 3);
    await keep(gateway.execute(op.CardDocument, { id: card.id }));
    fail({ kind: 'reset' }, 3);
    await keep(gateway.execute(op.CardDocument, { id: card.id }));
    fail({ kind: 'hang' }, 1);
    await keep(gateway.execute(op.CardDocument, { id: card.id }));
    fail({ kind: 'drop-after-commit' }, 3);
    await keep(gateway.execute(op.ActivateCardDocument, { input }));
    running.removeSigningKey(api.keyId);
    await keep(gateway.execute(op.CardDocument, { id: card.id }));
    await keep(gateway.execute(op.DeactivateCardDocument, { input }));
    await api.stop();
    await keep(gateway.execute(op.CardDocument, { id: card.id }));
    for (const path of ['/metrics', '/health/live', '/health/ready', '/graphiql', '/dev/token', '/nowhere']) {
      answers.push(await (await fetch(`${gateway.url}${path}`)).text());
    }
  }

  beforeAll(async () => {
    api = await startApiSandbox();
    proxy = await startRecordingProxy(api.running.port);
    const env = {
      OFFBLOCKS_BASE_URL: `http://127.0.0.1:${proxy.port}/v1`,
      CACHE_TTL_SECONDS: '0',
      LOG_LEVEL: 'trace',
      OPERATION_DEADLINE_MS: '700',
    };
    gateway = await startTestGateway({ api, env });
    await workload();
    const { tokens, signatures } = api.refusals.total();
    gateway.expectRefusals({ tokens, signatures });

    const wrong = 'planted-wrong-secret-0123456789';
    const locked = await startTestGateway({ api, env: { ...env, OFFBLOCKS_API_SECRET: wrong } });
    await api.restart();
    await keep(locked.execute(op.CardDocument, { id: card.id }));
    gateway.expectRefusals({ tokens: api.refusals.total().tokens - tokens });

    const recorded = proxy.recorded();
    secrets.set('the API secret', [api.apiSecret, wrong]);
    secrets.set('the API key', [api.env.OFFBLOCKS_API_KEY ?? '']);
    secrets.set(
      'the private key',
      api.keyPair.privatePem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----')),
    );
    secrets.set('an API token', valuesOf(recorded, /^authorization: Bearer (\S+)/gim));
    secrets.set('an access token', inboundTokens);
    secrets.set('a signature', valuesOf(recorded, /^signature: \w+=:([^:]+):/gim));
    answers.push(...gateway.logs, ...locked.logs);
  });

  it('were really there: the API saw several tokens and many signatures', () => {
    expect(secrets.get('an API token')?.length).toBeGreaterThanOrEqual(2);
    expect(secrets.get('a signature')?.length).toBeGreaterThanOrEqual(20);
    expect(secrets.get('the private key')?.length).toBeGreaterThanOrEqual(3);
    expect(proxy.recorded()).toContain(api.apiSecret);
    expect(gateway.logs.length).toBeGreaterThan(10);
  });

  it.each(['the API secret', 'the API key', 'the private key', 'an API token', 'an access token', 'a signature'])(
    '%s is in no log line at any level, in no answer and in no metric',
    (name) => {
      const values = secrets.get(name) ?? [];
      expect(values.length).toBeGreaterThan(0);
      for (const value of values) {
        expect(value.length).toBeGreaterThan(15);
        // Whole, or a good part of it.
        const parts = [value, value.slice(0, 24), value.slice(-24)];
        expect(answers.filter((text) => parts.some((part) => text.includes(part)))).toEqual([]);
      }
    },
  );

  it('are joined by addresses: none is in a log line', () => {
    expect(gateway.logs.filter((line) => line.includes(CITY) || line.includes(ADDRESS.firstLine))).toEqual([]);
  });
});
