import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { AccessTokenVerifier } from './auth/inbound/access-token.js';
import type { DevelopmentIssuer } from './auth/inbound/development-issuer.js';
import { createApiTokenSource } from './auth/outbound/api-token.js';
import { createRequestSigner } from './auth/outbound/request-signer.js';
import type { SignatureProfile } from './auth/outbound/signature-profile.js';
import type { SigningKeyRing } from './auth/outbound/signing-key-ring.js';
import { startBackground } from './background.js';
import { createContextFactory } from './create-context.js';
import { createLocalCacheStores, createSharedCacheStores } from './datasources/cache/cache-stores.js';
import { createEntityCache } from './datasources/cache/entity-cache.js';
import { createHttpTransport } from './datasources/http/http-transport.js';
import { createTokenRequest } from './datasources/http/token-request.js';
import { createUpstreamClient } from './datasources/http/upstream-client.js';
import { toClientError, UpstreamFailure } from './datasources/http/upstream-failure.js';
import { createLiveReads } from './datasources/live-reads.js';
import { entityCodec } from './datasources/loaders/entity-codec.js';
import { createResourceReader, type ResourceReaderOptions } from './datasources/loaders/resource-reader.js';
import { createMutationMemory } from './datasources/mutations/mutation-memory.js';
import { createLocalMutationRecords } from './datasources/mutations/mutation-records.js';
import { createRedisMutationRecords } from './datasources/mutations/record-stores.js';
import { RunningWork } from './datasources/running-work.js';
import type { ClientErrorOf } from './errors/format-error.js';
import { createEvents, type WebhookOptions } from './events/create-events.js';
import { registerDevelopmentRoutes } from './http/development.routes.js';
import { registerGraphiql } from './http/graphiql/graphiql.routes.js';
import { registerGraphql } from './http/graphql.route.js';
import { registerHealthRoutes } from './http/health.routes.js';
import { type GuardSettings, openOperationGuard } from './http/limits/open-operation-guard.js';
import { registerOperations } from './http/operations.js';
import type { HttpLimits } from './http/server/http-limits.js';
import { createHttpServer } from './http/server/http-server.js';
import type { StreamLimits } from './http/streams/stream-limits.js';
import { registerStreams } from './http/streams/streams.routes.js';
import { registerWebhookReceiver } from './http/webhooks.route.js';
import { type AuditLog, createAuditLog } from './observability/audit-log.js';
import { createLiveMetrics } from './observability/live-metrics.js';
import type { Logger } from './observability/logger.js';
import { createMetrics, type Metrics } from './observability/metrics.js';
import { createUnknownValueListener } from './observability/unknown-values.js';
import { buildGatewaySchema } from './resolvers/build-schema.js';

export interface GatewayOptions {
  host: string;
  /** 0 is any free port. */
  port: number;
  upstream: {
    baseUrl: URL;
    credentials: { apiKey: string; apiSecret: string };
    keys: SigningKeyRing;
    profile: SignatureProfile;
  };
  verifier: AccessTokenVerifier;
  /** With the embedded sandbox only: opens `/dev/token` to everybody. */
  developmentIssuer: DevelopmentIssuer | null;
  simulator: boolean;
  introspection: boolean;
  graphiql: boolean;
  /** Whose pages may call GraphQL. */
  corsOrigins?: readonly string[];
  /** For tests that cannot wait: other than `HTTP_LIMITS`. */
  httpLimits?: Partial<HttpLimits>;
  /** Limits, budgets, and which documents are answered. */
  guard: GuardSettings;
  /** Null: in memory, for a single node. */
  redisUrl: string | null;
  cacheTtlSeconds: number;
  /** Where the API has to deliver to; whether it does is looked at in the background. Null: nobody looks. */
  registration?: { publicUrl: URL; secret: string } | null;
  /** Time between two comparisons with the lists of the API; 0 for none. */
  resyncIntervalSeconds?: number;
  operationDeadlineMs: number;
  /** Null: no webhooks are received. */
  webhooks?: WebhookOptions | null;
  /** Other bounds of those connections than the usual ones. */
  streamLimits?: Partial<StreamLimits>;
  maxConcurrentOperations: number;
  logger: Logger;
  /** Default: none. */
  audit?: AuditLog;
  now: () => Date;
  /** For measurements: see `ResourceReaderOptions`. */
  plan?: ResourceReaderOptions['plan'];
  /** Node's own figures beside the gateway's; once a process. */
  processMetrics?: boolean;
}

export interface Gateway {
  /** `http://host:port`, without a slash at the end. */
  url: string;
  metrics: Metrics;
  /** `/health/ready` says so from now on, and every answer ends its connection; everything is still served. */
  beginDrain(): void;
  /** Takes no more requests, finishes those that run and the mutations whose clients have gone, and lets go of every resource. */
  close(): Promise<void>;
}

