import { expectRefusal, expectUnharmed, read } from '../support/attack.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const EVIL = 'https://evil.example';
const card = firstOf(demoProgramme().cards, ({ status }) => status === 'active');
const MUTATION = `mutation { terminateCard(input: { cardId: "${card.id}" }) { card { status } } }`;
const ASKED = { 'apollo-require-preflight': '1' };

describe('requests of foreign pages and forged forms', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ env: { CORS_ORIGINS: 'https://app.example.com' } });
  });

  afterAll(() => expectUnharmed(gateway));

  const get = async (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
    read(await fetch(`${gateway.url}/graphql?${new URLSearchParams(parameters)}`, { headers }));

  it.each<[string, Record<string, string>]>([
    ['an image', { accept: 'image/avif,image/webp,*/*;q=0.8' }],
    ['a link', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
    ['a script', { accept: '*/*', origin: EVIL }],
    ['a form', { accept: '*/*', 'content-type': 'application/x-www-form-urlencoded' }],
  ])('by GET from %s are refused, queries too', async (_what, headers) => {
    expectRefusal(await get({ query: '{ __typename }' }, headers), 400);
    expectRefusal(await get({ query: MUTATION }, headers), 400);
  });

  it('by GET never change anything, whoever asks', async () => {
    const authorization = `Bearer ${await gateway.token()}`;
    gateway.resetCalls();
    for (const extra of [{}, { operationName: 'A' }] as Record<string, string>[]) {
      const answer = await get(
        { query: MUTATION.replace('mutation', 'mutation A'), ...extra },
        { ...ASKED, authorization },
      );
      expectRefusal(answer, 405);
      expect(answer.headers.get('allow')).toBe('POST');
    }
    const two = `query Q { __typename } ${MUTATION.replace('mutation', 'mutation M')}`;
    expectRefusal(await get({ query: two, operationName: 'M' }, { ...ASKED, authorization }), 405);
    expect(gateway.upstreamCalls()).toEqual({});
  });

  it.each<[Record<string, string>, string]>([
    [{ query: '{ __typename }', variables: '{' }, 'variables'],
    [{ query: '{ __typename }', extensions: '[]' }, 'extensions'],
  ])('by GET with %j are 400', async (parameters) => {
    expectRefusal(await get(parameters, ASKED), 400);
  });

  it('by GET with two queries are 400', async () => {
    const response = await fetch(`${gateway.url}/graphql?query={a}&query={b}`, { headers: ASKED });
    expectRefusal(await read(response), 400);
  });

  it.each([EVIL, 'null', 'https://app.example.com.evil.example'])('of %s are given no CORS header', async (origin) => {
    const preflight = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const asked = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: preflight });
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
    for (const { headers } of [asked, answer]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers.get('vary')).toContain('Origin');
    }
  });

  it('of a listed origin may read answers and refusals', async () => {
    const headers = { origin: 'https://app.example.com', 'content-type': 'application/json' };
    for (const body of ['{"query":"{ __typename }"}', '{"query":"{ viewer { subject } }"}', '{']) {
      const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
      expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toMatch(/Origin.*Accept/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('that take no answer the gateway gives are 406, and nothing is carried out', async () => {
    gateway.resetCalls();
    const answer = await read(
      await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/html',
          authorization: `Bearer ${await gateway.token()}`,
        },
        body: JSON.stringify({ query: MUTATION }),
      }),
    );
    expectRefusal(answer, 406);
    expect(gateway.upstreamCalls()).toEqual({});
  });
});
