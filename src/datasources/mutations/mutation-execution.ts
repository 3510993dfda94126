import type { Logger } from '../../observability/logger.js';
import { MutationState } from '../../schema/mutation-outcome/mutation-state.enum.js';
import {
  IdempotencyError,
  NotFoundError,
  OutcomeUnknownError,
  RejectedByApiError,
} from '../../schema/user-error/request-errors.type.js';
import type { UserError } from '../../schema/user-error/user-error.type.js';
import { UserErrorCode } from '../../schema/user-error/user-error-code.enum.js';
import { type EntityCache, EVERYTHING } from '../cache/entity-cache.js';
import type { UpstreamClient, UpstreamResponse } from '../http/upstream-client.js';
import { UpstreamFailure } from '../http/upstream-failure.js';
import { judgeFailure } from './judge-failure.js';
import type { Run } from './mutation-ledger.js';
import type { MutationPlan } from './mutation-plan.js';
import { outcomeOf, type SettledOutcome } from './settled-mutation.js';
import { toUserErrorRecord } from './user-error-record.js';

/** The answer to one mutation, before it is known to whom. */
export interface Settlement<T> {
  outcome: SettledOutcome;
  /** Null where nothing was done; a promise that rejects where it was done and the state afterwards cannot be read. */
  value: T | null | Promise<null>;
  userErrors: UserError[];
  entityId: string | null;
  upstreamStatus: number | null;
  /** Whether it was settled before: nothing was carried out this time. */
  isReplay: boolean;
}

export interface ExecutionParts {
  client: UpstreamClient;
  cache: EntityCache;
  logger: Logger;
  now: () => Date;
  /** Called once the API may have changed something, so that the request reads anew. */
  onChange: () => void;
  /** Told of the tags once they are invalidated, before the answer. */
  onInvalidated?: (tags: readonly string[]) => void;
}

/** How much the clocks of gateway and API may differ. */
const CLOCK_SKEW_MS = 60_000;
/** Longer than a request can be under way at the API. */
const LONGEST_FLIGHT_MS = 60_000;

const UNANSWERED =
  'The API gave no answer that tells; it may or may not have been done. Send it again with the same key.';
const FORGOTTEN =
  'Whether it was done cannot be told any more. Read what it was to change, and take a fresh key to do it now.';

/** `value` for something that was done and cannot be shown: whoever selects it gets the error at its path. */
export function unreadable(error: unknown): Promise<null> {
  const value = Promise.reject<null>(error);
  // Whoever does not select it must not bring the process down.
  value.catch(() => {});
  return value;
}

/** A settlement with one user error, or none for an answer without. */
export function settlementOf<T>(
  userError: UserError,
  more: Partial<Pick<Settlement<T>, 'outcome' | 'entityId' | 'upstreamStatus' | 'isReplay'>> = {},
): Settlement<T> {
  const outcome = outcomeOf(userError.code);
  return {
    outcome,
    value: null,
    userErrors: [userError],
    entityId: null,
    upstreamStatus: null,
    isReplay: false,
    ...more,
  };
}

export function absentError({ subjectField }: { subjectField?: readonly string[] }): UserError {
  return new NotFoundError({ message: 'There is nothing under this ID.', field: subjectField ?? null });
}

export function keyError(code: 'reused' | 'in-flight'): UserError {
  if (code === 'in-flight') {
    return new IdempotencyError({
      code: UserErrorCode.IDEMPOTENCY_KEY_IN_FLIGHT,
      message: 'A mutation with this key is still under way. Wait a moment and send it again with the same key.',
    });
  }
  return new IdempotencyError({
    code: UserErrorCode.IDEMPOTENCY_KEY_REUSED,
    message: 'This key was used for another input before. Use a fresh key.',
    field: ['input', 'idempotencyKey'],
  });
}

