import { ConfigError } from './config-error.js';
import type {
  AuthConfig,
  GatewayConfig,
  OperationLimits,
  SignatureConfig,
  UpstreamConfig,
  WebhookSignatureConfig,
} from './gateway-config.js';
import { type Environment, findUnknownNames, type ReadValues, readValues } from './read-values.js';
import { Secret } from './secret.js';
import { type Values, type VariableName } from './variables.js';

const CREDENTIALS = ['OFFBLOCKS_API_KEY', 'OFFBLOCKS_API_SECRET', 'OFFBLOCKS_SIGNING_KEY_ID'] as const;
const SIGNING_KEYS = ['OFFBLOCKS_SIGNING_KEY_FILE', 'OFFBLOCKS_SIGNING_KEY'] as const;
const WEBHOOK_KEYS = ['WEBHOOK_SIGNATURE_KEY_FILE', 'WEBHOOK_SIGNATURE_KEY'] as const;
const ISSUER = ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'] as const;

/**
 * Makes the configuration out of the environment: the one place that knows its shape. Pure; an empty text counts as
 * unset, `0` is a value. Throws `ConfigError` with every problem at once: malformed, missing and contradictory variables.
 */
export function parseEnv(env: Environment): GatewayConfig {
  const read = readValues(env);
  const unknownNames = findUnknownNames(env);
  const problems = [
    ...read.problems,
    ...upstreamProblems(read),
    ...authProblems(read),
    ...documentProblems(read),
    ...webhookProblems(read),
  ];
  if (problems.length > 0) throw new ConfigError(problems, unknownNames);
  return deepFreeze(
    assemble(read.values, [
      ...unknownNames,
      ...idleVariables(read),
      ...sharingHints(read),
      ...issuerHints(read),
      ...manifestHints(read),
      ...graceHints(read),
    ]),
  );
}

function upstreamProblems({ present }: ReadValues): string[] {
  if (!present.has('OFFBLOCKS_BASE_URL')) {
    return [...CREDENTIALS, ...SIGNING_KEYS]
      .filter((name) => present.has(name))
      .map((name) => `${name} is set but OFFBLOCKS_BASE_URL is not: set both, or neither for the embedded sandbox`);
  }
  const problems = CREDENTIALS.filter((name) => !present.has(name)).map(neededWithBaseUrl);
  if (present.has('WEBHOOK_PUBLIC_URL') && !present.has('WEBHOOK_SECRET')) {
    problems.push('WEBHOOK_SECRET is needed with WEBHOOK_PUBLIC_URL: it is part of the address that is delivered to');
  }
  const signingKeys = SIGNING_KEYS.filter((name) => present.has(name));
  if (signingKeys.length === 0) problems.push(neededWithBaseUrl(SIGNING_KEYS.join(' or ')));
  if (signingKeys.length === 2) problems.push(`${SIGNING_KEYS.join(' and ')} are both set: one of them must be unset`);
  return problems;
}

function authProblems({ present }: ReadValues): string[] {
  const missing = ISSUER.filter((name) => !present.has(name));
  if (present.has('OFFBLOCKS_BASE_URL')) return missing.map(neededWithBaseUrl);
  if (missing.length === ISSUER.length) return [];
  return missing.map((name) => `${name} is needed too: set ${ISSUER.join(', ')} together, or none of them`);
}

function documentProblems({ present, values }: ReadValues): string[] {
  const problems: string[] = [];
  if (values.TRUSTED_DOCUMENTS !== 'off' && !present.has('TRUSTED_DOCUMENTS_FILE')) {
    problems.push(`TRUSTED_DOCUMENTS_FILE is needed with TRUSTED_DOCUMENTS=${values.TRUSTED_DOCUMENTS}`);
  }
  if (values.TRUSTED_DOCUMENTS === 'enforce' && values.APQ) {
    problems.push('APQ=on contradicts TRUSTED_DOCUMENTS=enforce: nobody but the manifest adds documents then');
  }
  return problems;
}

