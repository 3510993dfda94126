import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../../observability/logger.js';
import { errorBody } from '../failures.js';

/** How long a client may take to read that its request was refused. */
const LINGER_MS = 1_000;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** Status and message for what Node found wrong with a request that it could not hand on. */
export function describeConnectionError(code: string | undefined): { status: number; message: string } {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, message: 'The request did not arrive in time.' };
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, message: 'The header of the request is too long.' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, message: 'The body of the request is too long.' };
    default:
      return { status: 400, message: 'This is no valid HTTP request.' };
  }
}

/**
 * Whether an answer written now would be taken for the one to the faulty request: not while an earlier request of the same
 * connection waits for its own, and not once that of the faulty one has begun.
 */
export function mayAnswer(exchanges: readonly Exchange[]): boolean {
  const [first, ...others] = exchanges;
  if (first === undefined) return true;
  return others.length === 0 && !first.request.complete && !first.response.headersSent;
}

/** Ends connections whose requests Node could not read: with an answer where that is safe, and always soon. */
export function createConnectionErrors(logger: Logger): {
  /** For `clientErrorHandler` of Fastify. */
  answer(error: NodeJS.ErrnoException, socket: Socket): void;
  /** Remembers which requests of a connection wait for their answer. */
  watch(server: Server): void;
} {
  const waiting = new WeakMap<Socket, Exchange[]>();
  const ended = new WeakSet<Socket>();

  return {
    answer({ code }, socket) {
      if (ended.has(socket)) return;
      ended.add(socket);
      if (code === 'ECONNRESET' || !socket.writable || !mayAnswer(waiting.get(socket) ?? [])) {
        socket.destroy();
        return;
      }
      const { status, message } = describeConnectionError(code);
      const requestId = randomUUID();
      logger.debug({ requestId, status, reason: code }, 'a request could not be read');
      const body = JSON.stringify(errorBody(message, { code: 'BAD_REQUEST', requestId }));
      const head = [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Cache-Control: no-store',
        'X-Content-Type-Options: nosniff',
        `X-Request-Id: ${requestId}`,
        'Connection: close',
      ];
      socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
      const timer = setTimeout(() => socket.destroy(), LINGER_MS);
      socket.once('close', () => clearTimeout(timer));
    },
    watch(server) {
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        const { socket } = request;
        const exchange = { request, response };
        waiting.set(socket, [...(waiting.get(socket) ?? []), exchange]);
        response.once('close', () => {
          waiting.set(
            socket,
            (waiting.get(socket) ?? []).filter((other) => other !== exchange),
          );
        });
      });
    },
  };
}
