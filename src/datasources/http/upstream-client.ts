import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import { reasonOf } from '../deadline.js';
import type { HttpTransport } from './http-transport.js';
import { RetryBudget } from './retry-budget.js';
import { parseRetryAfter, retryDelayMs } from './retry-policy.js';
import { createSignedSender, type SignedResponse } from './signed-sender.js';
import type {
  ApiTokenSource,
  RequestSigner,
  SentRequest,
  UpstreamCall,
  UpstreamClient,
  UpstreamResponse,
} from './upstream-call.js';
import { UpstreamFailure, withUncertainty } from './upstream-failure.js';
import { createUpstreamGate, type UpstreamGate } from './upstream-gate.js';

export type {
  ApiTokenSource,
  RequestSigner,
  SentRequest,
  UpstreamCall,
  UpstreamClient,
  UpstreamResponse,
} from './upstream-call.js';

export interface UpstreamClientOptions {
  transport: HttpTransport;
  baseUrl: URL;
  signer: RequestSigner;
  tokens: ApiTokenSource;
  metrics: Metrics;
  logger: Logger;
  /** Longest time for one call with its repetitions, where it has no deadline of its own, and for one try in any case. */
  deadlineMs: number;
  /**
   * Longest time for one try of a plain read, which is then worth another. A list, which takes its time, and a change, whose
   * end has to be known, are given all the time that is left.
   */
  tryTimeoutMs?: number;
  /** Default: breaker and bulkheads of its own. */
  gate?: UpstreamGate;
  budget?: RetryBudget;
  now: () => Date;
  random?: () => number;
  sleep?: (ms: number) => Promise<void>;
}

export function pathOf(call: Pick<UpstreamCall, 'route' | 'params'>): string {
  return call.route.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = call.params?.[name];
    if (!value || value === '.' || value === '..') throw new Error(`no usable value for {${name}} in ${call.route}`);
    return encodeURIComponent(value);
  });
}

export function createUpstreamClient(options: UpstreamClientOptions): UpstreamClient {
  const { transport, baseUrl, metrics, logger, deadlineMs, now } = options;
  const { gate = createUpstreamGate({ metrics, logger }), budget = new RetryBudget() } = options;
  const tryTimeoutMs = Math.min(options.tryTimeoutMs ?? deadlineMs, deadlineMs);
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const prefix = baseUrl.pathname.replace(/\/$/, '');
  const sendOnce = createSignedSender(options);

  async function call(request: UpstreamCall, observe?: (sent: SentRequest) => void): Promise<UpstreamResponse> {
    const { method, route, deadline, readItems } = request;
    const isChange = method !== 'GET';
    const url = new URL(`${transport.origin.origin}${prefix}${pathOf(request)}`);
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const ownDeadlineAt = performance.now() + deadlineMs;
    const remainingMs = () => (deadline?.at ?? ownDeadlineAt) - performance.now();
    const longestTryMs = isChange || readItems ? deadlineMs : tryTimeoutMs;
    // The deadline of a shared read moves as others join it; its signal tells when the last of them has gone.
    const timeoutMs = () => (deadline && !isChange ? longestTryMs : Math.min(longestTryMs, remainingMs()));
    const signal = deadline?.signal;

    let isUncertain = false;

    /** Fails as a whole: what an earlier try may have done counts too. */
    const failed = (failure: UpstreamFailure) =>
      isUncertain && !failure.mayHaveHappened ? withUncertainty(failure, true) : failure;

    for (let tries = 1; ; tries += 1) {
      if (signal?.aborted) throw failed(withUncertainty(reasonOf(signal), false));
      if (remainingMs() <= 0) throw failed(new UpstreamFailure({ kind: 'timeout', route, mayHaveHappened: false }));
      let failure: UpstreamFailure;
      try {
        const traffic = isChange ? 'change' : 'read';
        const response = await gate.pass({ traffic, route, signal, tryTimeoutMs: longestTryMs }, async () => {
          if (tries === 1) budget.payIn();
          const answer = await sendOnce({ call: request, url, body, timeoutMs, signal, observe });
          if (answer.status < 200 || answer.status >= 300) throw statusFailure(answer);
          return answer;
        });
        return decodeResponse(request, response);
      } catch (error) {
        if (!(error instanceof UpstreamFailure)) throw error;
        failure = error;
      }
      isUncertain ||= isChange && failure.mayHaveHappened;
      const delayMs = retryDelayMs({
        tries,
        isChange,
        repeatable: !isChange || request.idempotencyKey !== undefined,
        kind: failure.kind,
        status: failure.status,
        retryAfterMs: failure.retryAfterMs,
        isUncertain,
        refusedForMs: gate.refusedForMs(),
        remainingMs: remainingMs(),
        random: random(),
      });
      if (delayMs === null) throw failed(failure);
      if (!budget.withdraw({ isUncertain })) {
        metrics.upstreamRetriesRefused.inc({ route });
        throw failed(failure);
      }
      metrics.upstreamRetries.inc({ route, reason: failure.status ? String(failure.status) : failure.kind });
      logger.debug(
        { route, tries, reason: failure.kind, status: failure.status, delayMs },
        'upstream request repeated',
      );
      await sleep(delayMs);
    }

    function statusFailure(response: SignedResponse): UpstreamFailure {
      const { status, headers } = response;
      if (isSignatureRefusal(response)) return new UpstreamFailure({ kind: 'signature', route, status });
      // Something on the way, or the API, gave up waiting (RFC 9110 section 15.5.9): that is no word on what was asked.
      if (status === 408) return new UpstreamFailure({ kind: 'timeout', route, status });
      const retryAfter = headers['retry-after'];
      const retryAfterMs = parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, now());
      return new UpstreamFailure({
        kind: 'status',
        route,
        status,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      });
    }
  }

  return { call };
}

/**
 * Whether the API, or what stands before it, has not accepted the signature: 400 as plain text that says so, where its own
 * refusals are JSON. Source: middleware.go of https://github.com/OffBlocks/httpsig. It says nothing of what was asked, nor of
 * what became of an earlier try with the same key.
 */
function isSignatureRefusal({ status, headers, body }: SignedResponse): boolean {
  if (status !== 400 || !String(headers['content-type']).startsWith('text/plain')) return false;
  return body.subarray(0, 200).toString('latin1').trim() === 'invalid required signature';
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
