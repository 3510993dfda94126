import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DocumentNode, print } from 'graphql';
import { WebSocket } from 'ws';
import { aManifest, sha256 } from '../http/trusted-documents/trusted-documents-kit.js';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { GraphqlBody } from '../support/graphql-client.js';
import { eventually } from '../support/live-client.js';
import { closeAfterAll } from '../support/teardown.js';

const MANIFEST = join(__dirname, '../operations/trusted-documents.json');
const card = firstOf(demoProgramme().cards, ({ status }) => status === 'active');
const CARD = print(op.CardDocument);
const persisted = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } });
const codeOf = ({ body }: { body: { errors?: { extensions?: { code?: string } }[] } }) =>
  body.errors?.[0]?.extensions?.code;

async function get(gateway: TestGateway, parameters: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/graphql?${new URLSearchParams(parameters)}`, {
    headers: { authorization: `Bearer ${await gateway.token()}`, ...headers },
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as GraphqlBody<unknown> };
}

const metric = async ({ url }: TestGateway, name: string) =>
  new RegExp(`^${name}.* (\\d+)$`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1];

describe('the manifest that `npm run codegen` writes', () => {
  it('holds each operation of the tests, as its client sends it', async () => {
    const { operations } = JSON.parse(await readFile(MANIFEST, 'utf8')) as {
      operations: { id: string; name: string; body: string }[];
    };
    const sent = Object.entries(op)
      .filter(([name]) => name.endsWith('Document'))
      .map(([, document]) => print(document as DocumentNode));
    expect(operations.map(({ body }) => body).sort()).toEqual([...sent].sort());
    for (const { id, body } of operations) expect(id).toBe(sha256(body));
  });
});

describe('with trusted documents enforced', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({
      env: { TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILE: MANIFEST, GRAPHIQL: 'off' },
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['its text', { query: CARD }],
    ["its hash, as Apollo's clients send it", { extensions: persisted(CARD) }],
    ['its hash and its text', { query: CARD, extensions: persisted(CARD) }],
    ['its ID, as GraphQL over HTTP has it', { documentId: `sha256:${sha256(CARD)}` }],
    ['its ID alone', { documentId: sha256(CARD) }],
  ])('answers a document of the manifest by %s', async (_, body) => {
    for (let round = 0; round < 2; round += 1) {
      const answer = await gateway.post({ ...body, variables: { id: card.id } });
      expect([answer.status, answer.body]).toMatchObject([200, { data: { card: { id: card.id } } }]);
    }
  });

  it('runs a mutation by its hash', async () => {
    const body = { extensions: persisted(print(op.DeactivateCardDocument)), variables: { input: { cardId: card.id } } };
    expect((await gateway.post(body)).body).toMatchObject({ data: { deactivateCard: { userErrors: [] } } });
  });

  it.each<[string, Record<string, unknown>]>([
    ['another document', { query: '{ viewer { subject } }' }],
    ['the schema', { query: '{ __schema { queryType { name } } }' }],
    ['a document of the manifest with one more blank', { query: `${CARD} ` }],
    ['an unknown hash', { extensions: persisted('{ viewer { subject } }') }],
    [
      'an unknown hash with its text',
      { query: '{ viewer { subject } }', extensions: persisted('{ viewer { subject } }') },
    ],
    ['an unknown ID', { documentId: '__proto__' }],
  ])('refuses %s', async (_, body) => {
    const answer = await gateway.post(body);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'DOCUMENT_NOT_TRUSTED']);
    expect(answer.text).not.toContain('"data"');
  });

  it('refuses a text under the hash of another one', async () => {
    const answer = await gateway.post({ query: '{ viewer { subject } }', extensions: persisted(CARD) });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
  });

  it('checks variables and access like those of any other document', async () => {
    const spoilt = await gateway.post({ extensions: persisted(CARD), variables: { id: {} } });
    expect(codeOf(spoilt)).toBe('BAD_USER_INPUT');
    const nobody = await gateway.post({ extensions: persisted(CARD), variables: { id: card.id } }, { token: null });
    expect([nobody.status, codeOf(nobody)]).toEqual([401, 'UNAUTHENTICATED']);
  });

  describe('by GET, as caches on the way like it', () => {
    const byHash = { extensions: JSON.stringify(persisted(CARD)), variables: JSON.stringify({ id: card.id }) };
    const ASKED = { 'apollo-require-preflight': '1' };

    it('answers a query by its hash or ID, to be stored by nobody', async () => {
      for (const parameters of [byHash, { documentId: `sha256:${sha256(CARD)}`, variables: byHash.variables }]) {
        const answer = await get(gateway, parameters, ASKED);
        expect([answer.status, answer.body]).toMatchObject([200, { data: { card: { id: card.id } } }]);
        expect(answer.headers.get('cache-control')).toBe('no-store');
      }
    });

    it('refuses what a foreign page could send', async () => {
      const answer = await get(gateway, byHash);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
    });

    it('refuses a mutation', async () => {
      const extensions = JSON.stringify(persisted(print(op.ActivateCardDocument)));
      const answer = await get(
        gateway,
        { extensions, variables: JSON.stringify({ input: { cardId: card.id } }) },
        ASKED,
      );
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    });
  });

  it('logs each refused document once, by its hash, and counts all', async () => {
    const query = '{ cards { totalCount } }';
    const before = Number(await metric(gateway, 'gateway_untrusted_documents_total'));
    for (let round = 0; round < 3; round += 1) await gateway.post({ query });
    expect(Number(await metric(gateway, 'gateway_untrusted_documents_total'))).toBe(before + 3);
    expect(gateway.logs.filter((line) => line.includes(sha256(query)))).toHaveLength(1);
    expect(gateway.logs.join('\n')).not.toContain('totalCount');
  });
});

describe('with trusted documents logged', () => {
  it('answers everything, and tells once of each document that is not in the manifest', async () => {
    const gateway = await startTestGateway({ env: { TRUSTED_DOCUMENTS: 'log', TRUSTED_DOCUMENTS_FILE: MANIFEST } });
    const query = '{ viewer { subject } }';
    for (let round = 0; round < 3; round += 1)
      expect((await gateway.post({ query })).body).toMatchObject({ data: { viewer: {} } });
    await gateway.post({ query: CARD, variables: { id: card.id } });
    const lines = gateway.logs.map((line) => JSON.parse(line)).filter(({ documentHash }) => documentHash);
    expect(lines).toEqual([expect.objectContaining({ level: 'warn', mode: 'log', documentHash: sha256(query) })]);
    // So that a client falls back to the text, which is logged then.
    const unknown = await gateway.post({ extensions: persisted('{ viewer { scopes } }') });
    expect([unknown.status, codeOf(unknown)]).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND']);
  });
});

describe('a manifest', () => {
  async function aManifestFile(text: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'gateway-manifest-'));
    closeAfterAll(() => rm(directory, { recursive: true, force: true }));
    await writeFile(join(directory, 'manifest.json'), text);
    return join(directory, 'manifest.json');
  }
  const until = async (isDone: () => boolean | Promise<boolean>) => {
    while (!(await isDone())) await new Promise((wake) => setTimeout(wake, 50));
  };

  it('takes over while the gateway runs; a broken one changes nothing', async () => {
    const path = await aManifestFile(aManifest('{ __typename }'));
    const gateway = await startTestGateway({ env: { TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILE: path } });
    const query = '{ viewer { subject } }';
    expect(codeOf(await gateway.post({ query }))).toBe('DOCUMENT_NOT_TRUSTED');
    await writeFile(path, aManifest(query));
    await until(async () => (await gateway.post({ query })).status === 200);
    await writeFile(path, '{"format": "apollo');
    await until(() => gateway.logs.some((line) => line.includes('stays')));
    expect((await gateway.post({ query })).status).toBe(200);
  });

  it('is needed at the start', async () => {
    const path = await aManifestFile('[]');
    await expect(startTestGateway({ env: { TRUSTED_DOCUMENTS: 'log', TRUSTED_DOCUMENTS_FILE: path } })).rejects.toThrow(
      /manifest/,
    );
  });

  it('is held to the limits and to the schema, and what it has in vain is named when it is loaded', async () => {
    const tooDeep = 'query TooDeep { cards { nodes { account { cards { account { id } } } } } }';
    const path = await aManifestFile(aManifest(tooDeep, 'query Gone { absent }', 'query Fine { viewer { subject } }'));
    const env = { TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILE: path, MAX_DEPTH: '5' };
    const gateway = await startTestGateway({ env });
    const warning = gateway.logs.map((line) => JSON.parse(line)).find(({ operations }) => operations);
    expect(warning).toMatchObject({ operations: 'TooDeep, Gone', count: 2 });
    const answer = await gateway.post({ extensions: persisted(tooDeep) });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'OPERATION_TOO_COMPLEX']);
  });
});

describe('automatic persisted queries', () => {
  const query = '{ viewer { subject } }';

  it('are off, unless switched on: a client is told to send documents', async () => {
    const gateway = await startTestGateway();
    const answer = await gateway.post({ extensions: persisted(query) });
    expect([answer.status, codeOf(answer)]).toEqual([200, 'PERSISTED_QUERY_NOT_SUPPORTED']);
    expect(answer.body.errors?.[0]?.message).toBe('PersistedQueryNotSupported');
    expect((await gateway.post({ query, extensions: persisted(query) })).status).toBe(200);
  });

  it('are found by their hash once they have run, and named to nobody before', async () => {
    const gateway = await startTestGateway({ env: { APQ: 'on' } });
    const byHash = { extensions: persisted(query) };
    const before = await gateway.post(byHash);
    expect([before.status, codeOf(before)]).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND']);
    expect(before.body.errors?.[0]?.message).toBe('PersistedQueryNotFound');
    expect(before.headers.get('cache-control')).toContain('no-store');
    await gateway.post({ query, ...byHash });
    expect((await gateway.post(byHash)).body).toMatchObject({ data: { viewer: { subject: expect.any(String) } } });
  });

  it('are held to the limits like everything else, and what was refused is not remembered', async () => {
    const gateway = await startTestGateway({ env: { APQ: 'on', MAX_ALIASES: '2', MAX_COST: '50' } });
    for (const refused of [
      '{ a: __typename b: __typename c: __typename }',
      '{ cards(first: 100) { nodes { id } } }',
      '{ absent }',
    ]) {
      const answer = await gateway.post({ query: refused, extensions: persisted(refused) });
      expect(answer.body).toEqual({ errors: expect.any(Array) });
      expect(codeOf(await gateway.post({ extensions: persisted(refused) }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    }
    const sized = 'query ($first: Int) { cards(first: $first) { nodes { id } } }';
    expect((await gateway.post({ query: sized, extensions: persisted(sized), variables: { first: 1 } })).status).toBe(
      200,
    );
    const grown = await gateway.post({ extensions: persisted(sized), variables: { first: 500 } });
    expect([grown.status, codeOf(grown)]).toEqual([400, 'OPERATION_TOO_COMPLEX']);
  });
});

describe('streams with trusted documents enforced', () => {
  const UPDATES = 'subscription Updates($cardId: ID) { cardUpdated(cardId: $cardId) { id } }';
  const variables = { cardId: card.id };
  const named: [string, Record<string, unknown>][] = [
    ['its text', { query: UPDATES }],
    ['its hash', { extensions: persisted(UPDATES) }],
    ['its ID', { documentId: `sha256:${sha256(UPDATES)}` }],
  ];
  let gateway: TestGateway;
  const areRunning = (count: number) =>
    eventually(async () => (await gateway.metricValue('gateway_live_subscribers')) === count, `${count} subscriptions`);

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manifest-'));
    closeAfterAll(() => rm(folder, { recursive: true }));
    const file = join(folder, 'manifest.json');
    await writeFile(file, aManifest(UPDATES));
    gateway = await startTestGateway({
      env: { TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILE: file, GRAPHIQL: 'off' },
    });
  });

  async function openStream(body: unknown, parameters?: Record<string, string>) {
    const ending = new AbortController();
    const headers = { authorization: `Bearer ${await gateway.token()}`, accept: 'text/event-stream' };
    const response = await fetch(`${gateway.url}/graphql/stream?${new URLSearchParams(parameters)}`, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: { ...headers, 'content-type': 'application/json' },
      signal: ending.signal,
    });
    return { response, end: () => ending.abort() };
  }

  it.each(named)('take a document of the manifest by %s, as server-sent events', async (_, parameters) => {
    const { response, end } = await openStream({ ...parameters, variables });
    expect(response.status).toBe(200);
    await areRunning(1);
    end();
    await areRunning(0);
  });

  it('take its ID in the query string too', async () => {
    const { response, end } = await openStream(undefined, {
      documentId: sha256(UPDATES),
      variables: JSON.stringify(variables),
    });
    expect(response.status).toBe(200);
    await areRunning(1);
    end();
    await areRunning(0);
  });

  it.each(named)('take a document of the manifest by %s, over WebSocket', async (_, parameters) => {
    // By hand: the client of graphql-ws sends nothing without a text.
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    closeAfterAll(async () => socket.terminate());
    await once(socket, 'open');
    const authorization = `Bearer ${await gateway.token()}`;
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await once(socket, 'message');
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { ...parameters, variables } }));
    await areRunning(1);
    socket.close();
    await areRunning(0);
  });

  it.each<[string, unknown]>([
    ['a document of nobody', { query: 'subscription { cardUpdated { id status } }' }],
    ['no document', {}],
    ['no object', []],
    ['variables that are none', { query: UPDATES, variables: [] }],
  ])('refuse %s with a code', async (_, body) => {
    const { response } = await openStream(body);
    const answer = { body: (await response.json()) as GraphqlBody<unknown> };
    expect([response.status, typeof codeOf(answer)]).toEqual([400, 'string']);
  });
});
