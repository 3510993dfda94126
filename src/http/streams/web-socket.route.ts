import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LiveMetrics } from '../../observability/live-metrics.js';
import { ambiguityOf, originForm } from '../server/request-target.js';
import { isOriginAllowed } from './origin.js';
import { ConnectionCounts } from './stream-limits.js';
import {
  CLOSE,
  createSessionServer,
  openSession,
  type Session,
  type SessionServerOptions,
} from './web-socket-session.js';

export interface WebSocketRouteOptions extends SessionServerOptions {
  path: string;
  /** Origins besides the gateway's own whose pages may connect. */
  origins: readonly string[];
  metrics: Pick<LiveMetrics, 'connections'>;
}

export interface StreamRoute {
  /** Sends every client away, in a way that has it come back elsewhere, and takes no more. */
  close(): Promise<void>;
}

const STATUS_TEXTS = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
} as const;
/** How long a client that is sent away may take to answer before the connection is cut. */
const CLOSE_TIMEOUT_MS = 2_000;
/** How long clients have for saying goodbye. */
const GOODBYE_MS = 1_000;

const addressOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? 'unknown';

function refuse(socket: Duplex, status: keyof typeof STATUS_TEXTS): void {
  const retry = status === 429 || status === 503 ? 'Retry-After: 2\r\n' : '';
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_TEXTS[status]}\r\nConnection: close\r\n${retry}Content-Length: 0\r\n\r\n`);
}

/** WebSockets at `path`, subprotocol graphql-transport-ws. */
export function registerWebSockets(app: FastifyInstance, options: WebSocketRouteOptions): StreamRoute {
  const { path, origins, limits, logger, metrics } = options;
  const server = createSessionServer(options);
  const anteroom = new ConnectionCounts();
  const alive = new WeakSet<WebSocket>();
  let isClosing = false;
  const settings = {
    noServer: true,
    maxPayload: limits.maxMessageBytes,
    // Messages are small, and compression contexts are not.
    perMessageDeflate: false,
    autoPong: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols,
  };
  const sockets = new WebSocketServer(settings);

  function refusalOf(request: IncomingMessage): keyof typeof STATUS_TEXTS | null {
    if (ambiguityOf(request) !== null) return 400;
    if (originForm(request.url ?? '').split('?', 1)[0] !== path) return 404;
    if (isClosing || sockets.clients.size >= limits.connections) return 503;
    const { origin, host } = request.headers;
    return isOriginAllowed({ origin, host, allowed: origins }) ? null : 403;
  }

  function open(socket: WebSocket, request: IncomingMessage, leaveAnteroom: () => void): void {
    const tasks: (() => void)[] = [leaveAnteroom];
    const session: Session = {
      socket,
      request,
      principal: null,
      address: addressOf(request),
      leaveAnteroom,
      onClose: (task) => (socket.readyState === socket.CLOSED ? task() : tasks.push(task)),
    };
    socket.on('error', (err) => logger.debug({ err }, 'a live connection broke'));
    for (const sign of ['pong', 'message'] as const) socket.on(sign, () => alive.add(socket));
    socket.once('close', () => {
      for (const task of tasks) task();
      metrics.connections.dec({ transport: 'websocket' });
    });
    alive.add(socket);
    metrics.connections.inc({ transport: 'websocket' });
    openSession({ server, session, limits, logger });
  }

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request);
    if (refusal !== null) return refuse(socket, refusal);
    const leave = anteroom.take(addressOf(request), limits.connectionsPerAddress);
    if (!leave) return refuse(socket, 429);
    // The handshake may fail: the place is then given back with the connection.
    socket.once('close', leave);
    sockets.handleUpgrade(request, socket, head, (opened) => open(opened, request, leave));
  });

  const keepingAlive = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.ping();
    }
  }, limits.keepAliveMs);
  keepingAlive.unref();

  return {
    async close() {
      isClosing = true;
      clearInterval(keepingAlive);
      for (const socket of sockets.clients) socket.close(CLOSE.restart, 'The gateway is restarting.');
      const deadline = Date.now() + GOODBYE_MS;
      while (sockets.clients.size > 0 && Date.now() < deadline) await sleep(10);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
