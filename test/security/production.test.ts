import { expectNothingOfTheInside, expectRefusal, read } from '../support/attack.js';
import { type SpawnedProgram, startGatewayProcess } from '../support/gateway-process.js';
import { createGraphqlClient, type GraphqlClient } from '../support/graphql-client.js';
import { startTokenIssuer, type TestTokenIssuer } from '../support/token-issuer.js';

type Gateway = GraphqlClient & SpawnedProgram & { url: string };

async function start(issuer: TestTokenIssuer, env: Record<string, string>): Promise<Gateway> {
  const program = await startGatewayProcess({ ...issuer.env, NODE_ENV: 'production', ...env });
  return { ...program, ...createGraphqlClient({ url: `${program.url}/graphql`, issueToken: issuer.issue }) };
}

const ASKED = { 'apollo-require-preflight': '1' };
const SCHEMA = '{ __schema { types { name } } }';
/** Near misses of names that are there: suggestions would tell them. */
const MISSPELT: string[] = [
  '{ car(id: "1") { id } }',
  '{ card(idd: "1") { id } }',
  '{ card(id: "1") { maskedPam } }',
  '{ viewer { ... on Cart { id } } }',
  '{ cards(filter: { status: [ACTIV] }) { totalCount } }',
  '{ cards(filter: { statu: [ACTIVE] }) { totalCount } }',
  '{ viewer @inclue(if: true) { subject } }',
  'query ($v: CardFiltr) { cards(filter: $v) { totalCount } }',
];
const MISSPELT_VARIABLES: [string, Record<string, unknown>][] = [
  ['query ($v: CardFilter) { cards(filter: $v) { totalCount } }', { v: { statu: [] } }],
  ['query ($v: CardFilter) { cards(filter: $v) { totalCount } }', { v: { status: ['ACTIV'] } }],
];

