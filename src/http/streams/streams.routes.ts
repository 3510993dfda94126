import type { FastifyInstance } from 'fastify';
import type { AccessTokenVerifier } from '../../auth/inbound/access-token.js';
import type { LiveMetrics } from '../../observability/live-metrics.js';
import type { Logger } from '../../observability/logger.js';
import { type AdmissionOptions, createAdmission } from './admission.js';
import { registerEventStream } from './event-stream.route.js';
import { ConnectionCounts, DEFAULT_STREAM_LIMITS, type StreamLimits } from './stream-limits.js';
import { createStreamOperations, type StreamOperationOptions } from './stream-operation.js';
import { registerWebSockets, type StreamRoute } from './web-socket.route.js';

export interface StreamsOptions extends Omit<StreamOperationOptions, 'admit'> {
  verifier: AccessTokenVerifier;
  /** Origins besides the gateway's own whose pages may connect. */
  origins: readonly string[];
  guard: AdmissionOptions['guard'];
  limits?: Partial<StreamLimits> | undefined;
  metrics: Pick<LiveMetrics, 'connections'>;
  logger: Logger;
  now: () => Date;
}

/** Subscriptions over WebSocket at `/graphql` and over server-sent events at `/graphql/stream`. */
export function registerStreams(app: FastifyInstance, options: StreamsOptions): StreamRoute {
  const { verifier, origins, metrics, logger, schema, guard } = options;
  const shared = {
    operations: createStreamOperations({ ...options, admit: createAdmission({ schema, guard }) }),
    verifier,
    origins,
    limits: { ...DEFAULT_STREAM_LIMITS, ...options.limits },
    perPrincipal: new ConnectionCounts(),
    metrics,
    logger,
    now: () => options.now().getTime(),
  };
  const routes = [
    registerWebSockets(app, { path: '/graphql', ...shared }),
    registerEventStream(app, { path: '/graphql/stream', ...shared }),
  ];
  return { close: async () => void (await Promise.all(routes.map((route) => route.close()))) };
}
