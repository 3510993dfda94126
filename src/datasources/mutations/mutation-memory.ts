import type { MutationOutcome } from '../../schema/mutation-outcome/mutation-outcome.type.js';
import { MutationState } from '../../schema/mutation-outcome/mutation-state.enum.js';
import { upstreamKeyOf } from './idempotency-key.js';
import { createMutationFlights, type MutationFlights } from './mutation-flights.js';
import { createMutationLedger, type MutationLedger } from './mutation-ledger.js';
import { MUTATION_NAMES } from './mutation-name.js';
import { type MutationRecord, visibleState } from './mutation-record.js';
import type { MutationRecords } from './mutation-records.js';

/** What a process knows of the mutations that went through it, and, with a shared store, through the other gateways. */
export interface MutationMemory {
  ledger: MutationLedger;
  flights: MutationFlights;
  /** Longest wait for a mutation that somebody else has under way. */
  waitMs: number;
  /**
   * What became of the mutation of this caller with this key; null for a key that nothing is known of. Where the key was
   * used for several mutations, the one that was sent last. Rejects when the records cannot be read.
   */
  outcome(asked: { callerId: string; clientKey: string }): Promise<MutationOutcome | null>;
}

/** Beyond its deadline a mutation reads back, explains and invalidates: that takes calls of its own. */
const MOST_CALLS = 4;
/** The rest is for taking over from one that died. */
const WAITING_SHARE = 0.75;

export function createMutationMemory(options: {
  records: MutationRecords;
  now: () => Date;
  /** Longest time for one call of the API with its repetitions. */
  callDeadlineMs: number;
}): MutationMemory {
  const { records, now, callDeadlineMs } = options;
  const waitMs = callDeadlineMs * WAITING_SHARE;
  return {
    ledger: createMutationLedger({ records, now, waitMs, longestRunMs: callDeadlineMs * MOST_CALLS }),
    flights: createMutationFlights(),
    waitMs,
    async outcome({ callerId, clientKey }) {
      // One row for each mutation that the key could have been used for: no index that could disagree with the rows.
      const ids = MUTATION_NAMES.map((mutation) => upstreamKeyOf({ callerId, mutation, clientKey }));
      const found = (await records.read(ids)).filter(({ owner }) => owner === callerId);
      const last = found.sort((a, b) => b.triedAtMs - a.triedAtMs || finality(b) - finality(a))[0];
      if (!last) return null;
      const { mutation, entityId, startedAtMs } = last;
      return {
        key: clientKey,
        mutation,
        state: visibleState(last, now().getTime()),
        entityId,
        startedAt: new Date(startedAtMs).toISOString(),
      };
    },
  };
}

/** Of two records of one mutation (the shared one, and one that could not be handed in yet) the settled one is right. */
function finality({ state }: MutationRecord): number {
  return state === MutationState.SUCCEEDED || state === MutationState.FAILED ? 1 : 0;
}
