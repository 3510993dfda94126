import { randomUUID } from 'node:crypto';
import fastifyCompress from '@fastify/compress';
import { type FastifyInstance, fastify } from 'fastify';
import type { Logger } from '../../observability/logger.js';
import { createFailureHandler, REQUEST_ENCODINGS, registerFailures } from '../failures.js';
import { registerUnknownTargets } from './allowed-methods.js';
import { createConnectionErrors } from './connection-errors.js';
import { registerCors } from './cors.js';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.js';
import { originForm, registerMessageCheck } from './request-target.js';
import { registerSecurityHeaders, SECURITY_HEADERS } from './security-headers.js';

/** For a route whose answers may be compressed: `compress: COMPRESSED`. Nothing else is, event streams least of all (ADR 17). */
export const COMPRESSED = { encodings: ['br' as const, 'gzip' as const], threshold: 1_400 };
/** For a route that takes compressed bodies. `bodyLimit` holds for what comes out. */
export const INFLATED = { requestEncodings: REQUEST_ENCODINGS as ('gzip' | 'deflate' | 'br' | 'identity')[] };

export interface HttpServerOptions {
  logger: Logger;
  /** Whose pages may call GraphQL. */
  corsOrigins: readonly string[];
  limits?: Partial<HttpLimits>;
}

/** What holds for every route: limits, timeouts, request IDs, headers, CORS, and how failures are answered. Has no route yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { logger, corsOrigins } = options;
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const connectionErrors = createConnectionErrors(logger);
  const answerFailure = createFailureHandler(logger);

  const app = fastify({
    bodyLimit: limits.bodyBytes,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    // What still comes over a connection that is about to end is served like everything else.
    return503OnClosing: false,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      maxHeaderSize: limits.headerBytes,
      insecureHTTPParser: false,
    },
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    rewriteUrl: ({ url = '/' }) => originForm(url),
    clientErrorHandler: connectionErrors.answer,
    // Before there is a route, and so before there are hooks: a target that is no URL.
    frameworkErrors(error, request, reply) {
      void reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id, 'cache-control': 'no-store' });
      answerFailure(error, request, reply);
    },
  });
  app.server.maxConnections = limits.connections;
  // Node drops in silence what is beyond; one more than may be is enough to see that something was.
  app.server.maxHeadersCount = limits.headers + 1;
  connectionErrors.watch(app.server);
  // Bodies are JSON, or whatever a route says of itself.
  app.removeContentTypeParser('text/plain');

  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  registerSecurityHeaders(app);
  registerMessageCheck(app, limits.headers);
  registerFailures(app, logger);
  const answerUnknown = registerUnknownTargets(app);
  await registerCors(app, corsOrigins);
  // Before anything of the body is read, as with a wrong secret of the webhook path: the two must not be told apart.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) await answerUnknown(request, reply);
  });
  await app.register(fastifyCompress, { global: false });
  return app;
}
