import { ApiError, badRequest, notFound } from '../errors.js';
import { readObject, readText } from '../programme/body.js';
import type { Programme } from '../programme/programme.js';
import { actRoutes } from './admin-acts.js';
import type { WebhookControls } from './admin-webhooks.js';
import { webhookRoutes } from './admin-webhooks.js';
import { controlRoute as route } from './control-route.js';
import { type FaultRule, parseFaultRule } from './faults.js';
import { type Answer, type Call, type Route, Router } from './router.js';
import type { SandboxStats } from './stats.js';

/** What the admin interface may do besides acting on entities; the same functions are handles of the running sandbox. */
export interface AdminControls extends WebhookControls {
  stats: () => SandboxStats;
  resetStats: () => void;
  reset: () => void;
  expireTokens: () => void;
  injectFault: (rule: FaultRule) => string;
  listFaults: () => (FaultRule & { id: string })[];
  removeFault: (id: string) => boolean;
  clearFaults: () => void;
  registerSigningKey: (key: { keyId: string; publicKeyPem: string }) => void;
  removeSigningKey: (keyId: string) => boolean;
}

export interface AdminRequest {
  method: string;
  /** Below the admin prefix. */
  path: string;
  /** Without the question mark. */
  search: string;
  body: Uint8Array;
  remoteAddress: string | undefined;
  origin: string | undefined;
}

/**
 * The interface for tests and people, no part of the API: counters, faults, and what OffBlocks does of its own accord.
 * It asks for no credentials and answers the loopback interface only, and no web page (requests with an Origin).
 */
export class Admin {
  readonly #router: Router;

  constructor({ programme, controls }: { programme: Programme; controls: AdminControls }) {
    this.#router = new Router([...controlRoutes(controls), ...webhookRoutes(controls), ...actRoutes(programme)]);
  }

  answer({ method, path, search, body, remoteAddress, origin }: AdminRequest): Answer {
    if (!isLoopback(remoteAddress) || origin !== undefined) return { status: 403 };
    const match = this.#router.find({ method, path });
    if (match.kind !== 'found') return { status: 404 };
    try {
      const call: Call = { params: match.params, query: new URLSearchParams(search), json: () => parseJson(body) };
      return match.route.handle(call) as Answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { status: error.status, body: JSON.stringify({ error: error.message }) };
    }
  }
}

function controlRoutes(controls: AdminControls): Route[] {
  return [
    route('GET', '/stats', () => controls.stats()),
    route('POST', '/stats/reset', () => controls.resetStats()),
    route('POST', '/reset', () => controls.reset()),
    route('POST', '/expire-tokens', () => controls.expireTokens()),
    route('GET', '/faults', () => controls.listFaults()),
    route('POST', '/faults', (call) => ({ id: controls.injectFault(parseFaultRule(readObject(call.json()))) })),
    route('DELETE', '/faults', () => controls.clearFaults()),
    route('DELETE', '/faults/{faultId}', ({ params }) =>
      assertFound(controls.removeFault(params.faultId ?? ''), 'fault'),
    ),
    route('POST', '/signing-keys', (call) => {
      const body = readObject(call.json());
      const key = { keyId: readText(body, 'keyId'), publicKeyPem: readText(body, 'publicKeyPem') };
      try {
        controls.registerSigningKey(key);
      } catch {
        throw badRequest('publicKeyPem must be a P-384 public key in PEM');
      }
    }),
    route('DELETE', '/signing-keys/{keyId}', ({ params }) =>
      assertFound(controls.removeSigningKey(decodeURIComponent(params.keyId ?? '')), 'signing key'),
    ),
  ];
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw badRequest('the body is not JSON');
  }
}

function assertFound(isFound: boolean, noun: string): void {
  if (!isFound) throw notFound(noun);
}

function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address ?? '');
}
