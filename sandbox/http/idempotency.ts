import { createHash } from 'node:crypto';
import type { Answer } from './router.js';

/** Keys are forgotten one hour after their first use: https://docs.offblocks.xyz/developer-guides/api-integration/idempotency */
export const KEY_LIFETIME_MS = 3_600_000;
const MAX_COUNTED_KEYS = 100_000;

/** What makes two requests with one key the same: method, target and the bytes of the body. */
export function fingerprintOf({ method, target, body }: { method: string; target: string; body: Uint8Array }): string {
  return createHash('sha256').update(`${method} ${target}\n`).update(body).digest('base64');
}

/** A key that was taken for an execution: it ends with one of the two. */
export interface KeyReservation {
  kind: 'reserved';
  /** Keeps the answer for repetitions, or forgets the key when the answer is one that a repetition may change. */
  finish: (answer: Answer) => void;
  /** Forgets the key: nothing was executed. */
  abandon: () => void;
}

export type KeyVerdict =
  | KeyReservation
  | { kind: 'replay'; answer: Answer }
  | { kind: 'in-flight' }
  | { kind: 'other-payload' };

interface KeyRecord {
  fingerprint: string;
  expiresAtMs: number;
  answer?: Answer;
}

/**
 * Which keys were used in the last hour, for what, and how it was answered. Refusals are replayed too, but for 401, 409 and
 * 429 and everything from 500 on, where a repetition is meant to get another answer; which ones the API replays is not
 * documented.
 */
export class IdempotencyKeys {
  readonly #records = new Map<string, KeyRecord>();
  readonly #executions = new Map<string, number>();

  begin({ key, fingerprint, now }: { key: string; fingerprint: string; now: Date }): KeyVerdict {
    const nowMs = now.getTime();
    this.#forgetExpired(nowMs);
    const id = key.toLowerCase();
    const known = this.#records.get(id);
    if (known) {
      if (known.fingerprint !== fingerprint) return { kind: 'other-payload' };
      return known.answer ? { kind: 'replay', answer: known.answer } : { kind: 'in-flight' };
    }
    const record: KeyRecord = { fingerprint, expiresAtMs: nowMs + KEY_LIFETIME_MS };
    this.#records.set(id, record);
    const abandon = () => {
      if (this.#records.get(id) === record) this.#records.delete(id);
    };
    return {
      kind: 'reserved',
      finish: (answer) => {
        if (answer.status < 300) this.#count(id);
        if (isReplayed(answer.status)) record.answer = answer;
        else abandon();
      },
      abandon,
    };
  }

  /** How often each key led to a successful execution; more than 1 means that a mutation was carried out twice. */
  executions(): Record<string, number> {
    return Object.fromEntries(this.#executions);
  }

  resetCounts(): void {
    this.#executions.clear();
  }

  clear(): void {
    this.#records.clear();
    this.#executions.clear();
  }

  #count(id: string): void {
    this.#executions.set(id, (this.#executions.get(id) ?? 0) + 1);
    if (this.#executions.size <= MAX_COUNTED_KEYS) return;
    for (const oldest of this.#executions.keys()) {
      this.#executions.delete(oldest);
      return;
    }
  }

  /** Records stand in the order of their expiry. */
  #forgetExpired(nowMs: number): void {
    for (const [id, record] of this.#records) {
      if (record.expiresAtMs > nowMs) return;
      this.#records.delete(id);
    }
  }
}

function isReplayed(status: number): boolean {
  return status < 500 && status !== 401 && status !== 409 && status !== 429;
}
