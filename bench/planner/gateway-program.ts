/** A gateway with the plan that it is told, in a process of its own: see `gateway-process.ts`. */
import 'reflect-metadata';
import { createAccessTokenVerifier } from '../../src/auth/inbound/access-token.js';
import { createDevelopmentIssuer } from '../../src/auth/inbound/development-issuer.js';
import { createSignatureProfile } from '../../src/auth/outbound/signature-profile.js';
import { createSigningKeyRing } from '../../src/auth/outbound/signing-key-ring.js';
import { parseSigningKeys } from '../../src/auth/outbound/signing-key-text.js';
import { parseEnv } from '../../src/config/parse-env.js';
import { startGateway } from '../../src/gateway.js';
import { createLogger } from '../../src/observability/logger.js';
import type { GatewayOrder, GatewayReport } from './gateway-process.js';
import { PLANS } from './plans.js';

const CUSTOMER_CLAIM = 'customer_id';

async function start(order: GatewayOrder): Promise<GatewayReport> {
  const { api, plan, cacheTtlSeconds } = order;
  const now = () => Date.now();
  const issuer = await createDevelopmentIssuer({ now, customerClaim: CUSTOMER_CLAIM });
  const { keys, issuer: name, audience } = issuer;
  const ownPlan = PLANS[plan];
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    upstream: {
      baseUrl: new URL(api.baseUrl),
      credentials: api.credentials,
      keys: createSigningKeyRing({ keys: parseSigningKeys({ text: api.privateKeyPem, keyId: api.keyId }) }),
      profile: createSignatureProfile(parseEnv({}).signature as Parameters<typeof createSignatureProfile>[0]),
    },
    verifier: createAccessTokenVerifier({ keys, issuer: name, audience, customerClaim: CUSTOMER_CLAIM, now }),
    developmentIssuer: null,
    simulator: false,
    introspection: false,
    graphiql: false,
    guard: { ...parseEnv({}), rateLimit: 'off' },
    redisUrl: null,
    cacheTtlSeconds,
    operationDeadlineMs: 30_000,
    maxConcurrentOperations: 1_000,
    logger: createLogger({ level: 'warn' }),
    now: () => new Date(),
    ...(ownPlan && { plan: ownPlan }),
  });
  return { kind: 'started', url: `${gateway.url}/graphql`, token: await issuer.issueToken({}) };
}

function reply(report: GatewayReport): void {
  process.send?.(report);
}

process.on('message', (message: GatewayOrder | 'cpu') => {
  if (message !== 'cpu') {
    start(message).then(reply, (error: unknown) => {
      process.stderr.write(`${(error as Error).stack}\n`);
      process.exit(1);
    });
    return;
  }
  const { user, system } = process.cpuUsage();
  reply({ kind: 'cpu', milliseconds: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit(0));
