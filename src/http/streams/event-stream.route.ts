import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { createHandler, type Response as StreamResponse } from 'graphql-sse';
import { type AccessTokenVerifier, soleAuthorization } from '../../auth/inbound/access-token.js';
import type { Principal } from '../../auth/inbound/principal.js';
import type { GatewayContext } from '../../context.js';
import type { ErrorCode } from '../../errors/error-code.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { LiveMetrics } from '../../observability/live-metrics.js';
import { checkRequestBody, checkRequestSearch } from '../graphql-request.js';
import type { OperationRequest } from '../limits/operation-guard.js';
import { isOriginAllowed } from './origin.js';
import { verifyStreamCaller, watchExpiry } from './stream-caller.js';
import type { ConnectionCounts, StreamLimits } from './stream-limits.js';
import type { StreamOperations } from './stream-operation.js';
import type { StreamRoute } from './web-socket.route.js';

export interface EventStreamRouteOptions {
  path: string;
  origins: readonly string[];
  operations: StreamOperations;
  verifier: AccessTokenVerifier;
  limits: StreamLimits;
  perPrincipal: ConnectionCounts;
  metrics: Pick<LiveMetrics, 'connections'>;
  now: () => number;
}

/** One result at a time: the next is not made before the last has left, so nothing piles up for a client that does not read. */
class Turn {
  #isBusy = false;
  #waiting: (() => void) | null = null;

