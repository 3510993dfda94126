import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import { WireFormatError } from '../wire/decode.js';
import type { HttpResponse, HttpTransport } from './http-transport.js';
import { JsonArrayError } from './json-array-error.js';
import { JsonArrayStream } from './json-array-stream.js';
import { parseRetryAfter, retryDelayMs } from './retry-policy.js';
import { UpstreamFailure, withUncertainty } from './upstream-failure.js';

/** Makes the headers that prove who sends which bytes (`src/auth/outbound`). */
export interface RequestSigner {
  sign(request: {
    method: string;
    url: URL;
    headers: Readonly<Record<string, string>>;
    body?: Uint8Array;
  }): Promise<Record<string, string>>;
}

/** Bearer tokens of the API (`src/auth/outbound`). */
export interface ApiTokenSource {
  get(): Promise<string>;
  renew(rejected: string): Promise<string>;
}

export interface UpstreamCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Template below the base URL, e.g. `/cards/{cardId}/activate`. */
  route: string;
  /** Values for the template's braces; percent-encoded here, so that no ID can leave its segment. */
  params?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Needed with every method but GET. */
  idempotencyKey?: string;
  /** Takes the elements of a JSON array in groups, as they arrive; called anew for each try. What it returns is the `body`. */
  readItems?: (groups: AsyncIterable<unknown[]>) => Promise<unknown>;
}

/** One HTTP request that left for the API. */
export interface SentRequest {
  method: string;
  path: string;
  /** Null without an answer. */
  status: number | null;
  durationMs: number;
  /** Of the body of the answer. */
  bytes: number;
}

export interface UpstreamResponse {
  status: number;
  /** Parsed JSON; undefined when there was no body, or (after a change) none that can be read. */
  body: unknown;
  bytes: number;
}

/** Sends signed requests to the API. Resolves with any 2xx answer; otherwise throws `UpstreamFailure`. */
export interface UpstreamClient {
  /** `observe` hears of every request that leaves, repetitions included. */
  call(call: UpstreamCall, observe?: (sent: SentRequest) => void): Promise<UpstreamResponse>;
}

export interface UpstreamClientOptions {
  transport: HttpTransport;
  baseUrl: URL;
  signer: RequestSigner;
  tokens: ApiTokenSource;
  metrics: Metrics;
  logger: Logger;
  /** Longest time for one call with its repetitions. */
  deadlineMs: number;
  /** Longest time for one try. */
  tryTimeoutMs?: number;
  now: () => Date;
  random?: () => number;
  sleep?: (ms: number) => Promise<void>;
}

interface Shipment {
  call: UpstreamCall;
  url: URL;
  body: Uint8Array | undefined;
  /** What is left for this try, read when a request leaves. */
  timeoutMs: () => number;
  observe: ((sent: SentRequest) => void) | undefined;
}

type SignedResponse = HttpResponse & { bytes: number };

/** What a reader of items threw, as a failure of the call; a broken connection is the transport's to name. */
function streamFailure(cause: unknown, route: string): unknown {
  if (cause instanceof JsonArrayError) {
    const kind = cause.problem === 'too-long' ? 'too-large' : 'invalid';
    return new UpstreamFailure({ kind, route, detail: cause.problem });
  }
  return cause instanceof WireFormatError ? new UpstreamFailure({ kind: 'invalid', route, cause }) : cause;
}

export function pathOf(call: Pick<UpstreamCall, 'route' | 'params'>): string {
  return call.route.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = call.params?.[name];
    if (!value || value === '.' || value === '..') throw new Error(`no usable value for {${name}} in ${call.route}`);
    return encodeURIComponent(value);
  });
}

export function createUpstreamClient(options: UpstreamClientOptions): UpstreamClient {
  const { transport, baseUrl, signer, tokens, metrics, logger, deadlineMs, now } = options;
  const tryTimeoutMs = options.tryTimeoutMs ?? deadlineMs;
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const prefix = baseUrl.pathname.replace(/\/$/, '');

  /** One signed request. Signed here, at the last moment, over the very bytes that leave. */
  async function sendSigned(shipment: Shipment, token: string): Promise<SignedResponse> {
    const { call, url, body, timeoutMs, observe } = shipment;
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
      response = await transport.send({ method, path, headers, body, route, timeoutMs: timeoutMs(), readBody });
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

  /** One try: at most two requests, since a token can expire on the way and is then renewed once. */
  async function attempt(shipment: Shipment): Promise<SignedResponse> {
    const token = await tokenOf(tokens.get(), shipment.timeoutMs());
    const response = await sendSigned(shipment, token);
    if (response.status !== 401) return response;
    return sendSigned(shipment, await tokenOf(tokens.renew(token), shipment.timeoutMs()));
  }

  async function call(request: UpstreamCall, observe?: (sent: SentRequest) => void): Promise<UpstreamResponse> {
    const { method, route } = request;
    const url = new URL(`${transport.origin.origin}${prefix}${pathOf(request)}`);
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const repeatable = method === 'GET' || request.idempotencyKey !== undefined;
    const deadlineAt = performance.now() + deadlineMs;
    const timeoutMs = () => Math.min(tryTimeoutMs, deadlineAt - performance.now());

    let isUncertain = false;

    for (let tries = 1; ; tries += 1) {
      if (timeoutMs() <= 0) throw new UpstreamFailure({ kind: 'timeout', route });
      let failure: UpstreamFailure;
      try {
        const response = await attempt({ call: request, url, body, timeoutMs, observe });
        if (response.status >= 200 && response.status < 300) return decodeResponse(request, response);
        const retryAfter = response.headers['retry-after'];
        const retryAfterMs = parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, now());
        failure = new UpstreamFailure({
          kind: 'status',
          route,
          status: response.status,
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        });
      } catch (error) {
        if (!(error instanceof UpstreamFailure)) throw error;
        failure = error;
      }
      const delayMs = retryDelayMs({
        tries,
        repeatable,
        kind: failure.kind,
        status: failure.status,
        retryAfterMs: failure.retryAfterMs,
        remainingMs: deadlineAt - performance.now(),
        random: random(),
      });
      if (delayMs === null) throw isUncertain && !failure.mayHaveHappened ? withUncertainty(failure, true) : failure;
      isUncertain ||= failure.mayHaveHappened;
      metrics.upstreamRetries.inc({ route, reason: failure.status ? String(failure.status) : failure.kind });
      logger.debug(
        { route, tries, reason: failure.kind, status: failure.status, delayMs },
        'upstream request repeated',
      );
      await sleep(delayMs);
    }
  }

  return { call };
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

/** A body is parsed only if there is one: several calls answer 202 or 204 with nothing. */
function decodeResponse(call: UpstreamCall, response: SignedResponse): UpstreamResponse {
  const { status, body: bytes } = response;
  if (call.readItems) return { status, body: response.bodyValue, bytes: response.bytes };
  if (bytes.length === 0) return { status, body: undefined, bytes: 0 };
  try {
    return { status, body: JSON.parse(bytes.toString('utf8')), bytes: bytes.length };
  } catch (cause) {
    // A change has happened whatever its answer looks like: the entity is read back instead.
    if (call.method !== 'GET') return { status, body: undefined, bytes: bytes.length };
    // JSON.parse quotes the text in its message, so the cause stays out.
    throw new UpstreamFailure({ kind: 'invalid', route: call.route, status, detail: (cause as Error).name });
  }
}
