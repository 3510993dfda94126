import { Keyv } from 'keyv';
import { BoundedMap } from '../cache/bounded-map.js';
import { type MutationRecord, RECORD_TTL_MS } from './mutation-record.js';

export interface RecordChange {
  /** It is made when the store has nothing under the ID, or a record with one of these holders. */
  holders: readonly string[];
  /** Null takes the record away. */
  next: MutationRecord | null;
}

export interface RecordSwap {
  /** The record that stood in the way; null when the change was made. */
  seen: MutationRecord | null;
  /** Whether every gateway would have seen the same: false while the shared store cannot be asked. */
  isComplete: boolean;
}

/** Where records are kept, by ID (the key that the API sees). Each is forgotten `RECORD_TTL_MS` after its start. */
export interface MutationRecords {
  /** Compares and changes in one step. Never rejects for the sake of a store that is away. */
  swap(id: string, change: RecordChange): Promise<RecordSwap>;
  /** Those that are there, in no order. Rejects when that cannot be told. */
  read(ids: readonly string[]): Promise<MutationRecord[]>;
  close(): Promise<void>;
}

/** About 0.6 kB each. The one that was used longest ago makes room. */
const MAX_LOCAL_RECORDS = 50_000;

/** What is left of the life of a record, in milliseconds. */
export function lifeOf({ startedAtMs }: MutationRecord, nowMs: number): number {
  return Math.max(1, startedAtMs + RECORD_TTL_MS - nowMs);
}

/** For a single gateway: in its memory, bounded, and gone when it ends. */
export function createLocalMutationRecords(options: { now: () => Date; maxRecords?: number }): MutationRecords {
  const { now, maxRecords = MAX_LOCAL_RECORDS } = options;
  const store = new BoundedMap<unknown>({ maxWeight: maxRecords });
  const keyv = new Keyv({ store, serialize: undefined, deserialize: undefined, useKeyPrefix: false });
  let last: Promise<unknown> = Promise.resolve();

  async function swap(id: string, { holders, next }: RecordChange): Promise<RecordSwap> {
    const seen = await keyv.get<MutationRecord>(id);
    if (seen && !holders.includes(seen.holder)) return { seen, isComplete: true };
    if (next) await keyv.set(id, next, lifeOf(next, now().getTime()));
    else await keyv.delete(id);
    return { seen: null, isComplete: true };
  }

  return {
    swap(id, change) {
      // One after the other: Keyv gives no way to compare and set.
      const swapped = last.then(() => swap(id, change));
      last = swapped.catch(() => {});
      return swapped;
    },
    async read(ids) {
      const found = await keyv.getMany<MutationRecord>([...ids]);
      return found.filter((record) => record !== undefined);
    },
    async close() {
      store.clear();
    },
  };
}
