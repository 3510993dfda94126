import { ApiError, badRequest, errorBody } from '../errors.js';
import { isUuid } from '../programme/identifiers.js';
import type { Programme } from '../programme/programme.js';
import type { Credentials } from '../proof/credentials.js';
import { findSignatureFault, type RawRequest, type SignaturePolicy } from '../proof/signature.js';
import type { SigningKeys } from '../proof/signing-keys.js';
import { type Fault, type Faults, parseFaultHeader, waitForLatency } from './faults.js';
import { fingerprintOf, type IdempotencyKeys } from './idempotency.js';
import type { Answer, Call, Route, Router } from './router.js';
import type { Counters } from './stats.js';

/** Body of the refusal of a bad digest or signature: middleware.go of https://github.com/OffBlocks/httpsig */
const REFUSED_SIGNATURE = 'invalid required signature';

/** What the server has to do: send this, or one of the misdeeds. */
export type Outcome =
  | { kind: 'send'; answer: Answer; contentType: string; headers?: Readonly<Record<string, string>> }
  | { kind: 'reset' | 'hang' | 'drop' };

export interface ApiParts {
  programme: Programme;
  router: Router;
  credentials: Credentials;
  signingKeys: SigningKeys;
  signaturePolicy: SignaturePolicy;
  idempotencyKeys: IdempotencyKeys;
  faults: Faults;
  counters: Counters;
}

/**
 * Answers a request below the API prefix. In this order: route, token (401), signature (400), declared faults, idempotency
 * key (400, 409, 422 or the earlier answer), execution, and what the API then does by itself. The order is a choice of the
 * sandbox; the rules are those of the pages under https://docs.offblocks.xyz/developer-guides/api-integration/
 */
export class Api {
  readonly #parts: ApiParts;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** `path` is the one below the prefix; `request.target` the whole. Never rejects. */
  async answer({ request, path, search }: { request: RawRequest; path: string; search: string }): Promise<Outcome> {
    const { counters, router } = this.#parts;
    const match = router.find({ method: request.method, path });
    const route = match.kind === 'found' ? `${match.route.method} ${match.route.template}` : 'unknown';
    counters.countRequest(route);
    let outcome: Outcome;
    try {
      if (match.kind !== 'found') throw unrouted(match.kind);
      const { params } = match;
      const call: Call = { params, query: new URLSearchParams(search), json: () => parseJson(request) };
      outcome = await this.#answerRoute({ request, path, route: match.route, name: route, call });
    } catch (error) {
      outcome = send(refusalOf(error));
    }
    counters.countAnswer({ route, status: outcome.kind === 'send' ? outcome.answer.status : 'none' });
    return outcome;
  }

  async #answerRoute(parts: {
    request: RawRequest;
    path: string;
    route: Route;
    name: string;
    call: Call;
  }): Promise<Outcome> {
    const { request, path, route, name, call } = parts;
    if (route.protection !== 'none') this.#assertToken(request);
    if (route.protection === 'signed') {
      const reason = await this.#findSignatureFault(request);
      if (reason !== undefined) {
        this.#parts.counters.countRefusedSignature({ route: name, reason });
        return {
          kind: 'send',
          answer: { status: 400, body: REFUSED_SIGNATURE },
          contentType: 'text/plain; charset=utf-8',
        };
      }
    }
    const fault = this.#takeFault({ request, path });
    if (fault) this.#parts.counters.countFault(fault.kind);
    if (fault?.kind === 'reset' || fault?.kind === 'hang') return { kind: fault.kind };
    if (fault?.kind === 'status') return sendFaultStatus(fault);
    const answer = await this.#execute({ request, route, call, fault });
    if (fault?.kind === 'drop-after-commit') return { kind: 'drop' };
    if (fault?.kind === 'hang-after-commit') return { kind: 'hang' };
    if (fault?.kind === 'status-after-commit') return sendFaultStatus(fault);
    return send(answer);
  }

  async #execute(parts: { request: RawRequest; route: Route; call: Call; fault: Fault | undefined }): Promise<Answer> {
    const { request, route, call, fault } = parts;
    if (route.method === 'GET' || route.protection !== 'signed') {
      await waitForLatency(fault);
      return this.#run(route, call);
    }
    const { clock } = this.#parts.programme;
    const key = readIdempotencyKey(request);
    const verdict = this.#parts.idempotencyKeys.begin({ key, fingerprint: fingerprintOf(request), now: clock() });
    if (verdict.kind === 'other-payload') throw new ApiError(422, 'the idempotency key was used with another payload');
    if (verdict.kind === 'in-flight') throw new ApiError(409, 'a request with this idempotency key is in flight');
    if (verdict.kind === 'replay') {
      this.#parts.counters.countReplay();
      return verdict.answer;
    }
    try {
      await waitForLatency(fault);
      const answer = await this.#run(route, call);
      verdict.finish(answer);
      return answer;
    } catch (error) {
      verdict.abandon();
      throw error;
    }
  }

  /** Executes; a refusal is an answer like any other, so that it can be repeated. */
  async #run(route: Route, call: Call): Promise<Answer> {
    try {
      const answer = await route.handle(call);
      this.#parts.programme.settling.drain();
      return answer;
    } catch (error) {
      if (error instanceof ApiError) return refusalOf(error);
      throw error;
    }
  }

  #assertToken(request: RawRequest): void {
    const values = valuesOf(request, 'authorization');
    if (values.length === 1 && this.#parts.credentials.accepts(values[0])) return;
    this.#parts.counters.countRefusedToken();
    throw new ApiError(401, 'the bearer token is missing, unknown or over');
  }

  #findSignatureFault(request: RawRequest): Promise<string | undefined> {
    const { signingKeys: keys, signaturePolicy: policy, programme } = this.#parts;
    return findSignatureFault({ request, keys, policy, now: programme.clock() });
  }

  #takeFault({ request, path }: { request: RawRequest; path: string }): Fault | undefined {
    const [header] = valuesOf(request, 'x-sandbox-fault');
    return header === undefined ? this.#parts.faults.take({ method: request.method, path }) : parseFaultHeader(header);
  }
}

function readIdempotencyKey(request: RawRequest): string {
  const [key, ...others] = valuesOf(request, 'idempotency-key');
  if (key === undefined || others.length > 0 || !isUuid(key.trim()))
    throw badRequest('the Idempotency-Key must be a UUID');
  return key.trim();
}

function parseJson(request: RawRequest): unknown {
  const [contentType = ''] = valuesOf(request, 'content-type');
  if (!/^application\/json *(;|$)/i.test(contentType.trim()))
    throw badRequest('the Content-Type must be application/json');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body));
  } catch {
    throw badRequest('the body is not JSON');
  }
}

function valuesOf(request: RawRequest, name: string): string[] {
  return request.headers.filter((header) => header.name.toLowerCase() === name).map(({ value }) => value);
}

function unrouted(kind: 'wrong-method' | 'unknown'): ApiError {
  return kind === 'unknown' ? new ApiError(404, 'no such path') : new ApiError(405, 'no such method here');
}

function refusalOf(error: unknown): Answer {
  const { status, message } = error instanceof ApiError ? error : new ApiError(500, 'unexpected failure');
  return { status, body: errorBody({ status, detail: message }) };
}

function send(answer: Answer): Outcome {
  return { kind: 'send', answer, contentType: 'application/json' };
}

function sendFaultStatus(fault: { status: number; retryAfterSeconds?: number }): Outcome {
  const { status, retryAfterSeconds } = fault;
  return {
    ...send({ status, body: errorBody({ status, detail: 'declared fault' }) }),
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
  } as Outcome;
}
