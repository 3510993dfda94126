import { readFileSync } from 'node:fs';
import { createApiTokenSource } from '../auth/outbound/api-token.js';
import { createRequestSigner } from '../auth/outbound/request-signer.js';
import { createSignatureProfile } from '../auth/outbound/signature-profile.js';
import { createSigningKeyRing } from '../auth/outbound/signing-key-ring.js';
import { parseSigningKeys } from '../auth/outbound/signing-key-text.js';
import { ConfigError } from '../config/config-error.js';
import type { GatewayConfig, UpstreamConfig } from '../config/gateway-config.js';
import { createHttpTransport } from '../datasources/http/http-transport.js';
import { createTokenRequest } from '../datasources/http/token-request.js';
import { createUpstreamClient, type UpstreamClient } from '../datasources/http/upstream-client.js';
import type { Logger } from '../observability/logger.js';
import type { Metrics } from '../observability/metrics.js';

/** What a command works with: the API of the environment, with the gateway's own credentials and signatures. */
export interface OpenApi {
  client: UpstreamClient;
  baseUrl: URL;
  apiKey: string;
  close(): Promise<void>;
}

/**
 * Opens the API that the configuration names.
 * @throws {ConfigError} without one: the embedded sandbox is in another process
 * @throws {SigningKeyError} and what reading the key file throws
 */
export function openApi(options: {
  config: GatewayConfig;
  metrics: Metrics;
  logger: Logger;
  now: () => Date;
  /** Longest time for one call; default: that of a GraphQL operation. */
  deadlineMs?: number;
}): OpenApi {
  const { config, metrics, logger, now } = options;
  const { upstream } = config;
  const { deadlineMs = config.operationDeadlineMs } = options;
  if (upstream.kind !== 'api') {
    throw new ConfigError([
      'OFFBLOCKS_BASE_URL is not set: the embedded sandbox lives inside a gateway, which looks after it by itself',
    ]);
  }
  const { baseUrl } = upstream;
  const apiKey = upstream.apiKey.reveal();
  const keys = createSigningKeyRing({
    keys: parseSigningKeys({ text: keyTextOf(upstream), keyId: upstream.signingKeyId }),
  });
  const profile = createSignatureProfile(config.signature as Parameters<typeof createSignatureProfile>[0]);
  const transport = createHttpTransport({ origin: baseUrl, metrics });
  const credentials = { apiKey, apiSecret: upstream.apiSecret.reveal() };
  const requestToken = createTokenRequest({ transport, baseUrl, credentials, timeoutMs: deadlineMs });
  const client = createUpstreamClient({
    transport,
    baseUrl,
    signer: createRequestSigner({ keys, profile, now }),
    tokens: createApiTokenSource({ requestToken, now }),
    metrics,
    logger,
    deadlineMs,
    now,
  });
  return { client, baseUrl, apiKey, close: () => transport.close() };
}

function keyTextOf({ signingKey }: Extract<UpstreamConfig, { kind: 'api' }>): string {
  return 'pem' in signingKey ? signingKey.pem.reveal() : readFileSync(signingKey.file, 'utf8');
}
