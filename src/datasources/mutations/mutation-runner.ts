import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import type { Idempotency } from '../../schema/idempotency/idempotency.type.js';
import {
  IdempotencyError,
  NotFoundError,
  OutcomeUnknownError,
  RejectedByApiError,
} from '../../schema/user-error/request-errors.type.js';
import type { UserError } from '../../schema/user-error/user-error.type.js';
import { UserErrorCode } from '../../schema/user-error/user-error-code.enum.js';
import { type EntityCache, EVERYTHING } from '../cache/entity-cache.js';
import type { UpstreamCall, UpstreamClient } from '../http/upstream-client.js';
import { UpstreamFailure } from '../http/upstream-failure.js';
import { type ClientKey, upstreamKeyOf } from './idempotency-key.js';
import { mutationOutcomeOf } from './mutation-outcome.js';

/** One mutation, written down: what to send, what it touches, and how to tell a refusal. */
export interface MutationPlan<T> {
  /** Name of the GraphQL field, e.g. `deactivateCard`. */
  mutation: string;
  key: ClientKey;
  /** What is wrong with the input; with any of these nothing is sent. */
  problems?: readonly UserError[];
  /** Whether the caller may reach what is to be changed; if not, the answer is that for an absent ID. */
  isReachable(): Promise<boolean>;
  /** Input field with the ID that may lead nowhere, e.g. `['input', 'cardId']`. */
  subjectField?: readonly string[];
  call: Omit<UpstreamCall, 'idempotencyKey'>;
  /** What is known beforehand to be touched, without lists: while the call runs, readers pass it by. */
  announces?: readonly string[];
  /** The state after the change, from the body of the answer or read back. */
  complete(body: unknown): Promise<T>;
  /**
   * Tags to invalidate, broad ones (lists) first. `result` is null when the outcome is unknown; null in return when what
   * was touched cannot be told.
   */
  touches(result: T | null): Promise<readonly string[] | null> | readonly string[] | null;
  /** Why the API said no, found out by reading; null if that does not tell. */
  explain?(status: number): Promise<UserError | null>;
}

export interface MutationResult<T> {
  /** Null where nothing was done; a promise that rejects where it was done and the state afterwards cannot be read. */
  value: T | null | Promise<null>;
  userErrors: UserError[];
  idempotency: Idempotency;
}

export interface MutationRunner {
  run<T>(plan: MutationPlan<T>): Promise<MutationResult<T>>;
}

/** What became of one mutation; for the audit log. */
export interface MutationSettled {
  mutation: string;
  key: string;
  /** Null when it is not known. */
  entityId: string | null;
  outcome: string;
  /** Of the last answer of the API; null when there was none. */
  upstreamStatus: number | null;
  durationMs: number;
  replayed: boolean;
}

