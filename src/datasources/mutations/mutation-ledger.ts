import { randomUUID } from 'node:crypto';
import { MutationState } from '../../schema/mutation-outcome/mutation-state.enum.js';
import type { MutationName } from './mutation-name.js';
import { judgeRecord, LEASE_MS, type MutationRecord } from './mutation-record.js';
import type { MutationRecords } from './mutation-records.js';

/** What a caller wants done, as far as it can be recognised. */
export interface Intention {
  /** The key that the API sees: caller, mutation and client key in one. */
  id: string;
  owner: string;
  mutation: MutationName;
  clientKey: string;
  fingerprint: string;
}

/** How a mutation ended, or did not. */
export type RunEnd = Pick<MutationRecord, 'state' | 'entityId' | 'userErrors'>;

/** The right to carry a mutation out, which one gateway has at a time. It is kept until `end` or `release`. */
export interface Run {
  /** A record says that it was sent before, and nobody knows how that ended. */
  wasTried: boolean;
  /** Whether it is sure that nobody else has this key under way, on any gateway. */
  isAlone: boolean;
  startedAtMs: number;
  /** When it was last sent before; `startedAtMs` if it never was. */
  lastTriedAtMs: number;
  end(end: RunEnd): Promise<void>;
  /** Nothing was carried out this time: as if it had never been asked for, unless an earlier try still leaves it open. */
  release(): Promise<void>;
}

export type Turn =
  | { kind: 'run' | 'look-up'; run: Run }
  | { kind: 'replay'; record: MutationRecord }
  | { kind: 'reused' }
  | { kind: 'in-flight' };

/** Decides, for all gateways that share the records, who carries a mutation out. Protocol: docs/adr/0007. */
export interface MutationLedger {
  /** Waits while another gateway carries it out; `in-flight` when that takes longer than `longestWaitMs`, or too long in any case. */
  take(intention: Intention, longestWaitMs?: number): Promise<Turn>;
}

export interface MutationLedgerOptions {
  records: MutationRecords;
  now: () => Date;
  /** Longest wait for another gateway. */
  waitMs: number;
  leaseMs?: number;
  /** After that a run is not believed to be alive any more, whatever holds it up. */
  longestRunMs: number;
}

const FIRST_POLL_MS = 25;
const LONGEST_POLL_MS = 250;
const OPEN: RunEnd = { state: MutationState.UNKNOWN, entityId: null, userErrors: [] };

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function createMutationLedger(options: MutationLedgerOptions): MutationLedger {
  const { records, now, waitMs, longestRunMs, leaseMs = LEASE_MS } = options;

  function createRun(own: MutationRecord, id: string, earlier: MutationRecord | null, isAlone: boolean): Run {
    const renewUntilMs = own.triedAtMs + longestRunMs;
    const renewal = setInterval(() => {
      const nowMs = now().getTime();
      if (nowMs > renewUntilMs) clearInterval(renewal);
      else void records.swap(id, { holders: [own.holder], next: { ...own, leaseUntilMs: nowMs + leaseMs } });
    }, leaseMs / 3);
    renewal.unref();

    async function end(outcome: RunEnd): Promise<void> {
      clearInterval(renewal);
      // A holder of its own, or a renewal that was held up on its way could put the record back in flight.
      const next = { ...own, ...outcome, holder: randomUUID(), leaseUntilMs: 0 };
      await records.swap(id, { holders: [own.holder], next });
    }
    return {
      wasTried: earlier !== null,
      isAlone,
      startedAtMs: own.startedAtMs,
      lastTriedAtMs: earlier?.triedAtMs ?? own.startedAtMs,
      end,
      async release() {
        if (earlier) return end(OPEN);
        clearInterval(renewal);
        await records.swap(id, { holders: [own.holder], next: null });
      },
    };
  }

  return {
    async take({ id, ...intention }, longestWaitMs = waitMs) {
      const giveUpAtMs = performance.now() + Math.min(waitMs, longestWaitMs);
      let earlier: MutationRecord | null = null;
      let startedAtMs: number | null = null;
      let kind: 'run' | 'look-up' = 'run';
      for (let polls = 0; ; ) {
        const nowMs = now().getTime();
        const own: MutationRecord = {
          ...intention,
          ...OPEN,
          state: MutationState.IN_FLIGHT,
          startedAtMs: startedAtMs ?? nowMs,
          // A look-up sends nothing.
          triedAtMs: kind === 'look-up' && earlier ? earlier.triedAtMs : nowMs,
          holder: randomUUID(),
          leaseUntilMs: nowMs + leaseMs,
        };
        const holders: string[] = earlier ? [earlier.holder] : [];
        const { seen, isComplete } = await records.swap(id, { holders, next: own });
        if (!seen) return { kind, run: createRun(own, id, earlier, isComplete) };
        const verdict = judgeRecord(seen, { fingerprint: intention.fingerprint, nowMs });
        if (verdict === 'reused') return { kind: 'reused' };
        if (verdict === 'replay') return { kind: 'replay', record: seen };
        startedAtMs = seen.startedAtMs;
        if (performance.now() >= giveUpAtMs) return { kind: 'in-flight' };
        if (verdict === 'wait') {
          earlier = null;
          kind = 'run';
          const leftMs = giveUpAtMs - performance.now();
          await sleep(Math.min(LONGEST_POLL_MS, FIRST_POLL_MS * 2 ** polls, leftMs));
          polls += 1;
        } else {
          earlier = seen;
          kind = verdict === 'again' ? 'run' : 'look-up';
        }
      }
    },
  };
}
