import type { FastifyInstance } from 'fastify';
import { createHttpServer } from '../../../src/http/server/http-server.js';
import { createLogger } from '../../../src/observability/logger.js';
import { closeAfterAll } from '../../support/teardown.js';

const LISTED = 'https://app.example.com';

async function create(corsOrigins: string[]): Promise<FastifyInstance> {
  const app = await createHttpServer({ logger: createLogger({ level: 'silent' }), corsOrigins });
  closeAfterAll(() => app.close());
  for (const url of ['/graphql', '/graphql/stream', '/graphiql', '/metrics']) {
    app.route({ url, method: ['GET', 'POST'], exposeHeadRoute: false, handler: async () => 'fine' });
  }
  return app;
}

const corsHeadersOf = (headers: object) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control')));
const preflight = (origin: string) => ({ origin, 'access-control-request-method': 'POST' });

it.each(['/graphql', '/graphql?query={a}', '/graphql/stream'])(
  'lets a page of a listed origin call %s',
  async (url) => {
    const app = await create([LISTED, 'http://localhost:3000']);
    const asked = await app.inject({ method: 'OPTIONS', url, headers: preflight(LISTED) });
    expect([asked.statusCode, asked.body]).toEqual([204, '']);
    expect(corsHeadersOf(asked.headers)).toEqual({
      'access-control-allow-origin': LISTED,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers':
        'Authorization, Content-Type, Idempotency-Key, X-Explain, apollo-require-preflight, x-apollo-operation-name',
      'access-control-expose-headers': 'X-Request-Id, Retry-After, WWW-Authenticate',
      'access-control-max-age': '600',
    });
    const answer = await app.inject({ method: 'GET', url, headers: { origin: LISTED } });
    expect(corsHeadersOf(answer.headers)).toEqual({
      'access-control-allow-origin': LISTED,
      'access-control-expose-headers': 'X-Request-Id, Retry-After, WWW-Authenticate',
    });
    expect(`${answer.headers.vary}`).toContain('Origin');
  },
);

it.each([
  'https://evil.example',
  'null',
  'https://app.example.com.evil.example',
  'https://app.example.com:444',
  'http://app.example.com',
  'https://APP.example.com',
  '*',
  '',
])('tells a page of %s nothing', async (origin) => {
  const app = await create([LISTED]);
  for (const method of ['OPTIONS', 'GET', 'POST'] as const) {
    const { headers } = await app.inject({ method, url: '/graphql', headers: preflight(origin) });
    expect([method, corsHeadersOf(headers)]).toEqual([method, {}]);
    expect(`${headers.vary}`).toContain('Origin');
  }
});

it.each(['/graphiql', '/metrics', '/nowhere', '/graphqlx'])('lets nobody call %s from elsewhere', async (url) => {
  const app = await create([LISTED]);
  for (const method of ['OPTIONS', 'GET'] as const) {
    const { headers } = await app.inject({ method, url, headers: preflight(LISTED) });
    expect(corsHeadersOf(headers)).toEqual({});
  }
});

it('takes an OPTIONS that is no preflight for a question about the address', async () => {
  const app = await create([LISTED]);
  const { statusCode, headers } = await app.inject({ method: 'OPTIONS', url: '/graphql', headers: { origin: LISTED } });
  expect([statusCode, headers.allow]).toEqual([204, 'GET, OPTIONS, POST']);
  expect(headers['access-control-allow-methods']).toBeUndefined();
});

it('sends no CORS header at all without a list', async () => {
  const app = await create([]);
  for (const method of ['OPTIONS', 'GET'] as const) {
    const { statusCode, headers } = await app.inject({ method, url: '/graphql', headers: preflight(LISTED) });
    expect([statusCode, corsHeadersOf(headers), headers.vary]).toEqual([method === 'GET' ? 200 : 204, {}, undefined]);
  }
});
