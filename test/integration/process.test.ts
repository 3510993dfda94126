import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { spawnGateway, startGatewayProcess, startSandboxProcess } from '../support/gateway-process.js';
import { createGraphqlClient } from '../support/graphql-client.js';
import { createActiveAccount, createActiveCard, createActiveCustomer } from '../support/guide.js';
import { closeAfterAll } from '../support/teardown.js';
import { startTokenIssuer } from '../support/token-issuer.js';

const EX_CONFIG = 78;
const PLANTED = 'planted-secret-8b1d77';
const PEM = `-----BEGIN PRIVATE KEY-----\n${PLANTED}\n-----END PRIVATE KEY-----`;
const API = { OFFBLOCKS_BASE_URL: 'https://api.example.com/v1' };
const CREDENTIALS = { OFFBLOCKS_API_KEY: PLANTED, OFFBLOCKS_API_SECRET: PLANTED, OFFBLOCKS_SIGNING_KEY_ID: 'key-1' };
const ISSUER = { AUTH_JWKS_URL: 'https://login.example.com/jwks', AUTH_ISSUER: 'issuer', AUTH_AUDIENCE: 'gateway' };

describe('the gateway without any environment', () => {
  it('starts with a sandbox and says where it is, what it talks to and what to try first; SIGTERM ends it with 0', async () => {
    const gateway = await startGatewayProcess({});
    const banner = gateway.stdout();
    expect(banner).toContain(`  GraphQL   ${gateway.url}/graphql\n`);
    expect(banner).toContain(`  GraphiQL  ${gateway.url}/graphiql\n`);
    expect(banner).toMatch(/ {2}REST API {2}http:\/\/127\.0\.0\.1:\d+\/v1 \(embedded sandbox with demo data\)\n/);
    expect(banner).toContain('Try first: open GraphiQL');

    // What the banner offers to the shell, word for word.
    const query = /-d '(\{"query":.*\})'/.exec(banner)?.[1] ?? '';
    const { token } = (await (await fetch(`${gateway.url}/dev/token`, { method: 'POST' })).json()) as { token: string };
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: query,
    });
    expect(await answer.json()).toMatchObject({ data: { accounts: { nodes: expect.any(Array) } } });

    gateway.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
  });
});

describe('a bad environment', () => {
  const CASES: [what: string, env: Record<string, string>, named: string[]][] = [
    [
      'a base URL alone',
      API,
      [
        ...['OFFBLOCKS_API_KEY', 'OFFBLOCKS_API_SECRET', 'OFFBLOCKS_SIGNING_KEY_ID', 'OFFBLOCKS_SIGNING_KEY_FILE'],
        ...['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'],
      ],
    ],
    ['credentials without a base URL', CREDENTIALS, Object.keys(CREDENTIALS)],
    [
      'nonsense in many variables',
      {
        ...{ PORT: PLANTED, CACHE_TTL_SECONDS: '-1', OPERATION_DEADLINE_MS: '0', OFFBLOCKS_SIMULATOR: 'maybe' },
        ...{ OFFBLOCKS_BASE_URL: `http://${PLANTED}.example.com`, REDIS_URL: `http://:${PLANTED}@localhost` },
        ...{ WEBHOOK_SECRET: 'short', LOG_LEVEL: 'loud', OFFBLOCKS_SIGNING_KEY: PLANTED },
      },
      [
        ...['PORT', 'CACHE_TTL_SECONDS', 'OPERATION_DEADLINE_MS', 'OFFBLOCKS_SIMULATOR', 'OFFBLOCKS_BASE_URL'],
        ...['REDIS_URL', 'WEBHOOK_SECRET', 'LOG_LEVEL', 'OFFBLOCKS_SIGNING_KEY', 'OFFBLOCKS_API_KEY', 'AUTH_ISSUER'],
      ],
    ],
    [
      'both kinds of signing key',
      { ...API, ...CREDENTIALS, ...ISSUER, OFFBLOCKS_SIGNING_KEY: PEM, OFFBLOCKS_SIGNING_KEY_FILE: './key.pem' },
      ['OFFBLOCKS_SIGNING_KEY_FILE', 'OFFBLOCKS_SIGNING_KEY'],
    ],
    [
      'a misspelt name beside a missing one',
      { ...API, ...ISSUER, OFFBLOCKS_API_SECRTE: PLANTED },
      ['OFFBLOCKS_API_SECRTE', 'did you mean OFFBLOCKS_API_SECRET?'],
    ],
    [
      'a signing key that is none',
      { ...API, ...CREDENTIALS, ...ISSUER, OFFBLOCKS_SIGNING_KEY: PEM },
      ['OFFBLOCKS_SIGNING_KEY must be'],
    ],
    [
      'a signing key file that is not there',
      { ...API, ...CREDENTIALS, OFFBLOCKS_SIGNING_KEY_FILE: './there-is-no-such-file.pem' },
      ['OFFBLOCKS_SIGNING_KEY_FILE', 'ENOENT', ...Object.keys(ISSUER)],
    ],
  ];

  it.each(CASES)(
    'with %s is refused, everything that is wrong named at once, and no value repeated',
    async (_what, env, named) => {
      const gateway = spawnGateway(env);
      expect(await gateway.exited).toBe(EX_CONFIG);
      for (const name of named) expect(gateway.stderr()).toContain(name);
      expect(gateway.stdout() + gateway.stderr()).not.toContain(PLANTED);
      expect(gateway.stderr()).not.toMatch(/^\s+at /m);
    },
  );

  it('with a port that is taken is told so', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeAfterAll(async () => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? `${address?.port}` : '';
    const gateway = spawnGateway({ PORT: port });
    expect(await gateway.exited).toBe(1);
    expect(gateway.stderr()).toContain(`127.0.0.1:${port} is in use`);
    expect(gateway.stdout()).toBe('');
  });
});