  async take(): Promise<void> {
    if (this.#isBusy) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    this.#isBusy = true;
  }

  give(): void {
    this.#isBusy = false;
    this.#waiting?.();
    this.#waiting = null;
  }
}

interface StreamCall {
  principal: Principal;
  /** As sent: the handler of the protocol would drop the ID of a document. */
  sent: OperationRequest;
  turn: Turn;
  /** Whether the operation was refused here, and not by the library for the shape of its request. */
  isRefused: boolean;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies that gather answers before they pass them on would hold events back.
  'x-accel-buffering': 'no',
  // Kept for another request, it would hold up the end of the process: it is in use when idle connections are closed.
  connection: 'close',
};

/** The parameters of GraphQL over HTTP, from wherever they are in the request. Throws `BAD_REQUEST` for another shape. */
function operationRequestOf({ method, url, body }: FastifyRequest): OperationRequest {
  if (method === 'POST') {
    checkRequestBody(body);
    return body as OperationRequest;
  }
  const search = url.split('?').slice(1).join('?');
  checkRequestSearch(search);
  const parameters = Object.fromEntries(new URLSearchParams(search));
  for (const name of ['variables', 'extensions']) {
    if (parameters[name] !== undefined) parameters[name] = JSON.parse(parameters[name]);
  }
  return parameters;
}

/** Answered, with its status and headers, like any other failure outside of GraphQL. */
function refusal(status: number, code: ErrorCode, message: string, retryAfterSeconds?: number): GatewayError {
  return new GatewayError(code, message, {
    httpStatus: status,
    ...(retryAfterSeconds && { retryable: true, httpHeaders: { 'retry-after': String(retryAfterSeconds) } }),
  });
}

/** Status and headers for what may not run: what its error asks for (429, and when to come back), and 4xx or 5xx in any case. */
function headOf(errors: readonly GraphQLError[]): { status: number; headers: Record<string, string> } {
  const [first] = errors;
  const { status = 400, headers = [] } = (first?.extensions.http ?? {}) as {
    status?: number;
    headers?: Iterable<[string, string]>;
  };
  return { status: Math.max(400, status), headers: { ...Object.fromEntries(headers), ...JSON_TYPE } };
}

/**
 * Server-sent events at `path`, in the "distinct connections" mode of the protocol of graphql-sse: one request, one
 * subscription. Its other mode keeps what one request has reserved for the next, which would have to be the same node.
 */
export function registerEventStream(app: FastifyInstance, options: EventStreamRouteOptions): StreamRoute {
  const { path, origins, operations, verifier, limits, perPrincipal, metrics, now } = options;
  const open = new Set<ServerResponse>();
  let isClosing = false;

  const handle = createHandler<FastifyRequest, StreamCall, Pick<GatewayContext, keyof GatewayContext>>({
    authenticate: () => '',
    validate: () => [],
    async onSubscribe({ context, raw: { ip: address, id: requestId } }) {
      const { principal, sent } = context;
      const prepared = await operations.prepare(sent, { principal, address, requestId });
      if ('schema' in prepared) return prepared;
      context.isRefused = true;
      const body = JSON.stringify({ errors: operations.formatErrors(prepared, { requestId }) });
      return [body, { statusText: '', ...headOf(prepared) }];
    },
    subscribe: operations.subscribe,
    async onNext(context, { context: { turn } }, result) {
      await turn.take();
      // Typed as what was executed; what leaves of its errors is plain data.
      return operations.formatResult(result as ExecutionResult, context) as ExecutionResult<Record<string, unknown>>;
    },
  });

  async function write(raw: ServerResponse, text: string): Promise<boolean> {
    if (raw.destroyed || raw.writableEnded) return false;
    if (raw.write(text)) return true;
    // Who reads nothing for as long as two signs of life are apart is gone.
    const signal = AbortSignal.timeout(limits.keepAliveMs * 2);
    const isDrained = await Promise.race([once(raw, 'drain', { signal }), once(raw, 'close', { signal })]).then(
      () => !raw.destroyed,
      () => false,
    );
    if (!isDrained) raw.destroy();
    return isDrained;
  }

  async function stream(raw: ServerResponse, events: AsyncIterable<string>, turn: Turn): Promise<void> {
    for await (const text of events) {
      if (!(await write(raw, text))) return;
      if (!text.startsWith(':')) turn.give();
    }
    raw.end();
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<unknown> {
    const turn = new Turn();
    const sent = operationRequestOf(request);
    const call: StreamCall = { principal, sent, turn, isRefused: false };
    const [body, init]: StreamResponse = await handle({
      method: 'POST',
      url: path,
      headers: { get: (name) => ({ accept: 'text/event-stream', 'content-type': 'application/json' })[name] },
      // Asked for a text before anything else; a trusted document may have come without.
      body: { ...sent, query: sent.query ?? '' },
      raw: request,
      context: call,
    });
    if (body === null || typeof body === 'string') {
      if (init.status >= 400 && !call.isRefused) {
        throw refusal(
          init.status,
          'BAD_REQUEST',
          'The request has to hold one operation, with its document in "query".',
        );
      }
      return reply
        .code(init.status)
        .headers(init.headers ?? {})
        .send(body);
    }
    const { raw } = reply;
    const headers = { ...reply.getHeaders(), ...HEADERS };
    void reply.hijack();
    raw.writeHead(200, headers as Record<string, string>);
    open.add(raw);
    metrics.connections.inc({ transport: 'sse' });
    // Ended without `complete`: clients come back, and then they need a fresh token.
    const callOff = watchExpiry(principal, now, () => raw.end());
    raw.once('close', () => {
      callOff();
      open.delete(raw);
      metrics.connections.dec({ transport: 'sse' });
      turn.give();
      void body.return(undefined);
    });
    await stream(raw, body, turn).catch(() => raw.destroy());
  }

  app.route({
    url: path,
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    async handler(request, reply) {
      const { origin, host, accept } = request.headers;
      if (!isOriginAllowed({ origin, host, allowed: origins })) {
        throw refusal(403, 'FORBIDDEN', 'This origin may not call the gateway.');
      }
      if (!accept?.includes('text/event-stream')) {
        throw refusal(406, 'BAD_REQUEST', 'This address answers with text/event-stream; ask for it with Accept.');
      }
      if (isClosing || open.size >= limits.connections) {
        throw refusal(503, 'BAD_REQUEST', 'There is no room for another connection.', 2);
      }
      const principal = await verifyStreamCaller(
        verifier,
        soleAuthorization(request.raw.headersDistinct.authorization),
      );
      const leave = perPrincipal.take(principal.callerId, limits.connectionsPerPrincipal);
      if (!leave) throw refusal(429, 'BAD_REQUEST', 'You have too many connections.', 5);
      reply.raw.once('close', leave);
      return answer(request, reply, principal);
    },
  });

  return {
    async close() {
      isClosing = true;
      for (const raw of open) raw.end();
    },
  };
}
