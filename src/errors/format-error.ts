import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { isErrorCode } from './error-code.js';
import { GatewayError } from './gateway-error.js';

/** Turns an error of another room into one made for the client; null for one it does not know. */
export type ClientErrorOf = (error: unknown) => GatewayError | null;

/**
 * The one place that decides what of an error leaves: errors made for the client as they are, GraphQL's own complaints
 * about a document with their code, and everything else as `INTERNAL_SERVER_ERROR` without a word of its message.
 */
export function createErrorFormatter(clientErrorOf: ClientErrorOf) {
  return function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
    const original = unwrapResolverError(error);
    const clientError = original instanceof GatewayError ? original : clientErrorOf(original);
    const place = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    };
    if (clientError) {
      const { http: _, ...extensions } = clientError.extensions;
      return { message: clientError.message, ...place, extensions };
    }
    const { code, field } = formatted.extensions ?? {};
    if (isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR') {
      const extensions = { code, retryable: false, ...(Array.isArray(field) && { field }) };
      return { message: formatted.message, ...place, extensions };
    }
    const extensions = { code: 'INTERNAL_SERVER_ERROR', retryable: false };
    return { message: 'Something went wrong inside the gateway.', ...place, extensions };
  };
}
