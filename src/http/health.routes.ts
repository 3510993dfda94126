import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../observability/metrics.js';

/**
 * `/health/live`: the process answers. `/health/ready`: it takes requests; not while it drains. That the API is away does
 * not make a node unready: every node would be, and those answers that need no API would go with the others.
 */
export function registerHealthRoutes(
  app: FastifyInstance,
  options: { isDraining: () => boolean; metrics: Metrics },
): void {
  const { isDraining, metrics } = options;
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', (_request, reply) =>
    isDraining() ? reply.code(503).send({ status: 'draining' }) : { status: 'ready' },
  );
  app.get('/metrics', async (_request, reply) => {
    void reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}
