import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { request } from 'undici';
import { type RedisServer, startRedisServer } from '../../test/support/redis.js';
import { type NodeProcess, startNodeProcess } from '../consistency/node-process.js';

/** A gateway in a process of its own that can be killed, and started again at the same address. */
export interface RestartableGateway {
  /** Without a slash at the end. */
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Two gateways before one sandbox and one Redis, each a process of its own, and an issuer of access tokens. */
export interface Topology {
  gateways: readonly [RestartableGateway, RestartableGateway];
  redis: RedisServer;
  admin: SandboxAdmin;
  /** An access token of the programme; another subject is another caller. */
  tokenOf(subject: string): Promise<string>;
  close(): Promise<void>;
}

/** The admin interface of the sandbox: see sandbox/README.md. */
export interface SandboxAdmin {
  /** Declares a fault; what it resolves with takes it back. */
  injectFault(rule: object): Promise<() => Promise<void>>;
  expireTokens(): Promise<void>;
  /** Successful executions by the key that the API saw. */
  executions(): Promise<Record<string, number>>;
  resetStats(): Promise<void>;
}

const SCOPES = 'customers:read customers:write accounts:read accounts:write cards:read cards:write programme';
const READY = /GraphQL\s+(http:\S+)\/graphql\n/;

export async function startTopology({ deadlineMs }: { deadlineMs: number }): Promise<Topology> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const redis = await startRedisServer();
    closers.push(redis.close);
    const issuer = await startIssuer();
    closers.push(issuer.close);
    const sandbox = await startSandbox();
    closers.push(sandbox.close);
    const env = {
      ...sandbox.env,
      ...issuer.env,
      REDIS_URL: redis.url,
      OPERATION_DEADLINE_MS: String(deadlineMs),
      RATE_LIMIT: 'off',
      GRAPHIQL: 'off',
      LOG_LEVEL: 'error',
    };
    const start = async () => {
      const gateway = await startGateway(env);
      closers.push(gateway.stop);
      return gateway;
    };
    const gateways = [await start(), await start()] as const;
    return { gateways, redis, admin: sandbox.admin, tokenOf: issuer.tokenOf, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startGateway(env: Record<string, string>) {
  const run = (port: string) => startNodeProcess('src/main.js', { env: { ...env, PORT: port }, ready: READY });
  let running: NodeProcess = await run('0');
  const url = READY.exec(running.output())?.[1] ?? '';
  return {
    url,
    kill: () => running.kill(),
    async start() {
      running = await run(new URL(url).port);
    },
    stop: () => running.stop(),
  };
}

async function startSandbox() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'secp384r1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const directory = await mkdtemp(join(tmpdir(), 'exactly-once-'));
  const publicKeyFile = join(directory, 'public-key.pem');
  await writeFile(publicKeyFile, publicKey);
  const credentials = { apiKey: randomUUID(), apiSecret: randomUUID() };
  const keyId = randomUUID();
  const running = await startNodeProcess('sandbox/main.js', {
    args: ['--seed', 'demo', '--key-id', keyId, '--public-key-file', publicKeyFile],
    env: { SANDBOX_API_KEY: credentials.apiKey, SANDBOX_API_SECRET: credentials.apiSecret },
    ready: /OFFBLOCKS_SIMULATOR/,
  });
  const adminUrl = new URL(/(http:\S+)\/stats/.exec(running.output())?.[1] ?? '').href;

  async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const answer = await request(`${adminUrl}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.body.text();
    // A fault that has used up its times is gone already.
    if (answer.statusCode >= 300 && method !== 'DELETE') throw new Error(`the sandbox answered ${answer.statusCode}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  const admin: SandboxAdmin = {
    async injectFault(rule) {
      const { id } = (await ask('POST', '/faults', rule)) as { id: string };
      return async () => void (await ask('DELETE', `/faults/${id}`));
    },
    expireTokens: async () => void (await ask('POST', '/expire-tokens')),
    executions: async () => ((await ask('GET', '/stats')) as { executions: Record<string, number> }).executions,
    resetStats: async () => void (await ask('POST', '/stats/reset')),
  };
  return {
    admin,
    env: {
      OFFBLOCKS_BASE_URL: /OFFBLOCKS_BASE_URL=(\S+)/.exec(running.output())?.[1] ?? '',
      OFFBLOCKS_API_KEY: credentials.apiKey,
      OFFBLOCKS_API_SECRET: credentials.apiSecret,
      OFFBLOCKS_SIGNING_KEY: privateKey,
      OFFBLOCKS_SIGNING_KEY_ID: keyId,
    },
    async close() {
      await running.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An issuer of access tokens with its JWK Set at an address, as in production. */
async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const kid = 'exactly-once';
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] });
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(jwks);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const audience = 'gateways';
  return {
    env: { AUTH_JWKS_URL: `${url}jwks`, AUTH_ISSUER: url, AUTH_AUDIENCE: audience },
    tokenOf: (subject: string) =>
      new SignJWT({ scope: SCOPES })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime('2h')
        .sign(privateKey),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
