import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import type { Card } from '../../schema/card/card.type.js';
import type { Idempotency } from '../../schema/idempotency/idempotency.type.js';
import type { UserError } from '../../schema/user-error/user-error.type.js';
import type { EntityCache } from '../cache/entity-cache.js';
import type { UpstreamClient } from '../http/upstream-client.js';
import { UpstreamFailure } from '../http/upstream-failure.js';
import { fingerprintOf } from './fingerprint.js';
import { upstreamKeyOf } from './idempotency-key.js';
import {
  absentError,
  createMutationExecution,
  keyError,
  type Settlement,
  settlementOf,
  unreadable,
} from './mutation-execution.js';
import { FlightStillUnderWay } from './mutation-flights.js';
import type { MutationMemory } from './mutation-memory.js';
import type { MutationPlan } from './mutation-plan.js';
import type { MutationRecord } from './mutation-record.js';
import type { SettledMutation } from './settled-mutation.js';
import { fromUserErrorRecord } from './user-error-record.js';

export interface MutationResult<T> {
  /** Null where nothing was done; a promise that rejects where it was done and the state afterwards cannot be read. */
  value: T | null | Promise<null>;
  userErrors: UserError[];
  idempotency: Idempotency;
}

/** Carries mutations out once for each caller, mutation and key, and answers repetitions from what is remembered. */
export interface MutationRunner {
  run<T>(plan: MutationPlan<T>): Promise<MutationResult<T>>;
}

export interface MutationRunnerOptions {
  client: UpstreamClient;
  cache: EntityCache;
  memory: MutationMemory;
  metrics: Metrics;
  logger: Logger;
  now: () => Date;
  /** Who asks: part of the upstream key, and the owner of what is remembered. */
  callerId: string;
  /** What is left of the time of the operation: nobody else's mutation is waited for longer. Default: no end. */
  remainingMs?: () => number;
  /** Called once something may have changed, so that the request reads anew. */
  onChange: () => void;
  /** Told of the tags once they are invalidated, before the answer. */
  onInvalidated?: (tags: readonly string[]) => void;
  /** A card as it is now, for a replayed refusal that shows one. */
  readCard: (id: string) => Promise<Card | null>;
  /** Called once for each mutation that was asked for, when its answer is known. It must not throw. */
  onSettled?: (settled: SettledMutation) => void;
}

export function createMutationRunner(options: MutationRunnerOptions): MutationRunner {
  const { memory, metrics, callerId, onChange, readCard, onSettled } = options;
  const { remainingMs = () => Number.POSITIVE_INFINITY } = options;
  const execution = createMutationExecution(options);

  async function readAgain<T>(plan: MutationPlan<T>, entityId: string | null): Promise<T | null> {
    // Carried out, but the API told nothing of what it had made.
    if (entityId === null) throw new UpstreamFailure({ kind: 'invalid', route: plan.call.route });
    return plan.read(entityId);
  }

  /** The answer that was given before. Read after `onChange`, as this request may have seen the state before it. */
  async function replay<T>(plan: MutationPlan<T>, record: MutationRecord): Promise<Settlement<T>> {
    const { entityId } = record;
    const [stored] = record.userErrors;
    onChange();
    if (stored) {
      return settlementOf<T>(await fromUserErrorRecord(stored, readCard), { isReplay: true });
    }
    const value = await settledValueOf(readAgain(plan, entityId));
    return { outcome: 'succeeded', ...value, userErrors: [], entityId, upstreamStatus: null, isReplay: true };
  }

  async function takeTurn<T>(plan: MutationPlan<T>, id: string, fingerprint: string): Promise<Settlement<T>> {
    const { mutation, key } = plan;
    const intention = { id, owner: callerId, mutation, clientKey: key.value, fingerprint };
    const turn = await memory.ledger.take(intention, remainingMs());
    switch (turn.kind) {
      case 'run':
        return execution.send(plan, turn.run, id);
      case 'look-up':
        return execution.lookUp(plan, turn.run);
      case 'replay':
        return replay(plan, turn.record);
      case 'reused':
      case 'in-flight':
        return settlementOf(keyError(turn.kind));
    }
  }

  async function settle<T>(plan: MutationPlan<T>): Promise<Settlement<T>> {
    const { mutation, key, problems = [] } = plan;
    if (problems.length > 0) {
      return { ...settlementOf<T>(problems[0] as UserError, { outcome: 'invalid' }), userErrors: [...problems] };
    }
    if (!(await plan.isReachable())) return settlementOf(absentError(plan), { outcome: 'absent' });
    const id = upstreamKeyOf({ callerId, mutation, clientKey: key.value });
    const fingerprint = fingerprintOf(plan.call, id);
    try {
      const waitMs = Math.min(memory.waitMs, remainingMs());
      const { value: settlement, isJoined } = await memory.flights.fly({ id, fingerprint, waitMs }, () =>
        takeTurn(plan, id, fingerprint),
      );
      if (!isJoined) return settlement;
      onChange();
      // An answer about the key or an open outcome is no earlier answer, though it is the same.
      const isFinal = settlement.outcome === 'succeeded' || isRefusal(settlement);
      const joined = { ...settlement, isReplay: isFinal, upstreamStatus: null };
      // What the first one could not read, for its client has hung up, this one may be able to.
      return settlement.value instanceof Promise
        ? { ...joined, ...(await settledValueOf(readAgain(plan, settlement.entityId))) }
        : joined;
    } catch (error) {
      if (error instanceof FlightStillUnderWay) return settlementOf(keyError('in-flight'));
      throw error;
    }
  }

  function report<T>(plan: MutationPlan<T>, settlement: Omit<SettledMutation, 'mutation' | 'key'>): void {
    const { mutation, key, call } = plan;
    metrics.mutations.inc({ mutation, outcome: settlement.outcome });
    if (settlement.replayed) metrics.mutationReplays.inc({ mutation });
    // A creation that came to nothing is told by what it was to be created below.
    const entityId = settlement.entityId || plan.entityIdOf(null) || call.params?.id || null;
    onSettled?.({ mutation, key: key.value, ...settlement, entityId });
  }

  return {
    async run<T>(plan: MutationPlan<T>): Promise<MutationResult<T>> {
      const startedAt = performance.now();
      const durationMs = () => performance.now() - startedAt;
      let settlement: Settlement<T>;
      try {
        settlement = await settle(plan);
      } catch (error) {
        const upstreamStatus = error instanceof UpstreamFailure ? (error.status ?? null) : null;
        report(plan, { outcome: 'failed', entityId: null, upstreamStatus, durationMs: durationMs(), replayed: false });
        throw error;
      }
      const { value, userErrors, outcome, entityId, upstreamStatus, isReplay: replayed } = settlement;
      report(plan, { outcome, entityId, upstreamStatus, durationMs: durationMs(), replayed });
      return { value, userErrors, idempotency: { key: plan.key.value, replayed } };
    },
  };
}

/** Wrapped, since a promise that an async function returns by itself would be awaited. */
async function settledValueOf<T>(read: Promise<T | null>): Promise<Pick<Settlement<T>, 'value'>> {
  return read.then(
    (value) => ({ value }),
    (error: unknown) => ({ value: unreadable(error) }),
  );
}

function isRefusal({ outcome }: Settlement<unknown>): boolean {
  return !['invalid', 'absent', 'failed', 'outcome_unknown'].includes(outcome) && !outcome.startsWith('idempotency_');
}
