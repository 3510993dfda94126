import { GatewayError } from '../../errors/gateway-error.js';

const REALM = 'Bearer realm="offblocks"';

/**
 * The caller showed no bearer token. Names no error code in the challenge, as RFC 6750 section 3.1 asks for requests
 * without (or with another kind of) authentication information.
 */
export function missingToken(message: string): GatewayError {
  return unauthenticated(message, REALM);
}

/**
 * The caller showed a token that is not accepted (`invalid_token`, RFC 6750 section 3.1). `message` goes to the client
 * and stays coarse; `cause` holds the reason, for logs.
 */
export function invalidToken(message: string, cause?: unknown): GatewayError {
  // The characters that RFC 6750 section 3 allows in a description.
  const description = message.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?');
  return unauthenticated(message, `${REALM}, error="invalid_token", error_description="${description}"`, cause);
}

function unauthenticated(message: string, challenge: string, cause?: unknown): GatewayError {
  return new GatewayError('UNAUTHENTICATED', message, {
    httpStatus: 401,
    httpHeaders: { 'www-authenticate': challenge },
    cause,
  });
}
