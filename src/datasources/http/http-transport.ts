import { type Dispatcher, Pool } from 'undici';
import type { Metrics } from '../../observability/metrics.js';
import { UpstreamFailure, type UpstreamFailureKind } from './upstream-failure.js';

export interface HttpRequest {
  method: Dispatcher.HttpMethod;
  /** Absolute path with prefix and query, percent-encoded: the bytes of the request line. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array | undefined;
  /** Path template, e.g. `/cards/{cardId}`: for metrics and messages, never holds an ID. */
  route: string;
  timeoutMs: number;
  /** Takes a 2xx body as it arrives instead of having it collected; has to throw `UpstreamFailure` for what it refuses. */
  readBody?: ((body: AsyncIterable<Uint8Array>) => Promise<unknown>) | undefined;
  /** The caller's wish to give up. The failure is then of the kind that the signal's reason is of, else `timeout`. */
  signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Empty where `readBody` took it. */
  body: Buffer;
  /** What `readBody` made of it. */
  bodyValue?: unknown;
  durationMs: number;
}

/** Sends bytes and returns bytes, one try, any status. Throws `UpstreamFailure` when there is no complete answer. */
export interface HttpTransport {
  readonly origin: URL;
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_ABORTED', 'ABORT_ERR']);

const NOTHING = Buffer.alloc(0);

function failureKindOf(error: unknown): UpstreamFailureKind {
  const { code, name } = error as { code?: string; name?: string };
  if (name === 'TimeoutError' || name === 'AbortError' || (code !== undefined && TIMED_OUT.has(code))) return 'timeout';
  return code !== undefined && NOT_CONNECTED.has(code) ? 'unreachable' : 'interrupted';
}

/** Who gives up says why: the time is over, or nobody waits any longer. */
function givenUpKindOf({ reason }: AbortSignal): UpstreamFailureKind {
  return reason instanceof UpstreamFailure ? reason.kind : 'timeout';
}

/** An undici pool for one origin: the global `fetch` costs about seven times its CPU (docs/adr/0004). */
export function createHttpTransport(options: {
  origin: URL;
  metrics: Metrics;
  /** Connections at most; what exceeds them waits in the pool. */
  connections?: number;
  /** Longest answer in bytes. */
  maxBodyBytes?: number;
}): HttpTransport {
  const { origin, metrics, connections = 64, maxBodyBytes = 128 * 1024 * 1024 } = options;
  const pool = new Pool(origin.origin, { connections, connectTimeout: 5_000, keepAliveTimeout: 4_000 });

  async function readBounded(body: Dispatcher.ResponseData['body'], route: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) throw new UpstreamFailure({ kind: 'too-large', route });
      chunks.push(chunk);
    }
    return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes);
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const { method, path, headers, body, route, timeoutMs, signal } = request;
    const startedAt = performance.now();
    const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
    let status: number | undefined;
    try {
      const response = await pool.request({
        method,
        path,
        headers,
        body: body ?? null,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      if (request.readBody && response.statusCode >= 200 && response.statusCode < 300) {
        const bodyValue = await request.readBody(response.body);
        status = response.statusCode;
        const durationMs = performance.now() - startedAt;
        return { status, headers: response.headers, body: NOTHING, bodyValue, durationMs };
      }
      const bytes = await readBounded(response.body, route);
      status = response.statusCode;
      return { status, headers: response.headers, body: bytes, durationMs: performance.now() - startedAt };
    } catch (error) {
      if (error instanceof UpstreamFailure && error !== signal?.reason) throw error;
      const kind = signal?.aborted ? givenUpKindOf(signal) : failureKindOf(error);
      throw new UpstreamFailure({ kind, route, cause: error });
    } finally {
      metrics.upstreamRequests.inc({ method, route, status: status ?? 'error' });
      metrics.upstreamDurationSeconds.observe({ method, route }, (performance.now() - startedAt) / 1_000);
    }
  }

  return { origin, send, close: () => pool.destroy() };
}