/** Carries out what a plan says, once the ledger has given the right to, and writes down how it ended before it answers. */
export function createMutationExecution(parts: ExecutionParts) {
  const { client, cache, logger, now, onChange, onInvalidated } = parts;

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
    onInvalidated?.(tags ?? [EVERYTHING]);
    onChange();
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

  /** Ends the run as refused for good, for one that is; leaves it open for one that is about this request only. */
  async function refuse<T>(run: Run, userError: UserError, failure: UpstreamFailure): Promise<Settlement<T>> {
    const record = toUserErrorRecord(userError);
    if (record) await run.end({ state: MutationState.FAILED, entityId: null, userErrors: [record] });
    else await run.end({ state: MutationState.UNKNOWN, entityId: null, userErrors: [] });
    return settlementOf(userError, { upstreamStatus: failure.status ?? null });
  }

  async function leaveOpen<T>(plan: MutationPlan<T>, run: Run, message: string, status: number | null) {
    const entityId = plan.entityIdOf(null);
    await run.end({ state: MutationState.UNKNOWN, entityId: null, userErrors: [] });
    return settlementOf<T>(new OutcomeUnknownError({ message }), { entityId, upstreamStatus: status });
  }

  async function fail<T>(plan: MutationPlan<T>, run: Run, failure: UpstreamFailure): Promise<Settlement<T>> {
    const { status = 0 } = failure;
    const { isFresh: isFreshKey } = plan.key;
    const { wasTried, isAlone } = run;
    const meaning = judgeFailure(failure, {
      isFreshKey,
      wasTried,
      isAlone,
      ageMs: now().getTime() - run.startedAtMs,
    });
    // A refusal too may be the answer to a repetition of what an earlier try has done.
    if (meaning === 'unknown' || failure.mayHaveHappened) await invalidate(plan, null);
    switch (meaning) {
      case 'absent':
        return refuse(run, absentError(plan), failure);
      case 'in-flight':
        return refuse(run, keyError('in-flight'), failure);
      case 'key-reused':
        // The key is another input's, which may still be repeated: nothing may be left of this one.
        await run.release();
        return settlementOf(keyError('reused'), { upstreamStatus: status });
      case 'unknown':
        return leaveOpen(plan, run, UNANSWERED, failure.status ?? null);
      case 'conflict':
      case 'refused': {
        const explanation = await explain(plan, status);
        if (explanation) return refuse(run, explanation, failure);
        if (meaning === 'conflict' && !isFreshKey) return refuse(run, keyError('in-flight'), failure);
        const rejected = new RejectedByApiError({
          message: `The API refused this (HTTP ${status}).`,
          httpStatus: status,
        });
        return refuse(run, rejected, failure);
      }
      case 'failed':
        await run.release();
        throw failure;
    }
  }

  async function isPresent<T>(plan: MutationPlan<T>, run: Run): Promise<boolean> {
    // What was sent before may have changed that: then it is for the API to say.
    if (!plan.isPresent || run.wasTried) return true;
    try {
      return await plan.isPresent();
    } catch (error) {
      await run.release();
      throw error;
    }
  }

  async function succeed<T>(plan: MutationPlan<T>, run: Run, response: UpstreamResponse): Promise<Settlement<T>> {
    const completion = await Promise.resolve(plan.complete(response.body)).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const result = 'value' in completion ? completion.value : null;
    await invalidate(plan, result);
    if ('error' in completion) {
      logger.warn(
        { mutation: plan.mutation, err: completion.error },
        'carried out, but the state afterwards could not be read',
      );
    }
    const entityId = plan.entityIdOf(result);
    // After the invalidation: another gateway that finds it settled reads the entity through its cache.
    await run.end({ state: MutationState.SUCCEEDED, entityId, userErrors: [] });
    return {
      outcome: 'succeeded',
      value: 'value' in completion ? completion.value : unreadable(completion.error),
      userErrors: [],
      entityId,
      upstreamStatus: response.status,
      isReplay: false,
    };
  }

  return {
    /** Sends it under this key. Rejects where it was not carried out and that is nobody's choice. */
    async send<T>(plan: MutationPlan<T>, run: Run, idempotencyKey: string): Promise<Settlement<T>> {
      if (!(await isPresent(plan, run))) {
        await run.release();
        return settlementOf(absentError(plan), { outcome: 'absent' });
      }
      let response: UpstreamResponse;
      try {
        await cache.announce(plan.announces ?? []);
        response = await client.call({ ...plan.call, idempotencyKey });
      } catch (error) {
        if (!(error instanceof UpstreamFailure)) {
          await run.end({ state: MutationState.UNKNOWN, entityId: null, userErrors: [] });
          throw error;
        }
        try {
          return await fail(plan, run, error);
        } finally {
          // Nothing was changed, so readers need not pass by what was announced until the announcement ends by itself.
          if (plan.announces && !error.mayHaveHappened) await cache.invalidate(plan.announces);
        }
      }
      return succeed(plan, run, response);
    },

    /** For a key that the API may have forgotten: reads what became of it, and sends nothing. */
    async lookUp<T>(plan: MutationPlan<T>, run: Run): Promise<Settlement<T>> {
      await invalidate(plan, null);
      const window = {
        from: new Date(run.startedAtMs - CLOCK_SKEW_MS),
        until: new Date(run.lastTriedAtMs + LONGEST_FLIGHT_MS + CLOCK_SKEW_MS),
      };
      let found: T | null = null;
      try {
        found = (await plan.lookUp?.(window)) ?? null;
      } catch (err) {
        logger.warn({ mutation: plan.mutation, err }, 'what became of a mutation could not be looked up');
      }
      if (found === null) return leaveOpen(plan, run, FORGOTTEN, null);
      const entityId = plan.entityIdOf(found);
      await run.end({ state: MutationState.SUCCEEDED, entityId, userErrors: [] });
      return { outcome: 'succeeded', value: found, userErrors: [], entityId, upstreamStatus: null, isReplay: true };
    },
  };
}
