import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createOperationTime, type OperationTime } from '../datasources/deadline.js';
import { GatewayError } from '../errors/gateway-error.js';
import type { Metrics } from '../observability/metrics.js';
import { GRAPHQL_PATH } from './graphql-path.js';
import { LoopTurn } from './loop-turn.js';

export interface OperationsOptions {
  /** Longest life of one operation. */
  deadlineMs: number;
  /** Operations under way at a time; what exceeds them is refused at once. */
  maxConcurrent: number;
  metrics: Metrics;
}

/** What a client is told to wait: an operation takes less on the average. */
const RETRY_AFTER_SECONDS = '1';

/**
 * The life of each operation over plain HTTP: it begins when its request arrives, has a place among so many, and ends when its
 * answer has left or its client has hung up. Returns how to get the time of a request's operation; for requests that are not
 * kept here (streams) it begins with the call, so each event is an operation of its own.
 */
export function registerOperations(
  app: FastifyInstance,
  { deadlineMs, maxConcurrent, metrics }: OperationsOptions,
): (request: object) => OperationTime {
  const times = new WeakMap<object, OperationTime>();
  const turn = new LoopTurn();
  let running = 0;
  metrics.watchOperations(() => running);

  // Streams, below that path, live as long as their client likes, and count otherwise.
  const isOperation = (request: FastifyRequest) => request.routeOptions.url === GRAPHQL_PATH;

  function refusal(): GatewayError {
    metrics.operationsShed.inc();
    return new GatewayError('UPSTREAM_UNAVAILABLE', 'The gateway has more to do than it can. Try again in a moment.', {
      retryable: true,
      httpStatus: 503,
      httpHeaders: { 'retry-after': RETRY_AFTER_SECONDS },
    });
  }

  app.addHook('onRequest', async (request) => {
    if (!isOperation(request)) return;
    if (!turn.admits(performance.now())) throw refusal();
    times.set(request, createOperationTime({ startedAt: performance.now(), deadlineMs }));
  });

  // After the body has arrived, so that a client that takes its time with it takes nobody's place.
  app.addHook('preValidation', async (request, reply) => {
    const time = times.get(request);
    if (!time) return;
    if (running >= maxConcurrent) throw refusal();
    // Gone already: its end has been told before anybody could listen.
    if (reply.raw.destroyed) return time.hangUp();
    running += 1;
    reply.raw.once('close', () => {
      running -= 1;
      if (reply.raw.writableFinished) time.end();
      else time.hangUp();
    });
  });

  return (request) => times.get(request) ?? createOperationTime({ startedAt: performance.now(), deadlineMs });
}