/** Puts the gateway together and starts to listen: the one place that constructs things. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { upstream, verifier, developmentIssuer, logger, now, operationDeadlineMs } = options;
  const { audit = createAuditLog({ target: 'off' }) } = options;
  const metrics = createMetrics({ processMetrics: options.processMetrics ?? false });
  const onUnknownValue = createUnknownValueListener({ logger, metrics });

  const transport = createHttpTransport({ origin: upstream.baseUrl, metrics });
  const { baseUrl, credentials } = upstream;
  const requestToken = createTokenRequest({ transport, baseUrl, credentials, timeoutMs: operationDeadlineMs });
  const client = createUpstreamClient({
    transport,
    baseUrl,
    signer: createRequestSigner({ keys: upstream.keys, profile: upstream.profile, now }),
    tokens: createApiTokenSource({ requestToken, now }),
    metrics,
    logger,
    deadlineMs: operationDeadlineMs,
    // A read that hangs is worth a second try.
    tryTimeoutMs: Math.ceil(operationDeadlineMs / 2),
    now,
  });
  const stores = options.redisUrl
    ? createSharedCacheStores({
        redisUrl: options.redisUrl,
        programme: { baseUrl, apiKey: credentials.apiKey },
        logger,
        metrics,
        longestChangeMs: operationDeadlineMs,
        codec: entityCodec,
      })
    : createLocalCacheStores();
  const cache = createEntityCache({ ...stores, ttlMs: options.cacheTtlSeconds * 1_000, metrics });
  const reader = createResourceReader({
    client: client,
    cache,
    metrics,
    logger,
    onUnknownValue,
    listLifeMs: options.cacheTtlSeconds * 1_000,
    ...(options.plan && { plan: options.plan }),
  });

  const schema = buildGatewaySchema({ simulator: options.simulator });
  const { guard, close: closeGuard } = await openOperationGuard({
    settings: options.guard,
    schema,
    introspection: options.introspection,
    shared: stores.shared,
    metrics,
    logger,
    now,
  }).catch(async (error: unknown) => {
    await stores.close();
    await transport.close();
    throw error;
  });

  const { redisUrl } = options;
  const programme = { baseUrl, apiKey: credentials.apiKey };
  const mutationRecords = redisUrl
    ? createRedisMutationRecords({ redisUrl, programme, logger, now })
    : createLocalMutationRecords({ now });
  const mutationMemory = createMutationMemory({
    records: mutationRecords,
    now,
    callDeadlineMs: operationDeadlineMs,
  });
  const liveMetrics = createLiveMetrics(metrics.registry);
  const events = createEvents({
    cache,
    reads: createLiveReads(reader),
    redisUrl,
    programme,
    webhooks: options.webhooks ?? null,
    metrics: liveMetrics,
    logger,
    now,
  });

  const { corsOrigins = [], httpLimits = {} } = options;
  const app = await createHttpServer({ logger, corsOrigins, limits: httpLimits });
  const running = new RunningWork();
  const timeOf = registerOperations(app, {
    deadlineMs: operationDeadlineMs,
    maxConcurrent: options.maxConcurrentOperations,
    metrics,
  });
  const createContext = createContextFactory({
    verifier,
    reader,
    client,
    cache,
    mutationMemory,
    now,
    metrics,
    logger,
    onUnknownValue,
    audit,
    openLive: events.openLive,
    onInvalidated: events.onInvalidated,
    timeOf,
    running,
  });
  let isDraining = false;
  // A client that keeps its connection would hold up the end of the process for as long as it likes.
  app.addHook('onSend', async (_request, reply) => {
    if (isDraining) void reply.header('connection', 'close');
  });
  const clientErrorOf: ClientErrorOf = (error) => (error instanceof UpstreamFailure ? toClientError(error) : null);
  const { introspection } = options;
  const graphql = { schema, introspection, guard, createContext, clientErrorOf, logger, audit };
  const apollo = await registerGraphql(app, graphql);
  const streams = registerStreams(app, {
    schema,
    guard,
    createContext,
    clientErrorOf,
    verifier,
    origins: corsOrigins,
    limits: options.streamLimits,
    metrics: liveMetrics,
    logger,
    now,
  });
  if (options.webhooks && events.receiver) {
    await registerWebhookReceiver(app, { secret: options.webhooks.secret, receiver: events.receiver });
  }
  registerHealthRoutes(app, { isDraining: () => isDraining, metrics });
  if (developmentIssuer) await registerDevelopmentRoutes(app, developmentIssuer);
  if (options.graphiql) {
    await registerGraphiql(app, { development: developmentIssuer !== null, endpoint: '/graphql' });
    app.get('/', (_request, reply) => reply.redirect('/graphiql'));
  }
  await app.listen({ host: options.host, port: options.port });

  const background = startBackground({
    client,
    cache,
    onInvalidated: events.onInvalidated,
    registration: options.registration ?? null,
    resyncIntervalSeconds: options.resyncIntervalSeconds ?? 0,
    cacheTtlSeconds: options.cacheTtlSeconds,
    redisUrl: options.redisUrl,
    programme: { baseUrl, apiKey: credentials.apiKey },
    registry: metrics.registry,
    logger,
    now,
  });

  const { port } = app.server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    metrics,
    beginDrain() {
      isDraining = true;
    },
    async close() {
      isDraining = true;
      await background.close();
      await streams.close();
      await app.close();
      await running.idle();
      await apollo.stop();
      closeGuard();
      await mutationRecords.close();
      await events.close();
      await stores.close();
      await transport.close();
    },
  };
}
