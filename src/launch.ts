import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createLocalJWKSet } from 'jose';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.js';
import { createAccessTokenVerifier } from './auth/inbound/access-token.js';
import { createDevelopmentIssuer, type DevelopmentIssuer } from './auth/inbound/development-issuer.js';
import { createRemoteKeys } from './auth/inbound/remote-keys.js';
import { createSignatureProfile } from './auth/outbound/signature-profile.js';
import { SigningKeyError } from './auth/outbound/signing-key-error.js';
import { openSigningKeyFile } from './auth/outbound/signing-key-file.js';
import { createSigningKeyPair } from './auth/outbound/signing-key-pair.js';
import { createSigningKeyRing, type SigningKeyRing } from './auth/outbound/signing-key-ring.js';
import { parseSigningKeys } from './auth/outbound/signing-key-text.js';
import type { AuthConfig, GatewayConfig, UpstreamConfig } from './config/gateway-config.js';
import { parseDeliveryKey } from './events/webhooks/delivery-signature.js';
import { type Gateway, type GatewayOptions, startGateway } from './gateway.js';
import type { AuditLog } from './observability/audit-log.js';
import type { Logger } from './observability/logger.js';

/** A gateway with whatever it needed beside it. */
export interface Launched {
  gateway: Gateway;
  /** Null when the gateway talks to a real API. */
  sandbox: RunningSandbox | null;
  close(): Promise<void>;
}

export interface LaunchOptions {
  config: GatewayConfig;
  logger: Logger;
  /** Default: none. */
  audit?: AuditLog;
  now?: () => Date;
  /** For the embedded sandbox. */
  sandbox?: Partial<SandboxOptions>;
  processMetrics?: boolean;
  /** As in `GatewayOptions`. */
  httpLimits?: GatewayOptions['httpLimits'];
  /** Whether the embedded sandbox delivers its webhooks to this gateway. Default: it does. */
  areWebhooksDelivered?: boolean;
  streamLimits?: GatewayOptions['streamLimits'];
}

interface Upstream {
  options: GatewayOptions['upstream'];
  sandbox: RunningSandbox | null;
  close(): Promise<void>;
}

type ApiConfig = Extract<UpstreamConfig, { kind: 'api' }>;

function logSigningKeys(ring: SigningKeyRing, logger: Logger): void {
  const log = () => {
    const { keyId, fingerprint } = ring.signingKey;
    logger.info({ keyId, fingerprint, loadedKeys: ring.keys.length }, 'signing key in use');
  };
  log();
  ring.watch(log);
}

async function openSigningKeys(
  config: ApiConfig,
  logger: Logger,
): Promise<{ ring: SigningKeyRing; close: () => void }> {
  const { signingKey, signingKeyId: keyId } = config;
  if ('pem' in signingKey) {
    const ring = createSigningKeyRing({ keys: parseSigningKeys({ text: signingKey.pem.reveal(), keyId }) });
    return { ring, close: () => {} };
  }
  const file = await openSigningKeyFile({
    path: signingKey.file,
    keyId,
    onProblem: (err) => logger.warn({ err }, 'signing key problem'),
  });
  return { ring: file.ring, close: () => file.close() };
}

/**
 * What is wrong with the signing key of the environment, naming its variable; empty when nothing is, or none is set. Beside
 * `parseEnv`, which reads no files, so that a person hears of everything at once.
 */
export function signingKeyProblems(env: Readonly<Record<string, string | undefined>>): string[] {
  const { OFFBLOCKS_SIGNING_KEY_FILE: file, OFFBLOCKS_SIGNING_KEY: pem, OFFBLOCKS_SIGNING_KEY_ID: keyId } = env;
  const name = file ? 'OFFBLOCKS_SIGNING_KEY_FILE' : 'OFFBLOCKS_SIGNING_KEY';
  if (!env.OFFBLOCKS_BASE_URL || !(file || pem)) return [];
  try {
    parseSigningKeys({ text: file ? readFileSync(file, 'utf8') : (pem ?? ''), keyId: keyId || 'not-set' });
    return [];
  } catch (error) {
    if (error instanceof SigningKeyError) return [`${name}: ${error.message}`];
    return [`${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`];
  }
}

/** As `signingKeyProblems`, for the key of webhook deliveries. */
export function deliveryKeyProblems(env: Readonly<Record<string, string | undefined>>): string[] {
  const { WEBHOOK_SIGNATURE_KEY_FILE: file, WEBHOOK_SIGNATURE_KEY: pem } = env;
  const name = file ? 'WEBHOOK_SIGNATURE_KEY_FILE' : 'WEBHOOK_SIGNATURE_KEY';
  if (!file && !pem) return [];
  try {
    parseDeliveryKey(file ? readFileSync(file, 'utf8') : (pem ?? '').replace(/\\n/g, '\n'));
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return [
      code === 'ENOENT' || code === 'EACCES'
        ? `${name} cannot be read (${code})`
        : `${name}: not a P-384 public key in PEM`,
    ];
  }
}

