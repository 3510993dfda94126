import type { Secret } from './secret.js';

/** The REST API behind the gateway: the sandbox inside this process, or a real one with its credentials. */
export type UpstreamConfig =
  | { readonly kind: 'embedded-sandbox' }
  | {
      readonly kind: 'api';
      /** `https`, or `http` on a loopback host; no trailing slash in `href`'s path, no query, no credentials. */
      readonly baseUrl: URL;
      readonly apiKey: Secret;
      readonly apiSecret: Secret;
      /** PEM of the P-384 private key, or the path of a file that holds it. Nobody has read the file yet. */
      readonly signingKey: { readonly file: string } | { readonly pem: Secret };
      /** `keyid` of the signatures (RFC 9421 section 2.3). */
      readonly signingKeyId: string;
    };

/** Changes to the signature profile; what is absent keeps the profile's own choice. Names are in lower case. */
export interface SignatureConfig {
  readonly components?: readonly string[];
  readonly parameters?: readonly string[];
  readonly digestAlgorithms?: readonly string[];
}

/** Whose access tokens are accepted. */
export type AuthConfig =
  | { readonly kind: 'development'; readonly customerClaim: string }
  /** In production without an issuer: every access token is refused. */
  | { readonly kind: 'nobody'; readonly customerClaim: string }
  | {
      readonly kind: 'jwks';
      readonly jwksUrl: URL;
      readonly issuer: string;
      readonly audience: string;
      readonly customerClaim: string;
    };

export type TrustedDocumentsMode = 'off' | 'log' | 'enforce';

/**
 * How much one operation may ask for, whichever way it arrives. Those of the first group are about the text of a document,
 * those of the second about one operation of it, with fragments counted at each spread (docs/reference/limits.md).
 */
export interface OperationLimits {
  /** UTF-8. */
  readonly documentBytes: number;
  readonly tokens: number;
  /** Brackets of any kind within each other. */
  readonly nesting: number;
  /** Operations and fragments. */
  readonly definitions: number;

  /** Fields below each other, those of introspection left out. */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
  readonly fields: number;
  /** Points. */
  readonly cost: number;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface WebhookSignatureConfig {
  readonly policy: 'when-present' | 'required';
  /** PEM of a P-384 public key, or the path of a file that holds it. */
  readonly key: { readonly file: string } | { readonly pem: string };
  readonly keyId: string;
}

/** Everything that the environment decides. Deeply frozen. Documented in docs/reference/configuration.md. */
export interface GatewayConfig {
  readonly host: string;
  /** 0 is any free port. */
  readonly port: number;
  readonly upstream: UpstreamConfig;
  readonly signature: SignatureConfig;
  /** Whether the upstream is a sandbox, whose simulator the schema may show. */
  readonly simulator: boolean;
  /** null: in memory, for a single node. A secret because the URL may hold a password. */
  readonly redisUrl: Secret | null;
  /** 0 turns the cache off. */
  readonly cacheTtlSeconds: number;
  /** Between two comparisons with the lists of the API; 0: never. */
  readonly resyncIntervalSeconds: number;
  readonly auth: AuthConfig;
  /** Serialised origins (RFC 6454 section 6.2), e.g. `https://app.example.com`. */
  readonly corsOrigins: readonly string[];
  /** `file` is set whenever `mode` is not `off`. */
  readonly trustedDocuments: { readonly mode: TrustedDocumentsMode; readonly file: string | null };
  /** Where OffBlocks reaches the gateway, a prefix for the receiver's path. Null: nobody looks whether it does. */
  readonly webhookPublicUrl: URL | null;
  /** Whether clients may register documents by their hash. */
  readonly automaticPersistedQueries: boolean;
  readonly limits: OperationLimits;
  readonly webhookSecret: Secret | null;
  /** Deliveries a second that one gateway takes. */
  readonly webhookRateLimit: number;
  /** What is asked of signatures of deliveries; null: they are not looked at. Nobody has read the file yet. */
  readonly webhookSignatures: WebhookSignatureConfig | null;
  /** Cost points a minute for one caller, in each of its two budgets. */
  readonly rateLimit: number | 'off';
  readonly operationDeadlineMs: number;
  readonly maxConcurrentOperations: number;
  /** From the first signal to the end, whatever still runs. */
  readonly shutdownGraceMs: number;
  readonly introspection: boolean;
  readonly graphiql: boolean;
  readonly logLevel: LogLevel;
  /** Where audit lines go. Nobody has opened the file yet. */
  readonly auditLog: 'stdout' | 'stderr' | 'off' | { readonly file: string };
  readonly production: boolean;
  /** What looks like a mistake but can be lived with. Names variables, never values; safe to log. */
  readonly warnings: readonly string[];
}
