import { LIMIT_VARIABLES } from './limit-variables.js';
import {
  DERIVED_COMPONENTS,
  DIGEST_ALGORITHMS,
  isComponentName,
  isIn,
  SIGNATURE_PARAMETERS,
} from './signature-names.js';
import * as value from './value-parsers.js';
import { defaulted, optional, type Variable } from './variable.js';

export type { Variable };

const EXAMPLE_PEM = String.raw`-----BEGIN PRIVATE KEY-----\n(base64)\n-----END PRIVATE KEY-----`;

const EXAMPLE_PUBLIC_PEM = String.raw`-----BEGIN PUBLIC KEY-----\n(base64)\n-----END PUBLIC KEY-----`;

/** Every environment variable that the gateway knows, in the order of the documents. Nothing else is read. */
export const VARIABLES = {
  HOST: defaulted({
    description: 'Address to listen on; `0.0.0.0` or `::` for every interface.',
    default: '127.0.0.1',
    example: '0.0.0.0',
    parse: value.host,
  }),
  PORT: defaulted({
    description: 'Port to listen on; `0` takes any free one.',
    default: '4000',
    example: '8080',
    parse: value.integer({ min: 0, max: 65535 }),
  }),
  OFFBLOCKS_BASE_URL: optional({
    description: 'The REST API, with its prefix: `https`, or `http` on a loopback host.',
    unset: 'the embedded sandbox is started, with demo data',
    example: 'https://api.offblocks.xyz/v1',
    parse: value.baseUrl,
  }),
  OFFBLOCKS_API_KEY: optional({
    description: 'Public half of the credentials for `POST /auth/token`.',
    unset: 'needed with `OFFBLOCKS_BASE_URL`, refused without',
    example: 'your-api-key',
    secret: true,
    parse: value.secretText,
  }),
  OFFBLOCKS_API_SECRET: optional({
    description: 'Secret half of the credentials for `POST /auth/token`.',
    unset: 'needed with `OFFBLOCKS_BASE_URL`, refused without',
    example: 'your-api-secret',
    secret: true,
    parse: value.secretText,
  }),
  OFFBLOCKS_SIGNING_KEY_FILE: optional({
    description: 'Path of the PEM file with the P-384 private key that signs requests.',
    unset: 'this or `OFFBLOCKS_SIGNING_KEY` is needed with `OFFBLOCKS_BASE_URL`, refused without; never both',
    example: './signing-key.pem',
    parse: value.filePath,
  }),
  OFFBLOCKS_SIGNING_KEY: optional({
    description: String.raw`The same PEM in the variable itself; a line break may be written as \n.`,
    unset: 'this or `OFFBLOCKS_SIGNING_KEY_FILE` is needed with `OFFBLOCKS_BASE_URL`, refused without; never both',
    example: EXAMPLE_PEM,
    secret: true,
    parse: value.privateKeyPem,
  }),
  OFFBLOCKS_SIGNING_KEY_ID: optional({
    description: '`keyid` of the signatures: the ID under which OffBlocks knows the public key.',
    unset: 'needed with `OFFBLOCKS_BASE_URL`, refused without',
    example: '11111111-2222-4333-8444-555555555555',
    parse: value.plainText,
  }),
  OFFBLOCKS_SIGNATURE_COMPONENTS: optional({
    description: `Components that signatures cover instead of the profile's, in this order: header names and ${listed(DERIVED_COMPONENTS)}.`,
    unset: "the profile's own",
    example: '@method, @authority, @path, @query, authorization, content-digest',
    parse: value.nameList({ what: `header names and ${DERIVED_COMPONENTS.join(', ')}`, isName: isComponentName }),
  }),
  OFFBLOCKS_SIGNATURE_PARAMETERS: optional({
    description: `Parameters that signatures carry instead of the profile's, in this order: ${listed(SIGNATURE_PARAMETERS)}.`,
    unset: "the profile's own",
    example: 'created, expires, keyid, alg, nonce',
    parse: value.nameList({
      what: `signature parameters out of ${SIGNATURE_PARAMETERS.join(', ')}`,
      isName: (name) => isIn(SIGNATURE_PARAMETERS, name),
    }),
  }),
  OFFBLOCKS_DIGEST_ALGORITHMS: optional({
    description: `Members of \`Content-Digest\` instead of the profile's, in this order: ${listed(DIGEST_ALGORITHMS)}.`,
    unset: "the profile's own",
    example: 'sha-512',
    parse: value.nameList({
      what: `digest algorithms out of ${DIGEST_ALGORITHMS.join(', ')}`,
      isName: (name) => isIn(DIGEST_ALGORITHMS, name),
    }),
  }),
  OFFBLOCKS_SIMULATOR: optional({
    description: '`on` where the API is a sandbox: adds the `simulate…` mutations.',
    unset: '`on` with the embedded sandbox, else `off`',
    example: 'on',
    parse: value.onOff,
  }),
  REDIS_URL: optional({
    description:
      'Redis or Valkey shared by several gateways: cache, generations, idempotency records, live events, rate limits.',
    unset: 'in memory, for a single node',
    example: 'redis://127.0.0.1:6379',
    secret: true,
    parse: value.redisUrl,
  }),
  CACHE_TTL_SECONDS: defaulted({
    description: 'Longest life of a cached entity; `0` turns the cache off.',
    default: '30',
    example: '0',
    parse: value.integer({ min: 0, max: 86400 }),
  }),
  RESYNC_INTERVAL_SECONDS: defaulted({
    description:
      'Time between two comparisons with the lists of the API, for changes that no webhook has told of; `0` for none.',
    default: '0',
    example: '3600',
    parse: value.integer({ min: 0, max: 86_400 }),
  }),
  AUTH_JWKS_URL: optional({
    description: 'JWK Set of the issuer whose access tokens are accepted: `https`, or `http` on a loopback host.',
    unset:
      'the development issuer with the embedded sandbox; needed with `OFFBLOCKS_BASE_URL`; in production nobody without it',
    example: 'https://login.example.com/.well-known/jwks.json',
    parse: value.serviceUrl,
  }),
  AUTH_ISSUER: optional({
    description: 'What the `iss` claim must be, to the letter.',
    unset: 'as `AUTH_JWKS_URL`: all three or none',
    example: 'https://login.example.com/',
    parse: value.plainText,
  }),
  AUTH_AUDIENCE: optional({
    description: 'What the `aud` claim must be or contain, to the letter.',
    unset: 'as `AUTH_JWKS_URL`: all three or none',
    example: 'offblocks-graphql-gateway',
    parse: value.plainText,
  }),
  AUTH_CUSTOMER_CLAIM: defaulted({
    description: 'Claim that holds the OffBlocks customer ID of an end user.',
    default: 'customer_id',
    example: 'https://example.com/customer_id',
    parse: value.claimName,
  }),
  CORS_ORIGINS: optional({
    description: 'Comma-separated origins whose pages may call GraphQL.',
    unset: 'none',
    example: 'https://app.example.com, http://localhost:3000',
    parse: value.origins,
  }),
  TRUSTED_DOCUMENTS: defaulted({
    description:
      '`log` reports operations that are not in the manifest, `enforce` refuses them; both need `TRUSTED_DOCUMENTS_FILE`.',
    default: 'off',
    example: 'enforce',
    parse: value.oneOf('off', 'log', 'enforce'),
  }),
  TRUSTED_DOCUMENTS_FILE: optional({
    description: 'Path of the manifest of trusted documents.',
    unset: 'none',
    example: './trusted-documents.json',
    parse: value.filePath,
  }),
  APQ: defaulted({
    description:
      'Whether clients may register documents by their hash (automatic persisted queries): `on` or `off`. Not with `TRUSTED_DOCUMENTS=enforce`.',
    default: 'off',
    example: 'on',
    parse: value.onOff,
  }),
  WEBHOOK_PUBLIC_URL: optional({
    description:
      'Where OffBlocks reaches the gateway, without the path of the receiver. With it the gateway looks whether its webhooks are registered.',
    unset: 'nobody looks',
    example: 'https://gateway.example.com',
    parse: value.publicUrl,
  }),
  WEBHOOK_SECRET: optional({
    description: 'Unguessable last part of the webhook path, 16 characters or more out of letters, digits and `._~-`.',
    unset: 'webhooks are off if `OFFBLOCKS_BASE_URL` is set',
    example: 'change-me-to-something-long-and-random',
    secret: true,
    parse: value.pathSecret,
  }),
  WEBHOOK_RATE_LIMIT: defaulted({
    description: 'Webhook deliveries a second that one gateway takes; twenty times as many at once.',
    default: '100',
    example: '500',
    parse: value.integer({ min: 1, max: 100_000 }),
  }),
  WEBHOOK_SIGNATURES: optional({
    description:
      'What is asked of signatures (RFC 9421) of webhook deliveries: `off` looks at none, `when-present` refuses wrong ones, `required` missing ones too.',
    unset: '`when-present` with a key, `off` without',
    example: 'required',
    parse: value.oneOf('off', 'when-present', 'required'),
  }),
  WEBHOOK_SIGNATURE_KEY_FILE: optional({
    description: 'Path of the PEM file with the P-384 public key that webhook deliveries are signed with.',
    unset: 'signatures of deliveries are not looked at; never both this and `WEBHOOK_SIGNATURE_KEY`',
    example: './webhook-key.pem',
    parse: value.filePath,
  }),
  WEBHOOK_SIGNATURE_KEY: optional({
    description: String.raw`The same PEM in the variable itself; a line break may be written as \n.`,
    unset: 'signatures of deliveries are not looked at; never both this and `WEBHOOK_SIGNATURE_KEY_FILE`',
    example: EXAMPLE_PUBLIC_PEM,
    parse: value.publicKeyPem,
  }),
  WEBHOOK_SIGNATURE_KEY_ID: optional({
    description: '`keyid` of those signatures; any other is refused.',
    unset: 'needed with a key for deliveries, refused without',
    example: '22222222-3333-4444-8555-666666666666',
    parse: value.plainText,
  }),
  RATE_LIMIT: defaulted({
    description:
      'Cost points a minute for the queries of one caller, and as many again for its mutations and subscriptions; or `off`.',
    default: '3000000',
    example: 'off',
    parse: value.rateLimit,
  }),
  ...LIMIT_VARIABLES,
  OPERATION_DEADLINE_MS: defaulted({
    description: 'Longest life of one GraphQL operation.',
    default: '10000',
    example: '5000',
    parse: value.integer({ min: 1, max: 600_000 }),
  }),
  MAX_CONCURRENT_OPERATIONS: defaulted({
    description: 'Operations under way at a time; what exceeds them is refused at once, with 503.',
    default: '256',
    example: '1000',
    parse: value.integer({ min: 1, max: 100_000 }),
  }),
  SHUTDOWN_GRACE_MS: optional({
    description: 'Longest time from SIGTERM to the end of the process, whatever still runs.',
    unset: '`OPERATION_DEADLINE_MS` and five seconds',
    example: '25000',
    parse: value.integer({ min: 0, max: 3_600_000 }),
  }),
  INTROSPECTION: optional({
    description: 'Whether clients may read the schema, and are told of names that they may have meant: `on` or `off`.',
    unset: '`on`, but `off` with `NODE_ENV=production`',
    example: 'off',
    parse: value.onOff,
  }),
  GRAPHIQL: optional({
    description: 'Whether `/graphiql` is there: `on` or `off`.',
    unset: '`on`, but `off` with `NODE_ENV=production`',
    example: 'off',
    parse: value.onOff,
  }),
  LOG_LEVEL: defaulted({
    description: 'Least serious level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace`, or `silent`.',
    default: 'info',
    example: 'debug',
    parse: value.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  }),
  AUDIT_LOG: defaulted({
    description:
      'Where a line for each mutation goes: `stdout`, `stderr`, `off`, or the path of a file, with a slash in it, that lines are added to.',
    default: 'stdout',
    example: './audit.log',
    parse: value.auditTarget,
  }),
  NODE_ENV: defaulted({
    description:
      '`production` turns off the development issuer, introspection, suggestions of names and GraphiQL; or `development`, `test`.',
    default: 'development',
    example: 'production',
    parse: value.oneOf('development', 'test', 'production'),
  }),
};

export type VariableName = keyof typeof VARIABLES;
export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[];

/** A value for each variable; null: unset, and there is no default. */
export type Values = {
  readonly [Name in VariableName]: ValueOf<(typeof VARIABLES)[Name]>;
};
type ValueOf<V> = V extends Variable<infer T> & { default: string }
  ? T
  : V extends Variable<infer T>
    ? T | null
    : never;

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
