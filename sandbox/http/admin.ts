import { ApiError, badRequest, notFound } from '../errors.js';
import { closeAccount, deactivateAccount, failAccount } from '../programme/accounts.js';
import { readObject, readText } from '../programme/body.js';
import { blockCard, liftCardSuspension, suspendCard } from '../programme/cards.js';
import { deactivateCustomer, rejectCustomer } from '../programme/customers.js';
import type { EntityTable } from '../programme/entity-table.js';
import { findRow, type Programme } from '../programme/programme.js';
import { reverseTransaction } from '../programme/transactions.js';
import { type FaultRule, parseFaultRule } from './faults.js';
import { type Answer, type Call, type Route, Router } from './router.js';
import type { SandboxStats } from './stats.js';

/** What the admin interface may do besides acting on entities; the same functions are handles of the running sandbox. */
export interface AdminControls {
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
    this.#router = new Router([...controlRoutes(controls), ...actRoutes(programme)]);
  }

  answer({ method, path, body, remoteAddress, origin }: AdminRequest): Answer {
    if (!isLoopback(remoteAddress) || origin !== undefined) return { status: 403 };
    const match = this.#router.find({ method, path });
    if (match.kind !== 'found') return { status: 404 };
    try {
      const call: Call = { params: match.params, query: new URLSearchParams(), json: () => parseJson(body) };
      return match.route.handle(call) as Answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { status: error.status, body: JSON.stringify({ error: error.message }) };
    }
  }
}

function controlRoutes(controls: AdminControls): Route[] {
  const route = (method: string, template: string, handle: (call: Call) => unknown): Route => ({
    method,
    template,
    protection: 'none',
    handle: (call) => {
      const result = handle(call);
      return result === undefined ? { status: 204 } : { status: 200, body: JSON.stringify(result) };
    },
  });
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

/** Transitions that no call of the API makes: the pages under https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/ */
function actRoutes(programme: Programme): Route[] {
  const acts = <Row extends { entity: { id: string } }>(
    plural: string,
    table: EntityTable<Row>,
    byVerb: Record<string, (programme: Programme, row: Row) => void>,
  ): Route[] =>
    Object.entries(byVerb).map(([verb, act]) => ({
      method: 'POST',
      template: `/${plural}/{id}/${verb}`,
      protection: 'none',
      handle: ({ params: { id = '' } }) => {
        const row = findRow({ table, id, noun: plural.slice(0, -1) });
        act(programme, row);
        programme.settling.drain();
        return { status: 200, body: table.textOf(row) };
      },
    }));
  return [
    ...acts('customers', programme.customers, { deactivate: deactivateCustomer, reject: rejectCustomer }),
    ...acts('accounts', programme.accounts, { deactivate: deactivateAccount, close: closeAccount, fail: failAccount }),
    ...acts('cards', programme.cards, { suspend: suspendCard, block: blockCard, lift: liftCardSuspension }),
    ...acts('transactions', programme.transactions, { reverse: reverseTransaction }),
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
