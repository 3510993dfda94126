import type { Keyv } from 'keyv';
import { BoundedMap } from '../cache/bounded-map.js';
import { type MutationRecord, RECORD_TTL_MS } from './mutation-record.js';
import { lifeOf, type MutationRecords, type RecordChange, type RecordSwap } from './mutation-records.js';

/** The shared store, as far as records are concerned. Every call rejects, within its deadline, when it is not answered. */
export interface RecordStore {
  /** Rows by ID, as Keyv writes them. */
  keyv: Pick<Keyv, 'getMany'>;
  /** Runs `SWAP_SCRIPT` on the row of this ID; the row that stood in the way as text, or null. */
  evaluate(id: string, args: readonly string[]): Promise<string | null>;
}

/**
 * Compare and set: `ARGV` is the new row (empty: none), its life in milliseconds, and the holders that may be there.
 * Keyv cannot do that, so the row is written in the form in which Keyv reads it.
 */
export const SWAP_SCRIPT = `
local row = redis.call('GET', KEYS[1])
if row then
  local holder = cjson.decode(row).value.holder
  local isExpected = false
  for index = 3, #ARGV do
    if ARGV[index] == holder then isExpected = true end
  end
  if not isExpected then return row end
end
if ARGV[1] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return false
`;

/** A change that the shared store has not acknowledged. */
interface Leftover {
  record: MutationRecord;
  /** Every holder that the shared store may have by now because of this gateway. */
  holders: readonly string[];
}

/** A change is handed in later at most so often at a time, so that a long outage does not end in a flood. */
const MAX_HANDED_IN = 200;
const MAX_LEFTOVERS = 10_000;

export interface SharedMutationRecords extends MutationRecords {
  /** Tells the shared store what it could not be told before. To be called when it is back; never rejects. */
  handIn(): Promise<void>;
}

/**
 * Records in a store that several gateways share. While it is away each gateway keeps its own, and hands them in when the
 * store is back: till then the others know nothing of them, and rely on the API, which knows a key for an hour.
 */
export function createSharedMutationRecords(options: { store: RecordStore; now: () => Date }): SharedMutationRecords {
  const { store, now } = options;
  const leftovers = new BoundedMap<Leftover>({ maxWeight: MAX_LEFTOVERS });

  async function swapShared(id: string, { holders, next }: RecordChange): Promise<MutationRecord | null> {
    const nowMs = now().getTime();
    const lifeMs = next ? lifeOf(next, nowMs) : 0;
    const row = next ? JSON.stringify({ value: next, expires: Date.now() + lifeMs }) : '';
    const seen = await store.evaluate(id, [row, String(lifeMs), ...holders]);
    return seen === null ? null : (JSON.parse(seen) as { value: MutationRecord }).value;
  }

  function leftoverOf(id: string): Leftover | undefined {
    const left = leftovers.get(id);
    if (!left || now().getTime() - left.record.startedAtMs < RECORD_TTL_MS) return left;
    leftovers.delete(id);
    return undefined;
  }

  /** As the shared store would have done it, with what this gateway knows. */
  function swapHere(id: string, { holders, next }: RecordChange): RecordSwap {
    const left = leftoverOf(id);
    if (left && !holders.includes(left.record.holder)) return { seen: left.record, isComplete: false };
    if (next) {
      const known = [...(left?.holders ?? []), ...holders, next.holder];
      leftovers.set(id, { record: next, holders: [...new Set(known)] });
    } else leftovers.delete(id);
    return { seen: null, isComplete: false };
  }

  async function handInOne(id: string, left: Leftover): Promise<void> {
    // Where another gateway has taken over meanwhile, its word counts.
    await swapShared(id, { holders: left.holders, next: left.record });
    if (leftovers.get(id) === left) leftovers.delete(id);
  }

  return {
    async swap(id, change) {
      try {
        const left = leftoverOf(id);
        if (left) await handInOne(id, left);
        return { seen: await swapShared(id, change), isComplete: true };
      } catch {
        return swapHere(id, change);
      }
    },
    async read(ids) {
      const here = ids.map((id) => leftoverOf(id)?.record).filter((record) => record !== undefined);
      try {
        const rows = await store.keyv.getMany<MutationRecord>([...ids]);
        return [...here, ...rows.filter((record) => record !== undefined)];
      } catch (error) {
        if (here.length > 0) return here;
        throw error;
      }
    },
    async handIn() {
      for (const [id, left] of [...leftovers].slice(0, MAX_HANDED_IN)) {
        try {
          await handInOne(id, left);
        } catch {
          return;
        }
      }
    },
    async close() {
      leftovers.clear();
    },
  };
}
