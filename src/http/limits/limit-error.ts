import type { OperationLimits } from '../../config/gateway-config.js';
import { GatewayError } from '../../errors/gateway-error.js';

export type LimitName = keyof OperationLimits;

/** What each limit counts, in words for the client. */
const COUNTED: Readonly<Record<LimitName, string>> = {
  documentBytes: 'bytes',
  tokens: 'tokens',
  nesting: 'brackets within each other',
  definitions: 'operations and fragments',
  depth: 'fields below each other',
  aliases: 'aliases',
  directives: 'directives',
  rootFields: 'fields at the top',
  fields: 'fields',
  cost: 'cost points',
};

const OF_THE_TEXT: readonly LimitName[] = ['documentBytes', 'tokens', 'nesting', 'definitions'];

/**
 * More than a limit allows: `DOCUMENT_TOO_LARGE` for the text of a document, `OPERATION_TOO_COMPLEX` for what it asks for; both
 * HTTP 400, with `limit`, `allowed` and `found`. `found` is where counting stopped: there may be more.
 */
export function limitExceeded(limit: LimitName, { allowed, found }: { allowed: number; found: number }): GatewayError {
  const isText = OF_THE_TEXT.includes(limit);
  const message = `The ${isText ? 'document' : 'operation'} has more ${COUNTED[limit]} than the ${allowed} allowed.`;
  return new GatewayError(isText ? 'DOCUMENT_TOO_LARGE' : 'OPERATION_TOO_COMPLEX', message, {
    httpStatus: 400,
    details: { limit, allowed, found },
  });
}

/** Throws `limitExceeded` where more was found than is allowed. */
export function assertWithin(limits: OperationLimits, limit: LimitName, found: number): void {
  const allowed = limits[limit];
  // Written so that NaN is too much.
  if (!(found <= allowed)) throw limitExceeded(limit, { allowed, found });
}
