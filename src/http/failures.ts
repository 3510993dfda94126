import type { FastifyError, FastifyInstance } from 'fastify';
import type { Logger } from '../observability/logger.js';

/** What a request did wrong before GraphQL got to see it, in words that tell nothing of the inside. */
function describe(status: number): string {
  switch (status) {
    case 413:
      return 'The body of the request is too long.';
    case 415:
      return 'The body of the request has to be application/json.';
    default:
      return 'The body of the request has to be valid JSON.';
  }
}

/** Answers what goes wrong outside of GraphQL in the shape that GraphQL clients know: `errors` with a code. */
export function registerFailures(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    const isClientFault = status >= 400 && status < 500;
    if (!isClientFault) logger.error({ requestId: request.id, err: error }, 'a request failed');
    const code = isClientFault ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
    const message = isClientFault ? describe(status) : 'Something went wrong inside the gateway.';
    const extensions = { code, retryable: false, requestId: request.id };
    return reply.code(isClientFault ? status : 500).send({ errors: [{ message, extensions }] });
  });
  app.setNotFoundHandler((request, reply) => {
    const extensions = { code: 'BAD_REQUEST', retryable: false, requestId: request.id };
    return reply.code(404).send({ errors: [{ message: 'There is nothing at this address.', extensions }] });
  });
}
