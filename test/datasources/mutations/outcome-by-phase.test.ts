import { FixedDeadline } from '../../../src/datasources/deadline.js';
import type { UpstreamCall, UpstreamClientOptions } from '../../../src/datasources/http/upstream-client.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { type MutationOutcome, mutationOutcomeOf } from '../../../src/datasources/mutations/mutation-outcome.js';
import { CHANGE, clientOf, createTokens } from '../http/client-under-test.js';
import { type Act, refusingOrigin, type ScriptedApi, startScriptedApi } from '../http/scripted-api.js';

/** Where it broke, and what the API had seen of it by then. */
interface Phase {
  what: string;
  acts?: Act[];
  options?: () => Partial<UpstreamClientOptions>;
  isNobodyThere?: boolean;
  deadlineMs?: number;
  outcome: MutationOutcome;
}

const refuseAll = () => ({
  gate: {
    pass: () => Promise.reject(new UpstreamFailure({ kind: 'refused', route: '/cards' })),
    refusedForMs: () => 1_000,
  },
});
const noToken = () => ({ tokens: { ...createTokens(), get: () => Promise.reject(new Error('no token')) } });

const badSignature: Act = {
  status: 400,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'invalid required signature\n',
};

const PHASES: Phase[] = [
  { what: 'its time is over before it is sent', deadlineMs: -1, outcome: 'failed' },
  { what: 'breaker or bulkhead refuse it', options: refuseAll, outcome: 'failed' },
  { what: 'there is no token', options: noToken, outcome: 'failed' },
  { what: 'nobody listens', isNobodyThere: true, outcome: 'failed' },
  { what: 'the connection is reset', acts: ['reset'], outcome: 'unknown' },
  { what: 'the connection is reset in the midst of the answer', acts: ['reset-in-body'], outcome: 'unknown' },
  { what: 'no answer comes in time', acts: ['hang'], deadlineMs: 80, outcome: 'unknown' },
  { what: 'the answer stops in its midst', acts: ['hang-in-body'], deadlineMs: 80, outcome: 'unknown' },
  ...[500, 502, 503, 504].map((status) => ({
    what: `${status} each time`,
    acts: [{ status }],
    outcome: 'unknown' as const,
  })),
  { what: 'refused with 400', acts: [{ status: 400 }], outcome: 'refused' },
  { what: 'refused with 401, the new token too', acts: [{ status: 401 }], outcome: 'failed' },
  { what: 'refused with 403', acts: [{ status: 403 }], outcome: 'refused' },
  { what: 'there is no such thing', acts: [{ status: 404 }], outcome: 'absent' },
  { what: '409 each time', acts: [{ status: 409 }], outcome: 'conflict' },
  { what: 'the key belongs to another payload', acts: [{ status: 422 }], outcome: 'key-reused' },
  { what: 'too many requests each time', acts: [{ status: 429 }], outcome: 'failed' },
  { what: 'a reset, then 409: the first is in flight', acts: ['reset', { status: 409 }], outcome: 'unknown' },
  { what: 'a reset, then 429', acts: ['reset', { status: 429 }], outcome: 'unknown' },
  { what: 'a reset, then 401 twice', acts: ['reset', { status: 401 }], outcome: 'unknown' },
  { what: 'a reset, then 400: the API had not seen it', acts: ['reset', { status: 400 }], outcome: 'refused' },
  { what: '408 each time: somebody on the way gave up', acts: [{ status: 408 }], outcome: 'unknown' },
  { what: 'its signature is refused', acts: [badSignature], outcome: 'failed' },
  { what: 'a reset, then its signature is refused', acts: ['reset', badSignature], outcome: 'unknown' },
  { what: '503, then 404', acts: [{ status: 503 }, { status: 404 }], outcome: 'absent' },
  { what: '429, then a reset each time', acts: [{ status: 429 }, 'reset'], outcome: 'unknown' },
];

const METHODS: UpstreamCall['method'][] = ['POST', 'PUT', 'PATCH', 'DELETE'];

describe.each(METHODS)('a mutation by %s', (method) => {
  let api: ScriptedApi;
  beforeAll(async () => {
    api = await startScriptedApi();
  });

  it.each(PHASES)('when $what: $outcome', async ({ acts = [], options, isNobodyThere, deadlineMs, outcome }) => {
    api.script(...acts);
    const { client } = clientOf(isNobodyThere ? await refusingOrigin() : api.origin, options?.());
    const deadline = deadlineMs === undefined ? undefined : new FixedDeadline(performance.now() + deadlineMs);
    const failure = await client.call({ ...CHANGE, method, deadline }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UpstreamFailure);
    expect(mutationOutcomeOf(failure as UpstreamFailure)).toBe(outcome);
    const keys = new Set(api.received.map(({ headers }) => headers['idempotency-key']));
    expect(keys.size).toBe(acts.length > 0 ? 1 : 0);
  });
});
