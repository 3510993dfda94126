import 'reflect-metadata';
import type { RunningSandbox, SandboxOptions } from '../../sandbox/sandbox.js';
import { parseEnv } from '../../src/config/parse-env.js';
import { type Launched, type LaunchOptions, launch } from '../../src/launch.js';
import { createAuditLog } from '../../src/observability/audit-log.js';
import { createLogger } from '../../src/observability/logger.js';
import type { ApiSandbox } from './api-sandbox.js';
import { createGraphqlClient, type GraphqlClient } from './graphql-client.js';
import type { OddApi } from './odd-api.js';
import { createRefusals, type RefusalCounts } from './refusals.js';
import { closeAfterAll } from './teardown.js';
import { startTokenIssuer, type TokenRequest } from './token-issuer.js';

export interface TestGatewayOptions {
  /** Added to the environment of the gateway. */
  env?: Record<string, string>;
  /** For the embedded sandbox. */
  sandbox?: Partial<SandboxOptions>;
  /** A sandbox beside the gateway instead of the embedded one. */
  api?: ApiSandbox;
  /** Whether the embedded sandbox delivers webhooks; without, nothing happens behind the back of a test that counts. */
  areWebhooksDelivered?: boolean;
  /** Some other API instead of a sandbox; what concerns the sandbox is then of no use. */
  odd?: OddApi;
  /** Other limits of HTTP, for what would take too long. */
  httpLimits?: LaunchOptions['httpLimits'];
  /** The clock of the gateway. An embedded sandbox has its own (`sandbox.clock`). */
  now?: () => Date;
}

/** A gateway of this process, and the sandbox that it talks to, both reached over HTTP. */
export interface TestGateway extends GraphqlClient {
  readonly url: string;
  readonly launched: Launched;
  readonly sandbox: RunningSandbox;
  /** Every line that was logged so far. */
  readonly logs: readonly string[];
  /** Every line of the audit log so far. */
  readonly audit: readonly string[];
  /** Requests that reached the sandbox since the last `resetCalls`, which sets all its counters to zero, by route; without those for API tokens. */
  upstreamCalls(): Record<string, number>;
  resetCalls(): void;
  /** What reached the sandbox while `act` ran. */
  callsOf(act: () => Promise<unknown>): Promise<Record<string, number>>;
  /** Announces that the test makes the sandbox refuse so many requests; without, it must not refuse a single one. */
  expectRefusals(expected: Partial<RefusalCounts>): void;
  /** A metric, summed over all of its labels or those with these values. */
  metricValue(name: string, labels?: Record<string, string>): Promise<number>;
  close(): Promise<void>;
}

const TOKEN_ROUTE = 'POST /auth/token';

/**
 * Starts a gateway the way `main` does, on a free port. It is closed after the tests of the file, and fails them if the
 * sandbox has refused a request that no test announced.
 */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { api, odd, now, env = {}, sandbox: sandboxOptions = {}, httpLimits, areWebhooksDelivered = false } = options;
  const logs: string[] = [];
  const audit: string[] = [];
  const issuer = api || odd ? await startTokenIssuer() : undefined;
  // Tests that are not about budgets ask for more in a minute than an honest client does.
  const config = parseEnv({ PORT: '0', RATE_LIMIT: 'off', ...api?.env, ...odd?.env, ...issuer?.env, ...env });
  const logger = createLogger({ level: config.logLevel, destination: { write: (line) => void logs.push(line) } });
  const launched = await launch({
    config,
    logger,
    audit: createAuditLog({ target: { write: (line) => void audit.push(line) } }),
    sandbox: sandboxOptions,
    ...(httpLimits && { httpLimits }),
    ...(now && { now }),
    areWebhooksDelivered,
  });
  const { url } = launched.gateway;
  const embedded = launched.sandbox;
  const sandboxOf = (): RunningSandbox => {
    const sandbox = api?.running ?? embedded;
    if (!sandbox) throw new Error('this gateway has no sandbox');
    return sandbox;
  };

  async function developmentToken(request: TokenRequest): Promise<string> {
    const response = await fetch(`${url}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return ((await response.json()) as { token: string }).token;
  }

  const refusals = api?.refusals ?? createRefusals(sandboxOf);
  const resetCalls = () => refusals.resetStats();
  const upstreamCalls = () => {
    const { [TOKEN_ROUTE]: _, ...calls } = sandboxOf().stats().requests;
    return calls;
  };

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await launched.close();
    if (!odd) refusals.assertAnnounced();
  }
  const gateway: TestGateway = {
    ...createGraphqlClient({ url: `${url}/graphql`, issueToken: issuer?.issue ?? developmentToken }),
    url,
    launched,
    get sandbox() {
      return sandboxOf();
    },
    logs,
    audit,
    upstreamCalls,
    resetCalls,
    async callsOf(act) {
      resetCalls();
      await act();
      return upstreamCalls();
    },
    expectRefusals: refusals.expect,
    async metricValue(name, labels = {}) {
      const values = (await launched.gateway.metrics.registry.getSingleMetric(name)?.get())?.values ?? [];
      const isMeant = (own: Record<string, unknown>) =>
        Object.entries(labels).every(([label, value]) => own[label] === value);
      return values.filter((one) => isMeant(one.labels)).reduce((sum, { value }) => sum + value, 0);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
  closeAfterAll(gateway.close);
  return gateway;
}