describe('the production profile', () => {
  let issuer: TestTokenIssuer;
  let gateway: Gateway;

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    gateway = await start(issuer, {});
  });

  it.each([
    SCHEMA,
    '{ __type(name: "Card") { fields { name } } }',
    'query ($name: String!) { __type(name: $name) { name } }',
    '{ ...F } fragment F on Query { s: __schema { queryType { name } } }',
    '{ ... @include(if: true) { __schema { description } } }',
    '{ viewer { subject } ... { ... { __type(name: "Card") { name } } } }',
  ])('does not let %s read the schema, by no way of asking', async (query) => {
    const variables = { name: 'Card' };
    for (const caller of [{}, { token: null }]) {
      const answer = await gateway.post({ query, variables }, caller);
      expectRefusal(answer, 200, 'GRAPHQL_VALIDATION_FAILED');
      expect(answer.body.errors?.[0]?.message).toBe('The schema cannot be read here: introspection is off.');
      const strict = { ...caller, headers: { accept: 'application/graphql-response+json' } };
      expectRefusal(await gateway.post({ query, variables }, strict), 400, 'GRAPHQL_VALIDATION_FAILED');
    }
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    const byGet = await read(await fetch(`${gateway.url}/graphql?${search}`, { headers: ASKED }));
    expectRefusal(byGet, 200, 'GRAPHQL_VALIDATION_FAILED');
  });

  it('still tells __typename', async () => {
    const { body } = await gateway.post({ query: '{ __typename viewer { __typename } }' });
    expect(body).toEqual({ data: { __typename: 'Query', viewer: { __typename: 'Viewer' } } });
  });

  it.each(MISSPELT)('suggests no name for those in %s', async (query) => {
    const { text } = await gateway.post({ query });
    expect(text).toContain('"message"');
    expect(text).not.toMatch(/did you mean/i);
  });

  it.each(MISSPELT_VARIABLES)('suggests no name for those in %s with %j', async (query, variables) => {
    const { text, body } = await gateway.post({ query, variables });
    expect(body.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    expect(text).not.toMatch(/did you mean/i);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/graphiql'],
    ['GET', '/graphiql/config.json'],
    ['GET', '/graphiql/assets/'],
    ['POST', '/dev/token'],
    ['GET', '/dev/jwks'],
  ])('has nothing at %s %s', async (method, path) => {
    expectRefusal(await read(await fetch(`${gateway.url}${path}`, { method })), 404);
  });

  it('shows browsers no page at /graphql', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    expectRefusal(await read(await fetch(`${gateway.url}/graphql`, { headers })), 400);
    expectRefusal(await read(await fetch(`${gateway.url}/graphql`, { headers: { ...headers, ...ASKED } })), 400);
  });

  it('answers whatever goes wrong without a stack', async () => {
    const bodies = [
      '{',
      '[]',
      '{"query":"{"}',
      '{"query":"{ nothing }"}',
      '{"query":5}',
      `{"query":"${'{a'.repeat(5_000)}"}`,
    ];
    for (const body of bodies) expectNothingOfTheInside((await gateway.post(body)).text);
    const refused = await gateway.post({ query: '{ viewer { subject } }' }, { token: 'eyJ.nonsense' });
    expectRefusal(refused, 401, 'UNAUTHENTICATED');
  });

  it('sends nothing to the makers of its parts, whatever their variables say', async () => {
    // Without a graph to report to, reports that are on complain, or stop the start.
    const variables = { APOLLO_KEY: 'service:planted:0123456789', APOLLO_SCHEMA_REPORTING: 'true' };
    for (const [name, value] of Object.entries(variables)) {
      const reporting = await start(issuer, { [name]: value });
      expect((await reporting.post({ query: '{ __typename }' })).status).toBe(200);
      expect(reporting.stdout() + reporting.stderr()).not.toMatch(/report|apollo|planted/i);
    }
  });

  it('opens by a setting what may be opened: introspection, with suggestions, and GraphiQL', async () => {
    const open = await start(issuer, { INTROSPECTION: 'on', GRAPHIQL: 'on' });
    expect((await open.post({ query: SCHEMA }, { token: null })).body.errors).toBeUndefined();
    expect((await open.post({ query: '{ car(id: "1") { id } }' })).text).toContain('Did you mean');
    expect((await fetch(`${open.url}/graphiql/config.json`)).status).toBe(200);
    expect(await (await fetch(`${open.url}/graphiql/config.json`)).json()).toMatchObject({ development: false });
    // What gives tokens to whoever asks has no setting.
    expect((await fetch(`${open.url}/dev/token`, { method: 'POST' })).status).toBe(404);
  });

  it('accepts no token at all without an issuer, and gives none', async () => {
    const closed = await startGatewayProcess({ NODE_ENV: 'production' });
    const client = createGraphqlClient({ url: `${closed.url}/graphql`, issueToken: issuer.issue });
    expectRefusal(await client.post({ query: '{ viewer { subject } }' }), 401, 'UNAUTHENTICATED');
    expect((await fetch(`${closed.url}/dev/token`, { method: 'POST' })).status).toBe(404);
  });
});

describe('the development profile', () => {
  it('has introspection, suggestions, GraphiQL and its issuer, and shows no stack either', async () => {
    const { url } = await startGatewayProcess({});
    const { token } = (await (await fetch(`${url}/dev/token`, { method: 'POST' })).json()) as { token: string };
    const client = createGraphqlClient({ url: `${url}/graphql`, issueToken: async () => token });
    expect((await client.post({ query: SCHEMA }, { token: null })).body.errors).toBeUndefined();
    expect((await client.post({ query: '{ car(id: "1") { id } }' })).text).toContain('Did you mean');
    expect((await fetch(`${url}/graphiql/config.json`)).status).toBe(200);
    expect((await fetch(`${url}/`, { redirect: 'manual' })).headers.get('location')).toBe('/graphiql');
    for (const body of ['{', '{"query":"{"}', '{"query":"{ nothing }"}']) {
      expectNothingOfTheInside((await client.post(body)).text);
    }
  });
});
