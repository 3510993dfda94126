import type { Metrics } from '../../observability/metrics.js';
import { WireFormatError } from '../wire/decode.js';
import type { HttpResponse, HttpTransport } from './http-transport.js';
import { JsonArrayError } from './json-array-error.js';
import { JsonArrayStream } from './json-array-stream.js';
import type { ApiTokenSource, RequestSigner, SentRequest, UpstreamCall } from './upstream-call.js';
import { UpstreamFailure, withUncertainty } from './upstream-failure.js';

/** One try of a call. */
export interface Shipment {
  call: UpstreamCall;
  url: URL;
  body: Uint8Array | undefined;
  /** What is left for this try, read when a request leaves. */
  timeoutMs: () => number;
  signal: AbortSignal | undefined;
  observe: ((sent: SentRequest) => void) | undefined;
}

export type SignedResponse = HttpResponse & { bytes: number };

/** What a reader of items threw, as a failure of the call; a broken connection is the transport's to name. */
function streamFailure(cause: unknown, route: string): unknown {
  if (cause instanceof JsonArrayError) {
    const kind = cause.problem === 'too-long' ? 'too-large' : 'invalid';
    return new UpstreamFailure({ kind, route, detail: cause.problem });
  }
  return cause instanceof WireFormatError ? new UpstreamFailure({ kind: 'invalid', route, cause }) : cause;
}

/**
 * Sends one try, whatever its answer: at most two requests, since a token can expire on the way and is then renewed once.
 * Throws `UpstreamFailure` when there is no complete answer.
 */
export function createSignedSender(options: {
  transport: HttpTransport;
  signer: RequestSigner;
  tokens: ApiTokenSource;
  metrics: Metrics;
}): (shipment: Shipment) => Promise<SignedResponse> {
  const { transport, signer, tokens, metrics } = options;

  /** One signed request. Signed here, at the last moment, over the very bytes that leave. */
  async function sendSigned(shipment: Shipment, token: string): Promise<SignedResponse> {
    const { call, url, body, timeoutMs, signal, observe } = shipment;
    const headers = await signer.sign({
      method: call.method,
      url,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(call.idempotencyKey && { 'idempotency-key': call.idempotencyKey }),
      },
      ...(body && { body }),
    });
    metrics.signatures.inc();
    const { method, route, readItems } = call;
    const path = `${url.pathname}${url.search}`;
    const startedAt = performance.now();
    let streamedBytes = 0;
    const readBody =
      readItems &&
      (async (chunks: AsyncIterable<Uint8Array>) => {
        const stream = new JsonArrayStream(chunks);
        try {
          return await readItems(stream);
        } catch (cause) {
          throw streamFailure(cause, route);
        } finally {
          streamedBytes = stream.bytes;
        }
      });
    let response: HttpResponse | null = null;
    try {
      response = await transport.send({ method, path, headers, body, route, timeoutMs: timeoutMs(), readBody, signal });
      return { ...response, bytes: streamedBytes || response.body.length };
    } finally {
      observe?.({
        method,
        path,
        status: response?.status ?? null,
        durationMs: performance.now() - startedAt,
        bytes: streamedBytes || (response?.body.length ?? 0),
      });
    }
  }

  return async function sendOnce(shipment) {
    const token = await tokenOf(tokens.get(), shipment.timeoutMs());
    const response = await sendSigned(shipment, token);
    if (response.status !== 401) return response;
    return sendSigned(shipment, await tokenOf(tokens.renew(token), shipment.timeoutMs()));
  };
}

/**
 * Without a token nothing has been sent, whatever became of the request for one. That request may go on for the benefit of
 * others when this call has no more time to wait for it.
 */
async function tokenOf(request: Promise<string>, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const failure = new UpstreamFailure({ kind: 'timeout', route: '/auth/token', mayHaveHappened: false });
    timer = setTimeout(() => reject(failure), Math.max(0, timeoutMs));
  });
  try {
    return await Promise.race([request, timeout]);
  } catch (cause) {
    if (cause instanceof UpstreamFailure) throw withUncertainty(cause, false);
    throw new UpstreamFailure({ kind: 'credentials', route: '/auth/token', cause });
  } finally {
    clearTimeout(timer);
  }
}
