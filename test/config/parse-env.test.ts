import { inspect } from 'node:util';
import { ConfigError } from '../../src/config/config-error.js';
import { parseEnv } from '../../src/config/parse-env.js';
import { Secret } from '../../src/config/secret.js';
import { VARIABLE_NAMES, VARIABLES, type Variable } from '../../src/config/variables.js';

const PEM = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';

const anIssuer = {
  AUTH_JWKS_URL: 'https://login.example.com/jwks',
  AUTH_ISSUER: 'https://login.example.com/',
  AUTH_AUDIENCE: 'gateway',
};
const anApi = {
  OFFBLOCKS_BASE_URL: 'https://api.example.com/v1',
  OFFBLOCKS_API_KEY: 'the-key',
  OFFBLOCKS_API_SECRET: 'the-secret',
  OFFBLOCKS_SIGNING_KEY_FILE: '/keys/signing.pem',
  OFFBLOCKS_SIGNING_KEY_ID: 'key-1',
  ...anIssuer,
};

type Env = Record<string, string | undefined>;

function errorOf(env: Env): ConfigError {
  try {
    parseEnv(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The environment was accepted');
}

describe('parseEnv', () => {
  it('runs the embedded sandbox with the development issuer when nothing is set', () => {
    expect(parseEnv({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      upstream: { kind: 'embedded-sandbox' },
      signature: {},
      simulator: true,
      redisUrl: null,
      cacheTtlSeconds: 30,
      resyncIntervalSeconds: 0,
      auth: { kind: 'development', customerClaim: 'customer_id' },
      corsOrigins: [],
      trustedDocuments: { mode: 'off', file: null },
      webhookPublicUrl: null,
      automaticPersistedQueries: false,
      limits: {
        documentBytes: 50000,
        tokens: 4000,
        nesting: 50,
        definitions: 50,
        depth: 16,
        aliases: 50,
        directives: 50,
        rootFields: 25,
        fields: 1000,
        cost: 20000,
      },
      webhookSecret: null,
      webhookRateLimit: 100,
      webhookSignatures: null,
      rateLimit: 3_000_000,
      operationDeadlineMs: 10000,
      maxConcurrentOperations: 256,
      shutdownGraceMs: 15000,
      introspection: true,
      graphiql: true,
      logLevel: 'info',
      auditLog: 'stdout',
      production: false,
      warnings: [],
    });
  });

  it.each([
    ['STDERR', 'stderr'],
    ['off', 'off'],
    ['./audit.log', { file: './audit.log' }],
    ['/var/log/gateway/audit', { file: '/var/log/gateway/audit' }],
  ])('has audit lines go to %s', (AUDIT_LOG, auditLog) => {
    expect(parseEnv({ AUDIT_LOG }).auditLog).toEqual(auditLog);
  });

  it('talks to the real API with everything that it needs', () => {
    const { upstream, auth, simulator } = parseEnv(anApi);
    if (upstream.kind !== 'api') throw new Error('not the API');
    expect(upstream.baseUrl.href).toBe('https://api.example.com/v1');
    expect(upstream.apiKey.reveal()).toBe('the-key');
    expect(upstream.apiSecret.reveal()).toBe('the-secret');
    expect(upstream.signingKey).toEqual({ file: '/keys/signing.pem' });
    expect(upstream.signingKeyId).toBe('key-1');
    expect(auth).toEqual({
      kind: 'jwks',
      jwksUrl: new URL('https://login.example.com/jwks'),
      issuer: 'https://login.example.com/',
      audience: 'gateway',
      customerClaim: 'customer_id',
    });
    expect(simulator).toBe(false);
  });

  it('takes the signing key from a variable, whole or with its line breaks written out', () => {
    const env: Env = { ...anApi, OFFBLOCKS_SIGNING_KEY_FILE: '' };
    for (const text of [PEM, PEM.replaceAll('\n', '\\n'), `"${PEM.replaceAll('\n', '\\n')}"`]) {
      const { upstream } = parseEnv({ ...env, OFFBLOCKS_SIGNING_KEY: text });
      if (upstream.kind !== 'api' || !('pem' in upstream.signingKey)) throw new Error('no PEM');
      expect(upstream.signingKey.pem.reveal()).toBe(PEM);
    }
  });

  it('takes an empty or blank text for unset, and 0 for a value', () => {
    expect(parseEnv({ PORT: '', OFFBLOCKS_BASE_URL: '  ', CACHE_TTL_SECONDS: '' })).toEqual(parseEnv({}));
    const { port, cacheTtlSeconds } = parseEnv({ PORT: '0', CACHE_TTL_SECONDS: '0' });
    expect({ port, cacheTtlSeconds }).toEqual({ port: 0, cacheTtlSeconds: 0 });
  });

  it('drops white space around a text', () => {
    const { upstream } = parseEnv({ ...anApi, OFFBLOCKS_API_SECRET: 'the-secret\n' });
    expect(upstream.kind === 'api' && upstream.apiSecret.reveal()).toBe('the-secret');
  });

  it('accepts another issuer with the embedded sandbox, in production too', () => {
    expect(parseEnv(anIssuer)).toMatchObject({ upstream: { kind: 'embedded-sandbox' }, auth: { kind: 'jwks' } });
    expect(parseEnv({ ...anIssuer, NODE_ENV: 'production' })).toMatchObject({
      auth: { kind: 'jwks' },
      production: true,
      introspection: false,
      graphiql: false,
      simulator: true,
    });
  });

  it('lets explicit switches win over what production and the sandbox imply', () => {
    const env = {
      ...anIssuer,
      NODE_ENV: 'production',
      INTROSPECTION: 'on',
      GRAPHIQL: 'ON',
      OFFBLOCKS_SIMULATOR: 'off',
    };
    expect(parseEnv(env)).toMatchObject({ introspection: true, graphiql: true, simulator: false });
    expect(parseEnv({ ...anApi, OFFBLOCKS_SIMULATOR: 'on' })).toMatchObject({ simulator: true });
  });

  it('lets the customer claim be set alone', () => {
    expect(parseEnv({ AUTH_CUSTOMER_CLAIM: 'https://example.com/customer' }).auth).toEqual({
      kind: 'development',
      customerClaim: 'https://example.com/customer',
    });
  });

  it('never starts the development issuer with a base URL', () => {
    const names = Object.keys(anApi);
    for (let missing = 0; missing < 2 ** names.length; missing++) {
      const env = Object.fromEntries(Object.entries(anApi).filter((_, index) => (missing & (1 << index)) === 0));
      if (env.OFFBLOCKS_BASE_URL === undefined) continue;
      if (missing === 0) expect(parseEnv(env).auth.kind).toBe('jwks');
      else expect(() => parseEnv(env)).toThrow(ConfigError);
    }
  });

  it('reads lists separated by commas or blanks', () => {
    expect(
      parseEnv({
        OFFBLOCKS_SIGNATURE_COMPONENTS: '@method @authority,@path, X-Request-Id',
        OFFBLOCKS_SIGNATURE_PARAMETERS: 'created keyid',
        OFFBLOCKS_DIGEST_ALGORITHMS: 'SHA-512',
        CORS_ORIGINS: 'https://App.example.com/, http://localhost:3000',
      }),
    ).toMatchObject({
      signature: {
        components: ['@method', '@authority', '@path', 'x-request-id'],
        parameters: ['created', 'keyid'],
        digestAlgorithms: ['sha-512'],
      },
      corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
    });
  });

  it.each([
    ['OFFBLOCKS_BASE_URL', 'https://api.example.com/v1/', 'https://api.example.com/v1'],
    ['OFFBLOCKS_BASE_URL', 'https://api.example.com', 'https://api.example.com/'],
    ['OFFBLOCKS_BASE_URL', 'http://localhost:8080/v1', 'http://localhost:8080/v1'],
    ['OFFBLOCKS_BASE_URL', 'http://127.8.9.1', 'http://127.8.9.1/'],
    ['OFFBLOCKS_BASE_URL', 'http://[::1]:8080/v1', 'http://[::1]:8080/v1'],
    ['AUTH_JWKS_URL', 'https://login.example.com/keys?policy=1', 'https://login.example.com/keys?policy=1'],
    ['AUTH_JWKS_URL', 'http://localhost/keys', 'http://localhost/keys'],
  ])('accepts %s %s', (name, text, href) => {
    const { upstream, auth } = parseEnv({ ...anApi, [name]: text });
    const url =
      name === 'AUTH_JWKS_URL' ? auth.kind === 'jwks' && auth.jwksUrl : upstream.kind === 'api' && upstream.baseUrl;
    expect(url).toHaveProperty('href', href);
  });

  it.each([
    ['PORT', 'abc', '-1', '65536', '1e3', '0x10', '4000.0', '+1', '１'],
    ['CACHE_TTL_SECONDS', '-1', '1.5', '86401', 'off'],
    ['OPERATION_DEADLINE_MS', '0', '600001', '10s'],
    ['RATE_LIMIT', '0', '-5', 'none', '1000000001'],
    ['HOST', 'http://localhost', '[::1]', 'a b', 'localhost:80'],
    [
      'OFFBLOCKS_BASE_URL',
      'api.example.com',
      'http://api.example.com',
      'ftp://localhost',
      'https://',
      'https:example.com',
    ],
    [
      'OFFBLOCKS_BASE_URL',
      'http://localhost.example.com',
      'http://127.0.0.1.example.com',
      'http://0.0.0.0',
      'http://10.0.0.1',
    ],
    [
      'OFFBLOCKS_BASE_URL',
      'https://u:p@api.example.com',
      'https://a.example?b=c',
      'https://a.example#b',
      'https://a.ex\tample',
    ],
    [
      'AUTH_JWKS_URL',
      'http://login.example.com',
      'file:///keys',
      'https://u@login.example.com',
      'https://a.example/#k',
    ],
    ['AUTH_ISSUER', 'https://lögin.example.com'],
    ['AUTH_CUSTOMER_CLAIM', 'a b', 'a"b', 'a\\b', 'ä'],
    ['OFFBLOCKS_SIGNING_KEY_FILE', PEM],
    ['OFFBLOCKS_SIGNING_KEY', '/keys/signing.pem', PEM.replaceAll('PRIVATE', 'PUBLIC')],
    ['OFFBLOCKS_SIGNING_KEY', PEM.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE')],
    [
      'OFFBLOCKS_SIGNATURE_COMPONENTS',
      '@target-uri',
      '@scheme',
      '@status',
      'a:b',
      '"@method"',
      '@path @path',
      'signature',
      ',',
    ],
    ['OFFBLOCKS_SIGNATURE_PARAMETERS', 'tag', 'created,created', '@method'],
    ['OFFBLOCKS_DIGEST_ALGORITHMS', 'md5', 'sha-256 sha-256', 'sha256'],
    ['OFFBLOCKS_SIMULATOR', 'yes', 'true', '1'],
    ['INTROSPECTION', 'no'],
    ['GRAPHIQL', '0'],
    ['REDIS_URL', 'localhost:6379', 'http://localhost:6379', 'redis://'],
    ['CORS_ORIGINS', '*', 'null', 'https://a.example/path', 'https://a.example, b.example', 'https://a.example?b'],
    ['TRUSTED_DOCUMENTS', 'on'],
    ['WEBHOOK_SECRET', 'short', '0123456789abcde', '0123456789abcdef/', 'with blanks inside it'],
    [
      'WEBHOOK_PUBLIC_URL',
      'http://gateway.example.com',
      'gateway.example.com',
      'https://gateway.example.com?a',
      'https://gateway.example.com/#a',
      'https://u:p@gateway.example.com',
      'https://gateway.example.com/webhooks/offblocks/planted-secret',
    ],
    ['RESYNC_INTERVAL_SECONDS', '-1', '86401', '1h', 'off'],
    ['LOG_LEVEL', 'verbose'],
    ['AUDIT_LOG', 'on'],
    ['AUDIT_LOG', 'audit.log'],
    ['NODE_ENV', 'prod', 'staging'],
  ])('refuses malformed %s, saying what would be right', (name, ...texts) => {
    for (const text of texts) {
      const { problems } = errorOf({ ...anApi, TRUSTED_DOCUMENTS_FILE: 'f', [name]: text });
      expect(problems).toContainEqual(expect.stringMatching(`^${name} must be .{5}`));
    }
  });

  it.each<[string, Env, readonly string[]]>([
    [
      'everything that a base URL needs',
      { OFFBLOCKS_BASE_URL: 'https://api.example.com/v1' },
      [
        'OFFBLOCKS_API_KEY is needed with OFFBLOCKS_BASE_URL',
        'OFFBLOCKS_API_SECRET is needed with OFFBLOCKS_BASE_URL',
        'OFFBLOCKS_SIGNING_KEY_ID is needed with OFFBLOCKS_BASE_URL',
        'OFFBLOCKS_SIGNING_KEY_FILE or OFFBLOCKS_SIGNING_KEY is needed with OFFBLOCKS_BASE_URL',
        'AUTH_JWKS_URL is needed with OFFBLOCKS_BASE_URL',
        'AUTH_ISSUER is needed with OFFBLOCKS_BASE_URL',
        'AUTH_AUDIENCE is needed with OFFBLOCKS_BASE_URL',
      ],
    ],
    [
      'two signing keys',
      { ...anApi, OFFBLOCKS_SIGNING_KEY: PEM },
      ['OFFBLOCKS_SIGNING_KEY_FILE and OFFBLOCKS_SIGNING_KEY are both set: one of them must be unset'],
    ],
    [
      'credentials without a base URL',
      { OFFBLOCKS_API_KEY: 'k', OFFBLOCKS_SIGNING_KEY: PEM },
      [
        'OFFBLOCKS_API_KEY is set but OFFBLOCKS_BASE_URL is not: set both, or neither for the embedded sandbox',
        'OFFBLOCKS_SIGNING_KEY is set but OFFBLOCKS_BASE_URL is not: set both, or neither for the embedded sandbox',
      ],
    ],
    [
      'a part of an issuer',
      { AUTH_ISSUER: 'https://login.example.com/' },
      [
        'AUTH_JWKS_URL is needed too: set AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE together, or none of them',
        'AUTH_AUDIENCE is needed too: set AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE together, or none of them',
      ],
    ],
    [
      'an address for webhooks without a secret',
      { ...anApi, WEBHOOK_PUBLIC_URL: 'https://gateway.example.com' },
      ['WEBHOOK_SECRET is needed with WEBHOOK_PUBLIC_URL: it is part of the address that is delivered to'],
    ],
    [
      'trusted documents without a manifest',
      { TRUSTED_DOCUMENTS: 'enforce' },
      ['TRUSTED_DOCUMENTS_FILE is needed with TRUSTED_DOCUMENTS=enforce'],
    ],
    [
      'malformed, missing and contradictory variables together',
      {
        PORT: 'x',
        NODE_ENV: 'y',
        OFFBLOCKS_API_KEY: 'k',
        AUTH_JWKS_URL: 'z',
        TRUSTED_DOCUMENTS: 'log',
        REDIS_URL: 'r',
      },
      [
        'PORT must be a whole number from 0 to 65535',
        'REDIS_URL must be a URL such as redis://host:6379 or rediss://user:password@host:6380/0',
        'AUTH_JWKS_URL must be an https URL, or an http URL on a loopback host',
        'NODE_ENV must be one of: development, test, production',
      ].concat([
        'OFFBLOCKS_API_KEY is set but OFFBLOCKS_BASE_URL is not: set both, or neither for the embedded sandbox',
        'AUTH_ISSUER is needed too: set AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE together, or none of them',
        'AUTH_AUDIENCE is needed too: set AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE together, or none of them',
        'TRUSTED_DOCUMENTS_FILE is needed with TRUSTED_DOCUMENTS=log',
      ]),
    ],
  ])('reports all at once: %s', (_, env, problems) => {
    const error = errorOf(env);
    expect(error.problems).toEqual(problems);
    for (const problem of problems) expect(error.message).toContain(`\n  - ${problem}`);
  });

  it('warns of unknown names with our prefixes, and says which one may be meant', () => {
    const env = {
      OFFBLOCKS_BASE_ULR: 'https://x',
      AUTH_JWKS: 'y',
      AUTH_ZZZZZZZZZZ: 'z',
      OFFBLOCKS_EMPTY: '',
      HOSTNAME: 'h',
    };
    expect(parseEnv(env).warnings).toEqual([
      'AUTH_JWKS is not a variable of the gateway; did you mean AUTH_JWKS_URL?',
      'AUTH_ZZZZZZZZZZ is not a variable of the gateway',
      'OFFBLOCKS_BASE_ULR is not a variable of the gateway; did you mean OFFBLOCKS_BASE_URL?',
    ]);
    expect(errorOf({ ...env, OFFBLOCKS_API_KEY: 'k' }).message).toContain('did you mean OFFBLOCKS_BASE_URL?');
  });

  it('trusts nobody in production without an issuer, and says so', () => {
    const { auth, warnings } = parseEnv({ NODE_ENV: 'production' });
    expect(auth.kind).toBe('nobody');
    expect(warnings).toEqual([expect.stringMatching(/^AUTH_JWKS_URL, .*no access token is accepted$/)]);
  });

  it('takes a key for signatures of deliveries with its ID, from a file or the variable', () => {
    const pem = '-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----';
    const signaturesOf = (env: Record<string, string>) => parseEnv(env).webhookSignatures;
    const file = { WEBHOOK_SIGNATURE_KEY_FILE: './key.pem', WEBHOOK_SIGNATURE_KEY_ID: 'k1' };
    expect(signaturesOf(file)).toEqual({ policy: 'when-present', key: { file: './key.pem' }, keyId: 'k1' });
    expect(signaturesOf({ ...file, WEBHOOK_SIGNATURES: 'required' })).toMatchObject({ policy: 'required' });
    expect(signaturesOf({ ...file, WEBHOOK_SIGNATURES: 'off' })).toBeNull();
    expect(signaturesOf({ WEBHOOK_SIGNATURE_KEY: pem, WEBHOOK_SIGNATURE_KEY_ID: 'k1' })).toMatchObject({
      key: { pem: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n' },
    });
  });

  it.each([
    [{ WEBHOOK_SIGNATURES: 'required' }, ['is needed with WEBHOOK_SIGNATURES=required']],
    [{ WEBHOOK_SIGNATURE_KEY_FILE: './key.pem' }, ['WEBHOOK_SIGNATURE_KEY_ID is needed']],
    [{ WEBHOOK_SIGNATURE_KEY_ID: 'k1' }, ['is set without a key']],
    [{ WEBHOOK_SIGNATURE_KEY: '-----BEGIN PRIVATE KEY-----' }, ['a public key in PEM']],
  ])('refuses %j', (env, fragments) => {
    for (const fragment of fragments) expect(() => parseEnv(env)).toThrow(fragment);
  });

  it('takes the public address of the receiver, and says that the embedded sandbox does not need it', () => {
    const env = { WEBHOOK_PUBLIC_URL: 'https://example.com/gateway/', WEBHOOK_SECRET: 'sixteen-letters-and-more' };
    expect(parseEnv({ ...anApi, ...env }).webhookPublicUrl?.href).toBe('https://example.com/gateway');
    expect(parseEnv({ ...anApi, ...env }).warnings.join()).not.toContain('WEBHOOK_PUBLIC_URL');
    expect(parseEnv(env).warnings).toContainEqual(
      'WEBHOOK_PUBLIC_URL has no effect with the embedded sandbox, which delivers without being told to',
    );
  });

  it('warns of a manifest that nothing uses', () => {
    expect(parseEnv({ TRUSTED_DOCUMENTS_FILE: 'f.json' }).warnings).toEqual([
      'TRUSTED_DOCUMENTS_FILE has no effect with TRUSTED_DOCUMENTS=off',
    ]);
  });

  it('warns of a GraphiQL that a manifest shuts out', () => {
    const enforced = { TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILE: 'f.json' };
    expect(parseEnv(enforced).warnings).toEqual([expect.stringMatching(/GraphiQL.*GRAPHIQL=off/)]);
    expect(parseEnv({ ...enforced, GRAPHIQL: 'off' }).warnings).toEqual([]);
    expect(parseEnv({ ...enforced, TRUSTED_DOCUMENTS: 'log' }).warnings).toEqual([]);
  });

  it('lets no client register documents where only those of the manifest run', () => {
    const enforced = { TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILE: 'f.json', APQ: 'on' };
    expect(errorOf(enforced).problems).toEqual([expect.stringMatching(/^APQ=on contradicts/)]);
    expect(parseEnv({ ...enforced, TRUSTED_DOCUMENTS: 'log' }).automaticPersistedQueries).toBe(true);
  });

  it('never shows the text of a variable in an error', () => {
    const planted = 'pLaNtEd sEcReT/é';
    const env = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, planted]));
    const error = errorOf({ ...env, OFFBLOCKS_TYPO: planted });
    expect(error.problems.length).toBeGreaterThan(20);
    expect(inspect(error, { depth: 9 }).toLowerCase()).not.toContain('planted');
  });

  it('never shows a secret in its result', () => {
    const config = parseEnv({
      ...anApi,
      OFFBLOCKS_API_KEY: 'planted-1',
      OFFBLOCKS_API_SECRET: 'planted-2',
      OFFBLOCKS_SIGNING_KEY_FILE: undefined,
      OFFBLOCKS_SIGNING_KEY: PEM.replace('c2VjcmV0', 'planted3'),
      REDIS_URL: 'redis://user:planted-4@localhost',
      WEBHOOK_SECRET: 'planted-5-planted-5',
    });
    expect(inspect(config, { depth: 9, showHidden: true })).not.toContain('planted');
    expect(JSON.stringify(config)).not.toContain('planted');
    expect(config.redisUrl?.reveal()).toContain('planted-4');
    expect(config.webhookSecret?.reveal()).toBe('planted-5-planted-5');
  });

  it('returns what nobody can change', () => {
    const config = parseEnv({ ...anApi, CORS_ORIGINS: 'https://a.example', OFFBLOCKS_DIGEST_ALGORITHMS: 'sha-256' });
    for (const part of [config, config.upstream, config.auth, config.corsOrigins, config.signature.digestAlgorithms]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it.each(VARIABLE_NAMES)('accepts its own example of %s', (name) => {
    const variable: Variable<unknown> = VARIABLES[name];
    expect(() => variable.parse(variable.example)).not.toThrow();
  });
});

describe('Secret', () => {
  it('shows itself to nobody but reveal()', () => {
    const secret = new Secret('planted');
    expect([
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ secret }, { showHidden: true }),
    ]).toEqual(['[redacted]', '{"secret":"[redacted]"}', '[redacted]', '{ secret: [redacted] }']);
    expect(secret.reveal()).toBe('planted');
  });
});