export function createMutationRunner(options: {
  client: UpstreamClient;
  cache: EntityCache;
  metrics: Metrics;
  logger: Logger;
  /** Who asks: part of the upstream key. */
  callerId: string;
  /** Called once the API may have changed something, so that the request reads anew. */
  onChange: () => void;
  /** Called once for each mutation, whatever became of it. */
  onSettled?: (settled: MutationSettled) => void;
}): MutationRunner {
  const { client, cache, metrics, logger, callerId, onChange, onSettled } = options;

  async function invalidate<T>(plan: MutationPlan<T>, result: T | null): Promise<void> {
    onChange();
    let tags: readonly string[] | null = null;
    try {
      tags = await plan.touches(result);
    } catch (err) {
      logger.warn(
        { mutation: plan.mutation, err },
        'what a mutation touched could not be read, so the whole cache is dropped',
      );
    }
    await cache.invalidate(tags ?? [EVERYTHING]);
    onChange();
  }

  async function refusal<T>(plan: MutationPlan<T>, failure: UpstreamFailure): Promise<UserError> {
    const { subjectField: field = null } = plan;
    const status = failure.status ?? 0;
    const outcome = mutationOutcomeOf(failure);
    switch (outcome) {
      case 'absent':
        return new NotFoundError({ message: 'There is nothing under this ID.', field });
      case 'unknown':
        await invalidate(plan, null);
        return new OutcomeUnknownError({
          message:
            'The API gave no answer that tells; it may or may not have been done. Send it again with the same key.',
        });
      case 'conflict':
      case 'key-reused':
      case 'refused': {
        const explanation = outcome === 'key-reused' && !plan.key.isFresh ? null : await explain(plan, status);
        if (explanation) return explanation;
        if (outcome === 'conflict' && !plan.key.isFresh) {
          return new IdempotencyError({
            code: UserErrorCode.IDEMPOTENCY_KEY_IN_FLIGHT,
            message: 'A mutation with this key is still under way. Wait a moment and send it again with the same key.',
          });
        }
        if (outcome === 'key-reused' && !plan.key.isFresh) {
          return new IdempotencyError({
            code: UserErrorCode.IDEMPOTENCY_KEY_REUSED,
            message: 'This key was used for another input before. Use a fresh key.',
            field: ['input', 'idempotencyKey'],
          });
        }
        return new RejectedByApiError({ message: `The API refused this (HTTP ${status}).`, httpStatus: status });
      }
      case 'failed':
        throw failure;
    }
  }

  async function explain<T>(plan: MutationPlan<T>, status: number): Promise<UserError | null> {
    try {
      return (await plan.explain?.(status)) ?? null;
    } catch (err) {
      // The refusal stands; that its reason could not be read must not turn it into a failure.
      logger.debug({ mutation: plan.mutation, status, err }, 'a refusal could not be explained');
      return null;
    }
  }

  return {
    async run<T>(plan: MutationPlan<T>): Promise<MutationResult<T>> {
      const { mutation, key } = plan;
      const idempotency: Idempotency = { key: key.value, replayed: false };
      const startedAt = performance.now();
      let upstreamStatus: number | null = null;
      const settle = (outcome: string, value: unknown) =>
        onSettled?.({
          ...{ mutation, key: key.value, outcome, upstreamStatus, replayed: false },
          entityId: idOf(value) ?? (plan.call.params?.id || null),
          durationMs: performance.now() - startedAt,
        });
      const failed = (reason: unknown): never => {
        settle('failed', null);
        throw reason;
      };
      const finish = (
        outcome: string,
        value: MutationResult<T>['value'],
        userErrors: UserError[],
      ): MutationResult<T> => {
        metrics.mutations.inc({ mutation, outcome });
        settle(outcome, value);
        return { value, userErrors, idempotency };
      };

      if (plan.problems?.length) return finish('invalid', null, [...plan.problems]);
      if (!(await plan.isReachable().catch(failed))) {
        const absent = new UpstreamFailure({ kind: 'status', route: plan.call.route, status: 404 });
        return finish('absent', null, [await refusal(plan, absent)]);
      }
      let body: unknown;
      try {
        await cache.announce(plan.announces ?? []);
        const idempotencyKey = upstreamKeyOf({ callerId, mutation, clientKey: key.value });
        const response = await client.call({ ...plan.call, idempotencyKey });
        body = response.body;
        upstreamStatus = response.status;
      } catch (error) {
        upstreamStatus = (error instanceof UpstreamFailure && error.status) || null;
        if (!(error instanceof UpstreamFailure)) return failed(error);
        const userError = await refusal(plan, error).catch(failed);
        // Nothing was changed, so readers need not pass by what was announced until the announcement ends by itself.
        if (plan.announces && !error.mayHaveHappened) await cache.invalidate(plan.announces);
        return finish(userError.code.toLowerCase(), null, [userError]);
      }
      const completion = await Promise.resolve(plan.complete(body)).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      if ('value' in completion) {
        await invalidate(plan, completion.value);
        return finish('succeeded', completion.value, []);
      }
      await invalidate(plan, null);
      logger.warn({ mutation, err: completion.error }, 'carried out, but the state afterwards could not be read');
      const unreadable = Promise.reject<null>(completion.error);
      // Whoever selects the entity gets the error at its path; whoever does not must not bring the process down.
      unreadable.catch(() => {});
      return finish('succeeded', unreadable, []);
    },
  };
}

/** Of a created or changed entity, or the ID itself of one that was ended. */
function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const id = (value as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : null;
}