function webhookProblems({ present, values }: ReadValues): string[] {
  const keys = WEBHOOK_KEYS.filter((name) => present.has(name));
  const hasId = present.has('WEBHOOK_SIGNATURE_KEY_ID');
  const policy = values.WEBHOOK_SIGNATURES;
  const problems: string[] = [];
  if (keys.length === 2) problems.push(`${WEBHOOK_KEYS.join(' and ')} are both set: one of them must be unset`);
  if (keys.length > 0 && !hasId) problems.push('WEBHOOK_SIGNATURE_KEY_ID is needed with a key for deliveries');
  if (keys.length === 0 && hasId) {
    problems.push(`WEBHOOK_SIGNATURE_KEY_ID is set without a key: set one of ${WEBHOOK_KEYS.join(' or ')} too`);
  }
  if (keys.length === 0 && (policy === 'required' || policy === 'when-present')) {
    problems.push(`${WEBHOOK_KEYS.join(' or ')} is needed with WEBHOOK_SIGNATURES=${policy}`);
  }
  return problems;
}

function neededWithBaseUrl(name: string): string {
  return `${name} is needed with OFFBLOCKS_BASE_URL`;
}

/** For the rest of a shutdown: the notice at its beginning, answers on their way, what is closed at the end. */
const DRAIN_MARGIN_MS = 5_000;

/** In production the development issuer is off, whatever the gateway talks to. */
function issuerHints({ present, values }: ReadValues): string[] {
  if (values.NODE_ENV !== 'production' || present.has('AUTH_JWKS_URL')) return [];
  return [
    `${ISSUER.join(', ')} are not set, and NODE_ENV=production turns the development issuer off: no access token is accepted`,
  ];
}

/** An operation that is cut off by the end of the process is what the grace time is there to avoid. */
function graceHints({ values }: ReadValues): string[] {
  const { SHUTDOWN_GRACE_MS: graceMs, OPERATION_DEADLINE_MS: deadlineMs } = values;
  if (graceMs === null || graceMs > deadlineMs) return [];
  return ['SHUTDOWN_GRACE_MS is not longer than OPERATION_DEADLINE_MS: the end of the process can cut operations off'];
}

/** Gateways that do not share a Redis do not share what they know either, and nothing else would tell. */
function sharingHints({ present }: ReadValues): string[] {
  if (!present.has('OFFBLOCKS_BASE_URL') || present.has('REDIS_URL')) return [];
  return [
    'REDIS_URL is not set: right for one gateway; several in front of one programme need it, or they answer with old data',
  ];
}

/** The page sends what is typed into it, and asks for the schema first: neither is in a manifest. */
function manifestHints({ values }: ReadValues): string[] {
  const graphiql = values.GRAPHIQL ?? values.NODE_ENV !== 'production';
  if (values.TRUSTED_DOCUMENTS !== 'enforce' || !graphiql) return [];
  return ['TRUSTED_DOCUMENTS=enforce refuses whatever GraphiQL sends: set GRAPHIQL=off, or TRUSTED_DOCUMENTS=log'];
}

function idleVariables({ present, values }: ReadValues): string[] {
  const idle: VariableName[] = values.TRUSTED_DOCUMENTS === 'off' ? ['TRUSTED_DOCUMENTS_FILE'] : [];
  const idleNow = idle
    .filter((name) => present.has(name))
    .map((name) => `${name} has no effect with TRUSTED_DOCUMENTS=off`);
  const idleInSandbox =
    present.has('WEBHOOK_PUBLIC_URL') && !present.has('OFFBLOCKS_BASE_URL')
      ? ['WEBHOOK_PUBLIC_URL has no effect with the embedded sandbox, which delivers without being told to']
      : [];
  return [...idleNow, ...idleInSandbox];
}

