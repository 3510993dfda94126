import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { request } from 'undici';
import { startTcpProxy, type TcpProxy } from '../../test/support/tcp-proxy.js';
import { type NodeProcess, startNodeProcess } from './node-process.js';

/** Several gateways before one API and (unless told otherwise) one Redis, each a process of its own. */
export interface Cluster {
  gateways: readonly ClusterGateway[];
  /** Between the gateways and the API. */
  apiProxy: TcpProxy;
  /** An access token for staff with every scope that the workload needs. */
  token: string;
  /** Another access token with the same scopes, for somebody else. */
  issueToken(subject: string): Promise<string>;
  /** Admin interface of the sandbox, without a slash at the end. */
  adminUrl: string;
  /** Declares a fault of the sandbox: see sandbox/README.md. */
  injectApiFault(rule: object): Promise<void>;
  /** Takes all of them back. */
  clearApiFaults(): Promise<void>;
  /** One more gateway; it is not among `gateways`. */
  startGateway(): Promise<ClusterGateway>;
  close(): Promise<void>;
}

export interface ClusterGateway {
  /** Without a slash at the end. */
  url: string;
  /** Between this gateway and Redis; null without Redis. */
  redisProxy: TcpProxy | null;
  process: NodeProcess;
}

export interface ClusterOptions {
  gateways?: number;
  /** In the programme that the sandbox is seeded with. */
  cards: number;
  /** Null: gateways that do not share anything. */
  redisPort: number | null;
  cacheTtlSeconds?: number;
  /** Options of Node for the gateways; by default what gives readable stacks, and takes memory. */
  nodeOptions?: readonly string[];
  /** Added to the environment of the gateways. */
  env?: Readonly<Record<string, string>>;
}

const SCOPES = 'customers:read accounts:read cards:read cards:write programme';

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { gateways: count = 2, cards, redisPort, cacheTtlSeconds = 30, nodeOptions, env = {} } = options;
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'gateway-cluster-'));
    closers.push(() => rm(directory, { recursive: true, force: true }));
    const issuer = await startIssuer();
    closers.push(issuer.close);
    const sandbox = await startApi({ directory, cards });
    closers.push(sandbox.close);
    const apiProxy = await startTcpProxy({ port: Number(sandbox.baseUrl.port) });
    closers.push(apiProxy.close);
    const baseUrl = new URL(sandbox.baseUrl);
    baseUrl.port = String(apiProxy.port);

    const startGateway = async (): Promise<ClusterGateway> => {
      const redisProxy = redisPort === null ? null : await startTcpProxy({ port: redisPort });
      if (redisProxy) closers.push(redisProxy.close);
      const running = await startNodeProcess('src/main.js', {
        env: {
          PORT: '0',
          OFFBLOCKS_BASE_URL: baseUrl.href,
          ...sandbox.env,
          ...issuer.env,
          ...(redisProxy && { REDIS_URL: `redis://127.0.0.1:${redisProxy.port}` }),
          CACHE_TTL_SECONDS: String(cacheTtlSeconds),
          RATE_LIMIT: 'off',
          GRAPHIQL: 'off',
          LOG_LEVEL: 'warn',
          ...env,
        },
        nodeOptions,
        ready: /GraphQL\s+http:\S+\/graphql\n/,
      });
      closers.push(running.stop);
      const url = /GraphQL\s+(http:\S+)\/graphql\n/.exec(running.output())?.[1] ?? '';
      return { url, redisProxy, process: running };
    };
    const gateways = await Promise.all(Array.from({ length: count }, startGateway));
    const { issueToken } = issuer;
    const { adminUrl, injectFault: injectApiFault, clearFaults: clearApiFaults } = sandbox;
    const token = await issueToken('staff');
    return { gateways, apiProxy, token, issueToken, adminUrl, injectApiFault, clearApiFaults, startGateway, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startApi({ directory, cards }: { directory: string; cards: number }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'secp384r1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const publicKeyFile = join(directory, 'public-key.pem');
  await writeFile(publicKeyFile, publicKey);
  const credentials = { apiKey: randomUUID(), apiSecret: randomUUID() };
  const keyId = randomUUID();
  const running = await startNodeProcess('sandbox/main.js', {
    args: ['--cards', String(cards), '--key-id', keyId, '--public-key-file', publicKeyFile],
    env: { SANDBOX_API_KEY: credentials.apiKey, SANDBOX_API_SECRET: credentials.apiSecret },
    ready: /OFFBLOCKS_SIMULATOR/,
  });
  const baseUrl = new URL(/OFFBLOCKS_BASE_URL=(\S+)/.exec(running.output())?.[1] ?? '');
  const adminUrl = new URL(/(http:\S+)\/stats/.exec(running.output())?.[1] ?? '').href;
  return {
    baseUrl,
    env: {
      OFFBLOCKS_API_KEY: credentials.apiKey,
      OFFBLOCKS_API_SECRET: credentials.apiSecret,
      OFFBLOCKS_SIGNING_KEY: privateKey,
      OFFBLOCKS_SIGNING_KEY_ID: keyId,
    },
    adminUrl,
    async injectFault(rule: object) {
      const { statusCode, body } = await request(`${adminUrl}/faults`, { method: 'POST', body: JSON.stringify(rule) });
      await body.dump();
      if (statusCode !== 200) throw new Error(`the sandbox refused a fault with ${statusCode}`);
    },
    async clearFaults() {
      const { body } = await request(`${adminUrl}/faults`, { method: 'DELETE' });
      await body.dump();
    },
    close: running.stop,
  };
}

/** An issuer of access tokens with its JWK Set at an address, as in production. */
async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const kid = 'cluster';
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] });
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(jwks);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const audience = 'gateways';
  return {
    env: { AUTH_JWKS_URL: `${url}jwks`, AUTH_ISSUER: url, AUTH_AUDIENCE: audience },
    issueToken: (subject: string) =>
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
