import type { UpstreamFailure } from '../http/upstream-failure.js';
import { mutationOutcomeOf } from './mutation-outcome.js';

/**
 * What a failed call means for a mutation, given what is known of earlier tries:
 * - `absent`, `refused`: final for this key
 * - `conflict`: it exists already, or the key is in flight somewhere; the reason tells
 * - `in-flight`: an earlier try with the key is under way at the API
 * - `key-reused`: the key belongs to another payload
 * - `unknown`: it may or may not have been carried out
 * - `failed`: it was not carried out, and that is nobody's choice
 */
export type FailureMeaning = 'absent' | 'refused' | 'conflict' | 'in-flight' | 'key-reused' | 'unknown' | 'failed';

/** Longer than a request can be under way at the API. */
const LONGEST_FLIGHT_MS = 60_000;

export function judgeFailure(
  failure: Pick<UpstreamFailure, 'kind' | 'status' | 'mayHaveHappened'>,
  known: {
    /** Made just now, so nobody else can have used it. */
    isFreshKey: boolean;
    /** An earlier run with the same input left it open. */
    wasTried: boolean;
    /** Nobody else has the key under way. */
    isAlone: boolean;
    /** Since the key was first sent. */
    ageMs: number;
  },
): FailureMeaning {
  const { isFreshKey, wasTried, isAlone, ageMs } = known;
  const meaning = mutationOutcomeOf(failure);
  switch (meaning) {
    case 'conflict': {
      const mayBeInFlight = !isFreshKey && (wasTried || !isAlone) && ageMs < LONGEST_FLIGHT_MS;
      return mayBeInFlight ? 'in-flight' : 'conflict';
    }
    case 'key-reused':
      // Nobody else has it, so it cannot be the key. An earlier try had the same payload, so the API has it from elsewhere.
      if (isFreshKey) return 'refused';
      return wasTried ? 'unknown' : 'key-reused';
    case 'failed':
      // This try was not carried out; the one before it may have been.
      return wasTried ? 'unknown' : 'failed';
    default:
      return meaning;
  }
}
