import type { UpstreamCall, UpstreamClient } from '../../../src/datasources/http/upstream-client.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';

/**
 * - `lost`: executed, and the answer never arrives
 * - `broken`: not executed, and nobody can tell
 * - `away`: not executed, which is plain
 * - `refused`: looked at, and refused
 */
export type Trouble = 'none' | 'lost' | 'broken' | 'away' | 'refused';

const HOUR_MS = 3_600_000;

/** The API as far as idempotency goes: an hour for each key, one payload for each key, 409 while it is in flight. */
export class KeyedApi {
  readonly executions: { key: string; payload: string; entity: string }[] = [];
  /** How many times it was asked, whatever came of it. */
  asked = 0;
  readonly #keys = new Map<
    string,
    { payload: string; atMs: number; answer: { status: number; body: unknown } | null }
  >();

  constructor(
    private readonly options: {
      nowMs: () => number;
      trouble?: () => Trouble;
      /** Awaited wherever time passes. */
      pass?: (label: string) => Promise<void>;
    },
  ) {}

  readonly client: UpstreamClient = { call: (call) => this.#call(call) };

  async #call(call: UpstreamCall) {
    const { nowMs, trouble: troubleOf = () => 'none' as const, pass = async () => {} } = this.options;
    const { idempotencyKey: key = '', route } = call;
    const payload = JSON.stringify([call.method, route, call.params, call.body]);
    const failure = (kind: 'interrupted' | 'unreachable') => new UpstreamFailure({ kind, route });
    this.asked += 1;
    const trouble = troubleOf();
    await pass('the request travels');
    if (trouble === 'away') throw failure('unreachable');
    if (trouble === 'broken') throw failure('interrupted');
    const answer = await this.#answer({ key, payload, isRefused: trouble === 'refused', pass, nowMs });
    await pass('the answer travels');
    if (trouble === 'lost') throw failure('interrupted');
    if (answer.status >= 300) throw new UpstreamFailure({ kind: 'status', route, status: answer.status });
    return { ...answer, bytes: 1 };
  }

  async #answer(request: {
    key: string;
    payload: string;
    isRefused: boolean;
    pass: (label: string) => Promise<void>;
    nowMs: () => number;
  }): Promise<{ status: number; body: unknown }> {
    const { key, payload, isRefused, pass, nowMs } = request;
    const known = this.#keys.get(key);
    if (known && nowMs() - known.atMs < HOUR_MS) {
      if (known.payload !== payload) return { status: 422, body: null };
      return known.answer ?? { status: 409, body: null };
    }
    const row = { payload, atMs: nowMs(), answer: null as { status: number; body: unknown } | null };
    this.#keys.set(key, row);
    await pass('it executes');
    if (isRefused) row.answer = { status: 400, body: null };
    else {
      const entity = `entity-${this.executions.length + 1}`;
      this.executions.push({ key, payload, entity });
      row.answer = { status: 201, body: entity };
    }
    return row.answer;
  }
}