/** How webhooks are received; null where nobody could send any. With the embedded sandbox the secret is made for the two. */
function webhooksOf(config: GatewayConfig): GatewayOptions['webhooks'] {
  const { upstream, webhookSecret, webhookSignatures, webhookRateLimit: perSecond } = config;
  const embeddedSecret = upstream.kind === 'embedded-sandbox' ? randomBytes(24).toString('base64url') : null;
  const secret = webhookSecret?.reveal() ?? embeddedSecret;
  if (secret === null) return null;
  const limit = { perSecond, burst: perSecond * 20 };
  if (webhookSignatures === null) return { secret, limit, signatures: null };
  const { policy, key, keyId } = webhookSignatures;
  const pem = 'pem' in key ? key.pem : readFileSync(key.file, 'utf8');
  return { secret, limit, signatures: { policy, key: parseDeliveryKey(pem), keyId } };
}

/** A sandbox on a port of its own, with credentials and keys that live as long as this process. */
async function embedSandbox(
  profile: GatewayOptions['upstream']['profile'],
  options: Partial<SandboxOptions>,
): Promise<Upstream> {
  const credentials = { apiKey: randomUUID(), apiSecret: randomBytes(20).toString('hex') };
  const keyId = randomUUID();
  const pair = await createSigningKeyPair();
  const sandbox = await startSandbox({
    ...credentials,
    signingKeys: [{ keyId, publicKeyPem: pair.publicPem }],
    ...options,
  });
  const keys = createSigningKeyRing({ keys: parseSigningKeys({ text: pair.privatePem, keyId }) });
  return {
    options: { baseUrl: new URL(sandbox.baseUrl), credentials, keys, profile },
    sandbox,
    close: () => sandbox.close(),
  };
}

async function connectUpstream({ config, logger, sandbox = {} }: LaunchOptions): Promise<Upstream> {
  const profile = createSignatureProfile(config.signature as Parameters<typeof createSignatureProfile>[0]);
  if (config.upstream.kind === 'embedded-sandbox') return embedSandbox(profile, sandbox);
  const { baseUrl, apiKey, apiSecret } = config.upstream;
  const { ring, close } = await openSigningKeys(config.upstream, logger);
  logSigningKeys(ring, logger);
  const credentials = { apiKey: apiKey.reveal(), apiSecret: apiSecret.reveal() };
  return { options: { baseUrl, credentials, keys: ring, profile }, sandbox: null, close: async () => close() };
}

/** The embedded sandbox needs no registration. */
function registrationOf({ upstream, webhookPublicUrl, webhookSecret }: GatewayConfig): GatewayOptions['registration'] {
  if (upstream.kind !== 'api' || !webhookPublicUrl || !webhookSecret) return null;
  return { publicUrl: webhookPublicUrl, secret: webhookSecret.reveal() };
}

async function trustIssuer(
  auth: AuthConfig,
  now: () => number,
  logger: Logger,
): Promise<Pick<GatewayOptions, 'verifier' | 'developmentIssuer'>> {
  const { customerClaim } = auth;
  if (auth.kind === 'jwks') {
    const { jwksUrl, issuer, audience } = auth;
    const onFetchFailure = (err: unknown) => logger.warn({ err }, 'the key set of the issuer could not be fetched');
    const keys = createRemoteKeys({ jwksUrl, onFetchFailure });
    return {
      verifier: createAccessTokenVerifier({ keys, issuer, audience, customerClaim, now }),
      developmentIssuer: null,
    };
  }
  if (auth.kind === 'nobody') {
    const keys = createLocalJWKSet({ keys: [] });
    const verifier = createAccessTokenVerifier({ keys, issuer: 'nobody', audience: 'nobody', customerClaim, now });
    return { verifier, developmentIssuer: null };
  }
  const developmentIssuer: DevelopmentIssuer = await createDevelopmentIssuer({ now, customerClaim });
  const { keys, issuer, audience } = developmentIssuer;
  return { verifier: createAccessTokenVerifier({ keys, issuer, audience, customerClaim, now }), developmentIssuer };
}

/**
 * Starts what the configuration asks for. Rejects, with everything closed again, when a key cannot be used
 * (`SigningKeyError`), a signature setting contradicts another, or the address is taken.
 */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const { config, logger, now = () => new Date(), processMetrics = false, httpLimits } = options;
  const { areWebhooksDelivered = true } = options;
  const upstream = await connectUpstream(options);
  try {
    const webhooks = webhooksOf(config);
    const gateway = await startGateway({
      host: config.host,
      port: config.port,
      upstream: upstream.options,
      ...(await trustIssuer(config.auth, () => now().getTime(), logger)),
      simulator: config.simulator,
      introspection: config.introspection,
      graphiql: config.graphiql,
      corsOrigins: config.corsOrigins,
      ...(httpLimits && { httpLimits }),
      guard: config,
      redisUrl: config.redisUrl?.reveal() ?? null,
      cacheTtlSeconds: config.cacheTtlSeconds,
      registration: registrationOf(config),
      resyncIntervalSeconds: config.resyncIntervalSeconds,
      operationDeadlineMs: config.operationDeadlineMs,
      webhooks: webhooks ?? null,
      ...(options.streamLimits && { streamLimits: options.streamLimits }),
      maxConcurrentOperations: config.maxConcurrentOperations,
      logger,
      ...(options.audit && { audit: options.audit }),
      now,
      processMetrics,
    });
    if (upstream.sandbox && webhooks && areWebhooksDelivered) {
      upstream.sandbox.subscribe({ callbackUrl: `${gateway.url}/webhooks/offblocks/${webhooks.secret}` });
    }
    return {
      gateway,
      sandbox: upstream.sandbox,
      async close() {
        await gateway.close();
        await upstream.close();
      },
    };
  } catch (error) {
    await upstream.close();
    throw error;
  }
}
