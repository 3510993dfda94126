import type { IncomingMessage } from 'node:http';
import { type Context, makeServer, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { type AccessTokenVerifier, soleAuthorization } from '../../auth/inbound/access-token.js';
import type { Principal } from '../../auth/inbound/principal.js';
import type { GatewayContext } from '../../context.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { SlowReaderError } from '../../events/live/latest-queue.js';
import type { Logger } from '../../observability/logger.js';
import { verifyStreamCaller, watchExpiry } from './stream-caller.js';
import type { ConnectionCounts, StreamLimits } from './stream-limits.js';
import type { StreamOperations } from './stream-operation.js';

/** Close codes: RFC 6455 section 7.4, IANA WebSocket Close Code Number Registry, and of the protocol graphql-transport-ws. */
export const CLOSE = { restart: 1012, tryAgainLater: 1013, forbidden: 4403, internal: 4500 } as const;

/** Bytes that a close frame has for a reason (RFC 6455 section 5.5); ws throws for more. */
const MAX_REASON_BYTES = 123;

/** As much of a message as fits into a close frame. */
export function closeReason(message: string): string {
  let reason = message.slice(0, MAX_REASON_BYTES);
  while (Buffer.byteLength(reason) > MAX_REASON_BYTES) reason = reason.slice(0, -1);
  return reason;
}

/** One connection, from its opening to its end. */
export interface Session {
  socket: WebSocket;
  request: IncomingMessage;
  principal: Principal | null;
  /** Of the other side of the connection. */
  address: string;
  /** Done when the connection has closed, or at once if it has. */
  onClose(task: () => void): void;
  /** Lets go of the place among those who have not shown a token. */
  leaveAnteroom(): void;
}

export interface SessionServerOptions {
  operations: StreamOperations;
  verifier: AccessTokenVerifier;
  limits: StreamLimits;
  perPrincipal: ConnectionCounts;
  logger: Logger;
  now: () => number;
}

type SessionContext = Context<Record<string, unknown> | undefined, Session>;

/** `authorization` of the `connection_init` payload in any letter case, as GraphiQL sends its headers; else the header. */
function authorizationOf({ connectionParams, extra }: SessionContext): string | undefined {
  for (const [name, value] of Object.entries(connectionParams ?? {})) {
    if (name.toLowerCase() === 'authorization' && typeof value === 'string') return value;
  }
  return soleAuthorization(extra.request.headersDistinct.authorization);
}

/** The library takes no subscription without a text; a trusted document may come without. The rest is left to its own check. */
function withText(this: unknown, key: string, value: unknown): unknown {
  const isPayload = key === 'payload' && (this as { type?: unknown }).type === 'subscribe';
  if (!isPayload || typeof value !== 'object' || value === null) return value;
  const { query, documentId, extensions } = value as Record<string, unknown>;
  const isNamed = documentId !== undefined || extensions !== undefined;
  return query === undefined && isNamed ? { ...value, query: '' } : value;
}

/** The protocol graphql-transport-ws: who may connect, what may run, and what of the errors leaves. */
export function createSessionServer(options: SessionServerOptions): Server<Session> {
  const { operations, verifier, limits, perPrincipal, logger, now } = options;

  async function connect(context: SessionContext): Promise<boolean> {
    const { extra: session } = context;
    const { socket } = session;
    let principal: Principal;
    try {
      principal = await verifyStreamCaller(verifier, authorizationOf(context));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      // Clients try again after both, so that a fresh token gets its chance (protocol, close codes).
      const code = error.code === 'UNAUTHENTICATED' ? CLOSE.forbidden : CLOSE.tryAgainLater;
      socket.close(code, closeReason(error.message));
      return false;
    }
    const leave = perPrincipal.take(principal.callerId, limits.connectionsPerPrincipal);
    if (!leave) {
      socket.close(CLOSE.tryAgainLater, 'You have too many connections.');
      return false;
    }
    session.onClose(leave);
    session.onClose(watchExpiry(principal, now, () => socket.close(CLOSE.forbidden, 'The access token has expired.')));
    session.principal = principal;
    session.leaveAnteroom();
    return true;
  }

  return makeServer<Record<string, unknown> | undefined, Session>({
    jsonMessageReviver: withText,
    connectionInitWaitTimeout: limits.initTimeoutMs,
    onConnect: connect,
    async onSubscribe({ extra: { principal, address }, subscriptions }, _id, payload) {
      if (!principal) throw new Error('a subscription before the token was verified');
      if (Object.keys(subscriptions).length > limits.subscriptionsPerConnection) {
        const message = `A connection can have ${limits.subscriptionsPerConnection} subscriptions.`;
        return [new GatewayError('BAD_REQUEST', message)];
      }
      return operations.prepare(payload, { principal, address });
    },
    subscribe: operations.subscribe,
    execute: () => {
      throw new Error('only subscriptions are admitted');
    },
    onNext: (_context, _id, _payload, args, result) =>
      operations.formatResult(result, args.contextValue as GatewayContext),
    onError({ extra: { socket } }, _id, _payload, errors) {
      if (errors.some(({ originalError }) => originalError instanceof SlowReaderError)) {
        logger.warn('a subscriber was too slow and is disconnected');
        socket.close(CLOSE.tryAgainLater, 'Too many events wait for you.');
      }
      return operations.formatErrors(errors);
    },
  });
}

/** Opens a session on a connection: from here on its messages are dealt with. */
export function openSession(options: {
  server: Server<Session>;
  session: Session;
  limits: Pick<StreamLimits, 'maxBufferedBytes'>;
  logger: Logger;
}): void {
  const { server, session, limits, logger } = options;
  const { socket } = session;
  const isStuck = () => socket.bufferedAmount > limits.maxBufferedBytes;

  const closed = server.opened(
    {
      protocol: socket.protocol,
      /** Done when the bytes have left this process: whoever does not read is not sent more. */
      send: (data) =>
        new Promise((resolve, reject) => {
          if (isStuck()) socket.terminate();
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(data, (error) => (error ? reject(error) : resolve()));
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (listener) =>
        socket.on('message', (data, isBinary) => {
          const text = isBinary ? '' : String(data);
          listener(text).catch((err: unknown) => {
            if (socket.readyState === socket.OPEN) logger.error({ err }, 'a message of a live connection failed');
            socket.close(CLOSE.internal, 'Internal server error');
          });
        }),
    },
    session,
  );
  // Answered here and not by the library, which would queue answers without end for a client that only sends.
  socket.on('ping', () => (isStuck() ? socket.terminate() : socket.pong()));
  socket.once('close', (code, reason) => {
    closed(code, String(reason)).catch((err: unknown) =>
      logger.error({ err }, 'a live connection did not end cleanly'),
    );
  });
}
