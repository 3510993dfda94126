import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../errors/error-code.js';
import { GatewayError } from '../errors/gateway-error.js';
import type { Logger } from '../observability/logger.js';
import { isGraphqlPath } from './graphql-path.js';
import { negotiateAnswerType } from './media-type.js';

/** Content codings that a request may have (RFC 9110 section 8.4); said in `Accept-Encoding` of a 415, as RFC 7694 asks. */
export const REQUEST_ENCODINGS = ['gzip', 'deflate', 'br', 'identity'];

interface ErrorBody {
  errors: { message: string; extensions: Record<string, unknown> }[];
}

/** The shape that GraphQL clients know, for what goes wrong outside of GraphQL. */
export function errorBody(
  message: string,
  extensions: { code: ErrorCode; requestId: string; field?: unknown; retryable?: unknown },
): ErrorBody {
  return { errors: [{ message, extensions: { retryable: false, ...extensions } }] };
}

/** What a request did wrong before GraphQL got to see it, in words that tell nothing of the inside. */
function describe(status: number, code: string | undefined): string {
  switch (code ?? '') {
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return 'The body of the request is empty.';
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return 'The body of the request is not as long as Content-Length says.';
    case 'FST_CP_ERR_INVALID_CONTENT':
      return 'The body of the request cannot be inflated by its Content-Encoding.';
    case 'FST_CP_ERR_INVALID_CONTENT_ENCODING':
      return `Content-Encoding has to be one of: ${REQUEST_ENCODINGS.join(', ')}.`;
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return 'The address of the request is not valid.';
  }
  if (status === 413) return 'The body of the request is too long.';
  if (status === 415) return 'The body of the request has to be application/json.';
  return 'The body of the request has to be valid JSON.';
}

function answer(request: FastifyRequest, reply: FastifyReply, status: number, body: ErrorBody): FastifyReply {
  const type = (isGraphqlPath(request.url) && negotiateAnswerType(request.headers.accept)) || 'application/json';
  return reply.code(status).type(`${type}; charset=utf-8`).send(body);
}

/** An error made for the client, with the status and headers that it asks for. */
function answerGatewayError(error: GatewayError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { http, ...extensions } = error.extensions as Record<string, unknown> & {
    http?: { status?: number; headers?: ReadonlyMap<string, string> };
  };
  for (const [name, value] of http?.headers ?? []) void reply.header(name, value);
  const body = errorBody(error.message, { ...extensions, code: error.code, requestId: request.id });
  return answer(request, reply, http?.status ?? 400, body);
}

/** Answers an error of Fastify or of a route; everything that is not the fault of the client is logged, and a 500. */
export function createFailureHandler(logger: Logger) {
  return function answerFailure(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (error instanceof GatewayError) return answerGatewayError(error, request, reply);
    const status = error.statusCode ?? 500;
    const requestId = request.id;
    if (status < 400 || status >= 500) {
      logger.error({ requestId, err: error }, 'a request failed');
      const body = errorBody('Something went wrong inside the gateway.', { code: 'INTERNAL_SERVER_ERROR', requestId });
      return answer(request, reply, 500, body);
    }
    if (status === 415) void reply.header('accept-encoding', REQUEST_ENCODINGS.join(', '));
    const body = errorBody(describe(status, error.code), { code: 'BAD_REQUEST', requestId });
    return answer(request, reply, status, body);
  };
}

/** Answers what goes wrong outside of GraphQL in the shape that GraphQL clients know: `errors` with a code. */
export function registerFailures(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler<FastifyError>(createFailureHandler(logger));
}
