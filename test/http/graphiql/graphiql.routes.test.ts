import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { type GraphiqlOptions, registerGraphiql } from '../../../src/http/graphiql/graphiql.routes.js';
import { findGraphiqlDist } from '../../../src/http/graphiql/graphiql-dist.js';

const apps: FastifyInstance[] = [];

async function createApp(options: Partial<GraphiqlOptions> = {}): Promise<FastifyInstance> {
  const app = fastify();
  apps.push(app);
  await registerGraphiql(app, { development: true, endpoint: '/graphql', ...options });
  return app;
}

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

describe('routes of GraphiQL', () => {
  it.each(['/graphiql', '/graphiql/'])('serve the page at %s, to be asked for anew each time', async (url) => {
    const response = await (await createApp()).inject(url);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    expect(response.body).toContain('<title>OffBlocks GraphQL gateway');
  });

  it('serve a page without inline scripts, inline styles or another host', async () => {
    const { body } = await (await createApp()).inject('/graphiql');
    const urls = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
    expect(urls.length).toBeGreaterThan(1);
    expect(urls.filter((url) => !url?.startsWith('/graphiql/assets/'))).toEqual([]);
    expect(body.match(/<script(?![^>]*\ssrc=)/g)).toBeNull();
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });

  it('serve every file that the page names, for ever', async () => {
    const app = await createApp();
    const { body } = await app.inject('/graphiql');
    for (const [, url = ''] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const { statusCode, headers } = await app.inject(url);
      expect([url, statusCode]).toEqual([url, 200]);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['content-security-policy']).toContain("script-src 'self';");
    }
  });

  it.each([
    ['/graphiql', 200],
    ['/graphiql/config.json', 200],
    ['/graphiql/assets/absent.js', 404],
  ])('send the security headers with %s', async (url, status) => {
    const { statusCode, headers } = await (await createApp()).inject(url);
    expect(statusCode).toBe(status);
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; " +
        "img-src 'self' data:; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; " +
        "frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
  });

  it('leave the headers of other routes alone', async () => {
    const app = await createApp();
    app.get('/other', () => 'other');
    expect((await app.inject('/other')).headers['content-security-policy']).toBeUndefined();
  });

  it.each([true, false])('tell the page its settings (development: %s)', async (development) => {
    const response = await (await createApp({ development, endpoint: '/api' })).inject('/graphiql/config.json');
    expect(response.json()).toEqual({ development, endpoint: '/api' });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it.each([
    '/graphiql/assets/../index.html',
    '/graphiql/assets/%2e%2e/inputs.sha256',
    '/graphiql/assets/..%2f..%2f..%2fpackage.json',
    '/graphiql/inputs.sha256',
    '/graphiql/assets/',
  ])('serve nothing beside the assets: %s', async (url) => {
    const { statusCode } = await (await createApp()).inject(url);
    expect([400, 403, 404]).toContain(statusCode);
  });
});

describe('routes of GraphiQL before the page was built', () => {
  let emptyDir: string;

  beforeEach(async () => {
    emptyDir = await mkdtemp(join(tmpdir(), 'graphiql-'));
  });

  afterEach(() => rm(emptyDir, { recursive: true }));

  it.each(['/graphiql', '/graphiql/', '/graphiql/config.json', '/graphiql/assets/index.js'])(
    'answer 503 to %s and say how to build it',
    async (url) => {
      const { statusCode, headers, body } = await (await createApp({ distDir: emptyDir })).inject(url);
      expect(statusCode).toBe(503);
      expect(headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(body).toContain('npm run build');
    },
  );

  it('find no page outside of a package', () => {
    expect(findGraphiqlDist(emptyDir)).toBeUndefined();
  });
});
