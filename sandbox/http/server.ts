import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RawRequest } from '../proof/signature.js';
import type { Admin } from './admin.js';
import type { Api, Outcome } from './api.js';

export const API_PREFIX = '/v1';
export const ADMIN_PREFIX = '/_sandbox';
const KEEP_ALIVE_TIMEOUT_MS = 60_000;

export interface ServerParts {
  api: Api;
  admin: Admin;
  maxBodyBytes: number;
}

/**
 * The HTTP face. Bare `node:http`, because signatures are verified over the target, the headers and the bytes as they came;
 * a framework would have parsed and normalised them.
 */
export function createSandboxServer({ api, admin, maxBodyBytes }: ServerParts): Server {
  const server = createServer((message, response) => {
    answer({ message, response, api, admin, maxBodyBytes }).catch(() => message.socket.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  return server;
}

/** Starts listening and returns the port. */
export function listen({ server, host, port }: { server: Server; host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Stops listening and cuts every connection, those that a fault keeps hanging too. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer({
  message,
  response,
  api,
  admin,
  maxBodyBytes,
}: ServerParts & { message: IncomingMessage; response: ServerResponse }): Promise<void> {
  const body = await readBody({ message, maxBodyBytes });
  const target = message.url ?? '';
  const [path = '', ...query] = target.split('?');
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  if (path.startsWith(`${ADMIN_PREFIX}/`)) {
    const adminAnswer = admin.answer({
      method: message.method ?? '',
      path: path.slice(ADMIN_PREFIX.length),
      search: query.join('?'),
      body,
      remoteAddress: message.socket.remoteAddress,
      origin: message.headers.origin,
    });
    writeOutcome({ response, outcome: { kind: 'send', answer: adminAnswer, contentType: 'application/json' } });
    return;
  }
  if (!path.startsWith(`${API_PREFIX}/`)) {
    response.writeHead(404).end();
    return;
  }
  const request: RawRequest = { method: message.method ?? '', target, headers: headersOf(message), body };
  const outcome = await api.answer({ request, path: path.slice(API_PREFIX.length), search: query.join('?') });
  writeOutcome({ response, outcome });
}

function writeOutcome({ response, outcome }: { response: ServerResponse; outcome: Outcome }): void {
  const { socket } = response;
  switch (outcome.kind) {
    case 'hang':
      return;
    case 'reset':
      socket?.resetAndDestroy();
      return;
    case 'drop':
      socket?.destroy();
      return;
    case 'send': {
      const { status, body } = outcome.answer;
      if (body === undefined) {
        response.writeHead(status, { ...outcome.headers, ...(status !== 204 && { 'content-length': 0 }) }).end();
        return;
      }
      response
        .writeHead(status, {
          ...outcome.headers,
          'content-type': outcome.contentType,
          'content-length': Buffer.byteLength(body),
        })
        .end(body);
    }
  }
}

/** All bytes of the body; `undefined` when there are too many, the rest of which is thrown away. */
async function readBody({
  message,
  maxBodyBytes,
}: {
  message: IncomingMessage;
  maxBodyBytes: number;
}): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop must not destroy the connection, on which the refusal has to go out.
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) {
      message.resume();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headersOf(message: IncomingMessage): { name: string; value: string }[] {
  const headers: { name: string; value: string }[] = [];
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    headers.push({ name: message.rawHeaders[index] ?? '', value: message.rawHeaders[index + 1] ?? '' });
  }
  return headers;
}
