import { GraphQLError } from 'graphql';
import type { ErrorCode } from './error-code.js';

export interface GatewayErrorOptions {
  /** Path of the argument or input field at fault, e.g. `['input', 'cardId']`. */
  field?: readonly string[];
  /** Whether the very same request can succeed later. Default false. */
  retryable?: boolean;
  /** HTTP status of the whole answer; unset leaves it at 200. */
  httpStatus?: number;
  /** HTTP headers to add to the answer, e.g. `WWW-Authenticate`. */
  httpHeaders?: Readonly<Record<string, string>>;
  /** More for `extensions`, made for the client like the rest, e.g. which limit was met. */
  details?: Readonly<Record<string, string | number>>;
  /** What happened behind the gateway. For logs only: never sent to a client. */
  cause?: unknown;
}

/**
 * An error whose code and message are made for the client: safe to send as they are. `cause` stays here.
 * Everything else that is thrown leaves as `INTERNAL_SERVER_ERROR` (see `formatError`).
 */
export class GatewayError extends GraphQLError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    const { field, retryable = false, httpStatus, httpHeaders, details, cause } = options;
    super(message, {
      extensions: {
        code,
        retryable,
        ...(field && { field }),
        ...details,
        ...((httpStatus || httpHeaders) && {
          http: {
            ...(httpStatus && { status: httpStatus }),
            ...(httpHeaders && { headers: new Map(Object.entries(httpHeaders)) }),
          },
        }),
      },
    });
    this.name = 'GatewayError';
    this.code = code;
    if (cause !== undefined) Object.defineProperty(this, 'cause', { value: cause, enumerable: false });
  }
}

/** A value that the client sent is not usable; `field` names it and the message says what would be. */
export function badUserInput(message: string, field: readonly string[]): GatewayError {
  return new GatewayError('BAD_USER_INPUT', message, { field });
}
