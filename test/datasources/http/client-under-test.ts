import { createRequestSigner } from '../../../src/auth/outbound/request-signer.js';
import { createSigningKeyRing } from '../../../src/auth/outbound/signing-key-ring.js';
import { createHttpTransport } from '../../../src/datasources/http/http-transport.js';
import {
  type ApiTokenSource,
  createUpstreamClient,
  type UpstreamCall,
  type UpstreamClientOptions,
} from '../../../src/datasources/http/upstream-client.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createMetrics } from '../../../src/observability/metrics.js';
import { aKey, verifyReceived } from '../../auth/outbound/signing-test-kit.js';
import type { Act, ReceivedRequest } from './scripted-api.js';

export const KEY = '9b2f0a44-1c1d-4f6e-8a7b-0c5d3e2f1a00';
export const READ: UpstreamCall = { method: 'GET', route: '/cards/{id}', params: { id: 'c1' } };
export const CHANGE: UpstreamCall = {
  method: 'POST',
  route: '/accounts/{id}/cards',
  params: { id: 'a1' },
  body: { type: 'virtual', note: 'é' },
  idempotencyKey: KEY,
};
export const OK: Act = { status: 200, body: '{"id":"c1"}' };

const { signingKey, publicKey } = aKey('key-1');
const now = () => new Date('2024-01-12T14:32:26Z');
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** Tokens `token-1`, `token-2`, …; a rejected one is renewed. */
export function createTokens(): ApiTokenSource & { renewed: string[] } {
  const renewed: string[] = [];
  return {
    renewed,
    get: async () => `token-${renewed.length + 1}`,
    renew: async (rejected) => {
      renewed.push(rejected);
      return `token-${renewed.length + 1}`;
    },
  };
}

export function clientOf(origin: URL, options: Partial<UpstreamClientOptions> & { maxBodyBytes?: number } = {}) {
  const { maxBodyBytes, ...rest } = options;
  const metrics = createMetrics();
  const transport = createHttpTransport({ origin, metrics, ...(maxBodyBytes !== undefined && { maxBodyBytes }) });
  closing.push(() => transport.close());
  const tokens = createTokens();
  const slept: number[] = [];
  const client = createUpstreamClient({
    transport,
    baseUrl: new URL('/v1', origin),
    signer: createRequestSigner({ keys: createSigningKeyRing({ keys: [signingKey] }), now }),
    tokens,
    metrics,
    logger: createLogger({ level: 'silent' }),
    deadlineMs: 5_000,
    now,
    random: () => 0.5,
    sleep: async (ms) => void slept.push(ms),
    ...rest,
  });
  return { client, metrics, tokens, slept };
}

export const verify = (
  { method, target, headers }: ReceivedRequest,
  origin: URL,
  requiredComponents: readonly string[],
) =>
  verifyReceived({
    method,
    targetUri: new URL(target, origin).href,
    headers: headers as Record<string, string>,
    publicKeys: { 'key-1': publicKey },
    requiredComponents,
    nowEpochSeconds: now().getTime() / 1_000,
  });
