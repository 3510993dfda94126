import { GatewayError } from '../../errors/gateway-error.js';

/**
 * - `unreachable`: no connection, so the API has not seen the request
 * - `interrupted`: the connection broke after the request may have been seen
 * - `timeout`: no complete answer in time
 * - `status`: an answer with a status that is not 2xx
 * - `invalid`: a 2xx answer that cannot be understood
 * - `too-large`: an answer longer than the bound
 * - `credentials`: no token could be had from the API
 * - `signature`: the API did not accept the signature, and looked at nothing else
 * - `refused`: the gateway did not send it: the API is away (breaker open), or too much waits for it already
 * - `cancelled`: nobody waits for the answer any longer
 */
export type UpstreamFailureKind =
  | 'unreachable'
  | 'interrupted'
  | 'timeout'
  | 'status'
  | 'invalid'
  | 'too-large'
  | 'credentials'
  | 'signature'
  | 'refused'
  | 'cancelled';

/** After these the API may have seen the request. */
const UNCERTAIN: ReadonlySet<UpstreamFailureKind> = new Set([
  'interrupted',
  'timeout',
  'invalid',
  'too-large',
  'cancelled',
]);

/** What went wrong between gateway and API. Private: `toClientError` decides what of it a client may know. */
export class UpstreamFailure extends Error {
  readonly kind: UpstreamFailureKind;
  readonly status: number | undefined;
  readonly route: string;
  readonly retryAfterMs: number | undefined;
  /** Whether this or an earlier try with the same key may have been carried out by the API all the same. */
  readonly mayHaveHappened: boolean;

  constructor(options: {
    kind: UpstreamFailureKind;
    route: string;
    status?: number;
    retryAfterMs?: number;
    mayHaveHappened?: boolean;
    detail?: string;
    cause?: unknown;
  }) {
    const { kind, route, status, retryAfterMs, detail, cause } = options;
    const isUncertain = UNCERTAIN.has(kind);
    super([`upstream ${kind}`, status, `on ${route}`, detail].filter(Boolean).join(' '), { cause });
    this.name = 'UpstreamFailure';
    this.kind = kind;
    this.status = status;
    this.route = route;
    this.retryAfterMs = retryAfterMs;
    this.mayHaveHappened = options.mayHaveHappened ?? (isUncertain || (kind === 'status' && (status ?? 0) >= 500));
  }
}

/** The same failure, with another answer to whether the call may have been carried out. */
export function withUncertainty(failure: UpstreamFailure, mayHaveHappened: boolean): UpstreamFailure {
  const { kind, route, status, retryAfterMs, cause } = failure;
  return new UpstreamFailure({
    kind,
    route,
    cause,
    mayHaveHappened,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The client's view of a failure: a closed code, a message without upstream text, and whether to try again. */
export function toClientError(failure: UpstreamFailure): GatewayError {
  const cause = failure;
  switch (failure.kind) {
    case 'unreachable':
    case 'interrupted':
      return new GatewayError('UPSTREAM_UNAVAILABLE', 'The OffBlocks API cannot be reached at present.', {
        retryable: true,
        cause,
      });
    case 'refused':
      return new GatewayError(
        'UPSTREAM_UNAVAILABLE',
        'The OffBlocks API is not asked at present: it is away or busy.',
        {
          retryable: true,
          cause,
        },
      );
    // Nobody is left to read what is said of a cancelled read.
    case 'cancelled':
    case 'timeout':
      return new GatewayError('UPSTREAM_TIMEOUT', 'The OffBlocks API did not answer in time.', {
        retryable: true,
        cause,
      });
    case 'invalid':
    case 'too-large':
      return new GatewayError(
        'UPSTREAM_INVALID_RESPONSE',
        'The OffBlocks API gave an answer that the gateway cannot use.',
        {
          cause,
        },
      );
    case 'credentials':
      return new GatewayError('UPSTREAM_REJECTED', 'The OffBlocks API refused the credentials of the gateway.', {
        cause,
      });
    case 'signature':
      return new GatewayError('UPSTREAM_REJECTED', 'The OffBlocks API refused the signature of the gateway.', {
        cause,
      });
    case 'status': {
      const status = failure.status ?? 0;
      if (status >= 500 || status === 429) {
        return new GatewayError('UPSTREAM_UNAVAILABLE', 'The OffBlocks API is in trouble at present.', {
          retryable: true,
          cause,
        });
      }
      return new GatewayError('UPSTREAM_REJECTED', `The OffBlocks API refused the request (HTTP ${status}).`, {
        cause,
      });
    }
  }
}
