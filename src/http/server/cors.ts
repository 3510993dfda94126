import fastifyCors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isGraphqlPath } from '../graphql-path.js';
import { PREFLIGHT_HEADERS } from '../graphql-request.js';

/** What a page may send; everything else is in the safelist of browsers already. */
const REQUEST_HEADERS = ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Explain', ...PREFLIGHT_HEADERS];
/** What a page may read. */
const EXPOSED_HEADERS = ['X-Request-Id', 'Retry-After', 'WWW-Authenticate'];
/** How long browsers remember the answer to a preflight. */
const MAX_AGE_SECONDS = 600;

/** Whether pages of an origin may call the gateway: the `Origin` header (RFC 6454 section 7) is on the list, to the letter. */
export function isListedOrigin(origins: readonly string[], origin: string | undefined): origin is string {
  return origin !== undefined && origins.includes(origin);
}

/** A preflight asks for a method (Fetch, "CORS-preflight request"); any other `OPTIONS` is a question about the address. */
function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/**
 * Lets pages of the listed origins call GraphQL. Never with credentials: callers are known by a token that the page puts into
 * `Authorization`, and the gateway reads no cookie (ADR 17). Without a list no CORS header is ever sent.
 */
export async function registerCors(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(fastifyCors, {
    delegator(request: FastifyRequest, done: (error: Error | null, options: FastifyCorsOptions) => void) {
      const { origin } = request.headers;
      if (!isListedOrigin(origins, origin) || !isGraphqlPath(request.url)) return done(null, { origin: false });
      done(null, {
        origin,
        credentials: false,
        methods: ['GET', 'POST'],
        allowedHeaders: REQUEST_HEADERS,
        exposedHeaders: EXPOSED_HEADERS,
        maxAge: MAX_AGE_SECONDS,
        preflight: isPreflight(request),
      });
    },
  });
}
