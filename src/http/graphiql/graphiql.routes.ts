import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { findGraphiqlDist, isBuilt } from './graphiql-dist.js';
import { GRAPHIQL_HEADERS } from './graphiql-headers.js';

export interface GraphiqlOptions {
  /** Whether `POST /dev/token` exists: the page then puts a development token into its tabs. */
  development: boolean;
  /** Path of the GraphQL endpoint, for example `/graphql`. */
  endpoint: string;
  /** Where the built page lies; this package's own by default. */
  distDir?: string | undefined;
}

/**
 * Serves GraphiQL: the page at `/graphiql`, its files under `/graphiql/assets/` and its settings at
 * `/graphiql/config.json` (`{"development", "endpoint"}`). Answers 503 in plain text while the page has not been built.
 */
export async function registerGraphiql(app: FastifyInstance, options: GraphiqlOptions): Promise<void> {
  const { development, endpoint, distDir = findGraphiqlDist() } = options;
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (_request, reply) => {
        reply.headers(GRAPHIQL_HEADERS);
      });
      if (isBuilt(distDir)) await registerPage(scope, { development, endpoint, distDir });
      else registerMissingPage(scope);
    },
    { prefix: '/graphiql' },
  );
}

function registerMissingPage(scope: FastifyInstance): void {
  for (const path of ['/', '/*']) {
    scope.get(path, (_request, reply) =>
      reply
        .code(503)
        .header('cache-control', 'no-store')
        .type('text/plain; charset=utf-8')
        .send('GraphiQL has not been built yet: npm run build\n'),
    );
  }
}

async function registerPage(
  scope: FastifyInstance,
  options: { development: boolean; endpoint: string; distDir: string },
): Promise<void> {
  const { development, endpoint, distDir } = options;
  // Read each time, for a page that is built again under a running gateway names other files.
  scope.get('/', async (_request, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(await readFile(join(distDir, 'index.html'))),
  );
  scope.get('/config.json', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ development, endpoint }),
  );
  await scope.register(fastifyStatic, {
    root: join(distDir, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    // File names carry a digest of the contents.
    immutable: true,
    maxAge: '1y',
  });
}
