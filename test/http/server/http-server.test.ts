import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import type { HttpLimits } from '../../../src/http/server/http-limits.js';
import { COMPRESSED, createHttpServer, INFLATED } from '../../../src/http/server/http-server.js';
import { createLogger } from '../../../src/observability/logger.js';
import { openConnection, parseAnswer, sendRaw, until } from '../../support/raw-http.js';
import { closeAfterAll } from '../../support/teardown.js';

const SHORT: Partial<HttpLimits> = {
  headersTimeoutMs: 100,
  requestTimeoutMs: 200,
  timeoutCheckMs: 50,
  idleTimeoutMs: 400,
  keepAliveTimeoutMs: 100,
};
/** So that none of the short ones ends a connection that another is to end. */
const LONG: Partial<HttpLimits> = { headersTimeoutMs: 60_000, requestTimeoutMs: 60_000, idleTimeoutMs: 60_000 };
const logs: string[] = [];

async function start(options: { limits?: Partial<HttpLimits>; corsOrigins?: string[] } = {}) {
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void logs.push(line) } });
  const app = await createHttpServer({ logger, corsOrigins: options.corsOrigins ?? [], limits: options.limits ?? {} });
  app.get('/plain', () => ({ fine: true }));
  app.get('/text', { compress: COMPRESSED }, () => 'x'.repeat(5_000));
  app.get('/short', { compress: COMPRESSED }, () => 'x'.repeat(500));
  app.get('/events', (_request, reply) => reply.type('text/event-stream').send('data: x\n\n'.repeat(1_000)));
  app.get('/endless', () => randomBytes(50_000_000));
  app.get('/never', () => new Promise<string>(() => {}));
  app.get('/kept', (_request, reply) => reply.header('cache-control', 'max-age=60').send('kept'));
  app.get('/mistake', () => {
    throw new TypeError('planted');
  });
  app.post('/echo', { decompress: INFLATED }, ({ body }) => body);
  app.post('/plain', ({ body }) => body);
  app.get('/parts/:id/more', () => 'part');
  await app.listen({ host: '127.0.0.1', port: 0 });
  closeAfterAll(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  return { app, url: `http://127.0.0.1:${port}` };
}

const openConnections = (app: FastifyInstance) =>
  new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)));

describe('a slow sender', () => {
  it('of headers is answered 408 and let go of, however steadily it goes on', async () => {
    const { app, url } = await start({ limits: { ...LONG, headersTimeoutMs: 100, timeoutCheckMs: 50 } });
    const connection = await openConnection(url);
    connection.write('GET /plain HTTP/1.1\r\nHost: a\r\n');
    const drip = setInterval(() => connection.write('X-A: b\r\n'), 20);
    const { status, headers, body } = parseAnswer(await connection.closed);
    clearInterval(drip);
    expect([status, headers.connection]).toEqual([408, 'close']);
    expect(JSON.parse(body).errors[0].extensions).toMatchObject({
      code: 'BAD_REQUEST',
      requestId: headers['x-request-id'],
    });
    await until(async () => (await openConnections(app)) === 0);
  });

  it('of a body is answered 408 and let go of', async () => {
    const { app, url } = await start({
      limits: { ...LONG, requestTimeoutMs: 200, headersTimeoutMs: 100, timeoutCheckMs: 50 },
    });
    const connection = await openConnection(url);
    connection.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n[',
    );
    const drip = setInterval(() => connection.write('1,'), 20);
    const { status } = parseAnswer(await connection.closed);
    clearInterval(drip);
    expect(status).toBe(408);
    await until(async () => (await openConnections(app)) === 0);
  });

  it('of nothing at all is let go of', async () => {
    const { app, url } = await start({ limits: SHORT });
    const connection = await openConnection(url);
    expect(parseAnswer(await connection.closed).status).not.toBe(200);
    await until(async () => (await openConnections(app)) === 0);
  });
});

it('a client that does not read its answer is let go of', async () => {
  const { app, url } = await start({ limits: { ...LONG, idleTimeoutMs: 400 } });
  const connection = await openConnection(url);
  connection.pause();
  connection.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(async () => (await openConnections(app)) === 1);
  await until(async () => (await openConnections(app)) === 0);
});