describe('the gateway with a base URL and an issuer of its own', () => {
  it('works the same against an API elsewhere, without any development route', async () => {
    const sandbox = await startSandboxProcess();
    const issuer = await startTokenIssuer();
    const gateway = await startGatewayProcess({ ...sandbox.env, ...issuer.env });
    const client = createGraphqlClient({ url: `${gateway.url}/graphql`, issueToken: issuer.issue });
    expect(gateway.stdout()).toContain(sandbox.env.OFFBLOCKS_BASE_URL);
    expect(gateway.stdout()).toContain(issuer.env.AUTH_ISSUER);
    expect(gateway.stdout()).not.toContain('/dev/token');

    const owner = await createActiveCustomer(client);
    const accountId = await createActiveAccount(client, owner);
    const cardId = await createActiveCard(client, accountId);
    const caller = { customerId: owner.id };
    const { account } = await client.run(op.AccountCardsDocument, { id: accountId }, caller);
    expect(account?.cards).toMatchObject([{ id: cardId, status: 'ACTIVE' }]);
    expect((await client.mutate(op.TerminateCardDocument, { cardId }, caller)).card?.status).toBe('TERMINATED');

    for (const [path, method] of [
      ['/dev/token', 'POST'],
      ['/dev/jwks', 'GET'],
    ] as const) {
      expect((await fetch(`${gateway.url}${path}`, { method })).status).toBe(404);
    }
    const strangers = await startTokenIssuer();
    const foreign = await client.execute(op.ViewerDocument, {}, { token: await strangers.issue({}) });
    expect([foreign.status, foreign.body.errors?.[0]?.extensions?.code]).toEqual([401, 'UNAUTHENTICATED']);

    const stats = (await (await fetch(`${sandbox.adminUrl}/stats`)).json()) as Record<string, unknown>;
    expect(stats).toMatchObject({ refusedTokens: 0, refusedSignatures: { total: 0 } });
    const output = gateway.stdout() + gateway.stderr();
    const pem = readFileSync(sandbox.env.OFFBLOCKS_SIGNING_KEY_FILE ?? '', 'utf8').split('\n');
    for (const secret of [sandbox.env.OFFBLOCKS_API_SECRET, sandbox.env.OFFBLOCKS_API_KEY, pem[1]]) {
      expect(output).not.toContain(secret);
    }
  });
});

/** A gateway, and a request that the API answers late. */
async function startWithReadUnderWay({ latencyMs }: { latencyMs: number }) {
  const sandbox = await startSandboxProcess();
  const issuer = await startTokenIssuer();
  const gateway = await startGatewayProcess({ ...sandbox.env, ...issuer.env, OPERATION_DEADLINE_MS: '60000' });
  const client = createGraphqlClient({ url: `${gateway.url}/graphql`, issueToken: issuer.issue });
  const late = { method: 'GET', fault: { kind: 'latency', ms: latencyMs } };
  await fetch(`${sandbox.adminUrl}/faults`, { method: 'POST', body: JSON.stringify(late) });
  const arrived = async () => {
    const stats = await (await fetch(`${sandbox.adminUrl}/stats`)).json();
    return 'GET /cards/{cardId}' in (stats as { requests: object }).requests;
  };
  const { id } = firstOf(demoProgramme().cards);
  const underWay = client.run(op.CardDocument, { id });
  while (!(await arrived())) await new Promise((wake) => setTimeout(wake, 10));
  return { gateway, id, underWay };
}

describe('SIGTERM', () => {
  it('waits for the requests that run, and for nothing else', async () => {
    const { gateway, id, underWay } = await startWithReadUnderWay({ latencyMs: 1_500 });
    gateway.kill('SIGTERM');
    expect((await underWay).card?.id).toBe(id);
    expect(await gateway.exited).toBe(0);
  });

  it('twice ends the process at once, whatever runs', async () => {
    const { gateway, underWay } = await startWithReadUnderWay({ latencyMs: 300_000 });
    const cutOff = underWay.catch(() => 'cut off');
    gateway.kill('SIGTERM');
    const isReady = () =>
      fetch(`${gateway.url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (await isReady()) await new Promise((wake) => setTimeout(wake, 10));
    gateway.kill('SIGTERM');
    expect(await gateway.exited).toBe(143);
    expect(await cutOff).toBe('cut off');
  });
});