function assemble(values: Values, warnings: readonly string[]): GatewayConfig {
  const upstream = assembleUpstream(values);
  const production = values.NODE_ENV === 'production';
  return {
    host: values.HOST,
    port: values.PORT,
    upstream,
    signature: assembleSignature(values),
    simulator: values.OFFBLOCKS_SIMULATOR ?? upstream.kind === 'embedded-sandbox',
    redisUrl: values.REDIS_URL,
    cacheTtlSeconds: values.CACHE_TTL_SECONDS,
    resyncIntervalSeconds: values.RESYNC_INTERVAL_SECONDS,
    auth: assembleAuth(values),
    corsOrigins: values.CORS_ORIGINS ?? [],
    trustedDocuments: { mode: values.TRUSTED_DOCUMENTS, file: values.TRUSTED_DOCUMENTS_FILE },
    webhookPublicUrl: values.WEBHOOK_PUBLIC_URL,
    automaticPersistedQueries: values.APQ,
    limits: assembleLimits(values),
    webhookSecret: values.WEBHOOK_SECRET,
    webhookRateLimit: values.WEBHOOK_RATE_LIMIT,
    webhookSignatures: assembleWebhookSignatures(values),
    rateLimit: values.RATE_LIMIT,
    operationDeadlineMs: values.OPERATION_DEADLINE_MS,
    maxConcurrentOperations: values.MAX_CONCURRENT_OPERATIONS,
    shutdownGraceMs: values.SHUTDOWN_GRACE_MS ?? values.OPERATION_DEADLINE_MS + DRAIN_MARGIN_MS,
    introspection: values.INTROSPECTION ?? !production,
    graphiql: values.GRAPHIQL ?? !production,
    logLevel: values.LOG_LEVEL,
    auditLog: values.AUDIT_LOG,
    production,
    warnings,
  };
}

function assembleUpstream(values: Values): UpstreamConfig {
  if (values.OFFBLOCKS_BASE_URL === null) return { kind: 'embedded-sandbox' };
  const { OFFBLOCKS_SIGNING_KEY_FILE: file, OFFBLOCKS_SIGNING_KEY: pem } = values;
  return {
    kind: 'api',
    baseUrl: values.OFFBLOCKS_BASE_URL,
    apiKey: checked(values.OFFBLOCKS_API_KEY),
    apiSecret: checked(values.OFFBLOCKS_API_SECRET),
    signingKey: file === null ? { pem: checked(pem) } : { file },
    signingKeyId: checked(values.OFFBLOCKS_SIGNING_KEY_ID),
  };
}

function assembleWebhookSignatures(values: Values): WebhookSignatureConfig | null {
  const { WEBHOOK_SIGNATURE_KEY_FILE: file, WEBHOOK_SIGNATURE_KEY: pem } = values;
  const policy = values.WEBHOOK_SIGNATURES ?? 'when-present';
  if (policy === 'off' || (file === null && pem === null)) return null;
  return {
    policy,
    key: file === null ? { pem: checked(pem) } : { file },
    keyId: checked(values.WEBHOOK_SIGNATURE_KEY_ID),
  };
}

function assembleSignature(values: Values): SignatureConfig {
  const {
    OFFBLOCKS_SIGNATURE_COMPONENTS: components,
    OFFBLOCKS_SIGNATURE_PARAMETERS: parameters,
    OFFBLOCKS_DIGEST_ALGORITHMS: digestAlgorithms,
  } = values;
  return {
    ...(components && { components }),
    ...(parameters && { parameters }),
    ...(digestAlgorithms && { digestAlgorithms }),
  };
}

function assembleLimits(values: Values): OperationLimits {
  return {
    documentBytes: values.MAX_DOCUMENT_BYTES,
    tokens: values.MAX_TOKENS,
    nesting: values.MAX_NESTING,
    definitions: values.MAX_DEFINITIONS,
    depth: values.MAX_DEPTH,
    aliases: values.MAX_ALIASES,
    directives: values.MAX_DIRECTIVES,
    rootFields: values.MAX_ROOT_FIELDS,
    fields: values.MAX_FIELDS,
    cost: values.MAX_COST,
  };
}

function assembleAuth(values: Values): AuthConfig {
  const customerClaim = values.AUTH_CUSTOMER_CLAIM;
  if (values.AUTH_JWKS_URL === null) {
    return { kind: values.NODE_ENV === 'production' ? 'nobody' : 'development', customerClaim };
  }
  return {
    kind: 'jwks',
    jwksUrl: values.AUTH_JWKS_URL,
    issuer: checked(values.AUTH_ISSUER),
    audience: checked(values.AUTH_AUDIENCE),
    customerClaim,
  };
}

/** For what the lists of problems above have made sure of. */
function checked<T>(value: T | null): T {
  if (value === null) throw new Error('parseEnv assembles a value that it has not checked');
  return value;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Secret) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