it('a connection without a next request is let go of', async () => {
  const { url } = await start({ limits: { ...LONG, keepAliveTimeoutMs: 100 } });
  const connection = await openConnection(url);
  connection.write('GET /plain HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(parseAnswer(await connection.closed).status).toBe(200);
});

it('connections beyond the bound are closed, and the others served', async () => {
  const { app, url } = await start({ limits: { ...LONG, connections: 2 } });
  const first = await openConnection(url);
  await openConnection(url);
  await until(async () => (await openConnections(app)) === 2);
  expect((await sendRaw(url, 'GET /plain HTTP/1.1\r\nHost: a\r\n\r\n')).status).toBe(0);
  first.write('GET /plain HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(parseAnswer(await first.closed).status).toBe(200);
});

it('a header that is too long is 431', async () => {
  const { url } = await start({ limits: { headerBytes: 2_000 } });
  const { status } = await sendRaw(url, `GET /plain HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(3_000)}\r\n\r\n`);
  expect(status).toBe(431);
});

it('a broken request behind one that waits for its answer gets none, and ends the connection', async () => {
  const { app, url } = await start();
  const connection = await openConnection(url);
  connection.write('GET /never HTTP/1.1\r\nHost: a\r\n\r\nBROKEN\r\n\r\n');
  expect(await connection.closed).toBe('');
  await until(async () => (await openConnections(app)) === 0);
});

describe('answers', () => {
  it.each(['/plain', '/nowhere', '/mistake', '/%zz', '/kept'])('at %s carry the security headers', async (path) => {
    const { url } = await start();
    const { headers, status } = await fetch(`${url}${path}`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': path === '/kept' ? 'max-age=60' : 'no-store',
      'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(
      [...headers.keys()].filter((name) =>
        /^(server|x-powered-by|strict-transport-security)$|^access-control/.test(name),
      ),
    ).toEqual([]);
    expect(status).toBeLessThanOrEqual(500);
  });

  it('to a mistake say nothing of it; the log does', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/mistake`);
    const text = await response.text();
    expect([response.status, text]).toEqual([500, expect.not.stringContaining('planted')]);
    expect(JSON.parse(text).errors[0].extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect(logs.some((line) => line.includes('planted'))).toBe(true);
  });

  it.each<[string, string, number, string | null]>([
    ['GET', '/nowhere', 404, null],
    ['POST', '/', 404, null],
    ['DELETE', '/plain', 405, 'GET, HEAD, OPTIONS, POST'],
    ['PUT', '/plain', 405, 'GET, HEAD, OPTIONS, POST'],
    ['GET', '/echo', 405, 'OPTIONS, POST'],
    ['POST', '/parts/7/more', 405, 'GET, HEAD, OPTIONS'],
    ['POST', '/parts/7/less', 404, null],
    ['OPTIONS', '/plain', 204, 'GET, HEAD, OPTIONS, POST'],
    ['OPTIONS', '/nowhere', 404, null],
    ['HEAD', '/plain', 200, null],
    ['HEAD', '/echo', 405, 'OPTIONS, POST'],
  ])('to %s %s are %i, with Allow: %s', async (method, path, status, allow) => {
    const { url } = await start();
    const response = await fetch(`${url}${path}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
    if (method === 'HEAD' || status === 204) return;
    expect(JSON.parse(await response.text()).errors[0].extensions).toEqual({
      code: 'BAD_REQUEST',
      retryable: false,
      requestId: response.headers.get('x-request-id'),
    });
  });
});

describe('compression', () => {
  const get = async (path: string, encoding: string) => {
    const { url } = await start();
    return sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: ${encoding}\r\nConnection: close\r\n\r\n`);
  };

  it.each([
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, br', 'br'],
    ['deflate', undefined],
    ['identity', undefined],
  ])('of a long answer for Accept-Encoding: %s is %s', async (accepted, encoding) => {
    const { status, headers } = await get('/text', accepted);
    expect([status, headers['content-encoding']]).toEqual([200, encoding]);
    if (encoding) expect(headers.vary).toContain('accept-encoding');
  });

  it('gives back what was there', async () => {
    const { body } = await get('/text', 'gzip');
    expect(gunzipSync(Buffer.from(body, 'latin1')).toString()).toBe('x'.repeat(5_000));
  });

  it.each(['/short', '/events', '/endless'])('leaves %s alone: short, or not asked for by its route', async (path) => {
    expect((await get(path, 'gzip, br')).headers['content-encoding']).toBeUndefined();
  });
});

describe('a body', () => {
  const post = async (path: string, body: Buffer | string, headers: Record<string, string> = {}) => {
    const { url } = await start();
    return fetch(`${url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  };
  const json = JSON.stringify({ text: 'a'.repeat(50_000) });
  const long = JSON.stringify({ text: 'a'.repeat(110_000) });

  it.each([
    ['gzip', gzipSync(json)],
    ['br', brotliCompressSync(json)],
    ['identity', Buffer.from(json)],
  ])('in %s is inflated', async (encoding, body) => {
    const response = await post('/echo', body, { 'content-encoding': encoding });
    expect([response.status, await response.text()]).toEqual([200, json]);
  });

  it.each<[string, Buffer | string, Record<string, string>, number]>([
    ['that is too long', long, {}, 413],
    ['that is too long once inflated', gzipSync(long), { 'content-encoding': 'gzip' }, 413],
    ['that is a bomb', gzipSync(Buffer.alloc(50_000_000, 32)), { 'content-encoding': 'gzip' }, 413],
    ['that is a bomb in br', brotliCompressSync(Buffer.alloc(50_000_000, 32)), { 'content-encoding': 'br' }, 413],
    ['in an unknown coding', json, { 'content-encoding': 'zstd' }, 415],
    ['in several codings', gzipSync(gzipSync(json)), { 'content-encoding': 'gzip, gzip' }, 415],
    ['that is no gzip', json, { 'content-encoding': 'gzip' }, 400],
    ['that ends too early', gzipSync(json).subarray(0, 40), { 'content-encoding': 'gzip' }, 400],
    ['that is empty', '', {}, 400],
    ['that is no JSON', '{', {}, 400],
    ['of another media type', json, { 'content-type': 'text/plain' }, 415],
  ])('%s is refused', async (_what, body, headers, status) => {
    const response = await post('/echo', body, headers);
    expect(response.status).toBe(status);
    if (status === 415) expect(response.headers.get('accept-encoding')).toBe('gzip, deflate, br, identity');
    expect(JSON.parse(await response.text()).errors[0].extensions.code).toBe('BAD_REQUEST');
  });

  it('is not inflated where the route does not say so', async () => {
    expect((await post('/plain', gzipSync(json), { 'content-encoding': 'gzip' })).status).toBe(400);
  });
});
