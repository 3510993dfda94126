import type { History, Read, State, Violation, Write } from './history.js';

/**
 * Every read that a regular register would not have given (Lamport, On Interprocess Communication, 1986): a read has to
 * see the last write whose answer had arrived before it began, or any later one that began before it was answered; of
 * writes that overlap it, either side may be seen. A write without an answer may take effect at any time or never.
 *
 * Throws when the history itself is of no use: a register without an initial state, writes of one register that overlap,
 * or one after a write without an answer (their order is then not known).
 */
export function findViolations({ initial, writes, reads }: History): Violation[] {
  const timelines = new Map<string, Timeline>();
  for (const [register, state] of initial) timelines.set(register, { initial: state, writes: [] });
  for (const write of [...writes].sort((one, other) => one.beganAt - other.beganAt)) append(timelines, write);
  return reads.flatMap((read) => judge(timelineOf(timelines, read.register), read) ?? []);
}

interface Timeline {
  initial: State;
  writes: Write[];
}

function timelineOf(timelines: ReadonlyMap<string, Timeline>, register: string): Timeline {
  const timeline = timelines.get(register);
  if (!timeline) throw new Error(`the history has no initial state for ${register}`);
  return timeline;
}

function append(timelines: ReadonlyMap<string, Timeline>, write: Write): void {
  const { writes } = timelineOf(timelines, write.register);
  const before = writes.at(-1);
  if (before?.answeredAt === null) throw new Error(`a write of ${write.register} follows one without an answer`);
  if (before && before.answeredAt > write.beganAt) throw new Error(`writes of ${write.register} overlap`);
  writes.push(write);
}

function judge({ initial, writes }: Timeline, read: Read): Violation | null {
  // A write that was answered in the very millisecond in which the read began counts as overlapping.
  const acknowledged = countWhile(writes, ({ answeredAt }) => answeredAt !== null && answeredAt < read.beganAt);
  const begun = countWhile(writes, ({ beganAt }) => beganAt <= read.answeredAt);
  // The state after so many writes; a state that was not told could be any.
  const isSeenAfter = (count: number) => {
    const state = count === 0 ? initial : (writes[count - 1]?.state ?? null);
    return state === null || Object.entries(read.saw).every(([name, value]) => state[name] === value);
  };
  for (let count = begun; count >= acknowledged; count -= 1) if (isSeenAfter(count)) return null;
  for (let count = acknowledged - 1; count >= 0; count -= 1) {
    if (!isSeenAfter(count)) continue;
    const lateMs = read.beganAt - (writes[count]?.answeredAt ?? read.beganAt);
    return { kind: 'stale', read, behind: acknowledged - count, lateMs };
  }
  for (let count = begun + 1; count <= writes.length; count += 1) {
    if (writes[count - 1]?.state && isSeenAfter(count)) return { kind: 'early', read, behind: 0, lateMs: 0 };
  }
  return { kind: 'unknown', read, behind: 0, lateMs: 0 };
}

/** How many of the sorted writes meet the condition; binary search, since they are those at the front. */
function countWhile(writes: readonly Write[], condition: (write: Write) => boolean): number {
  let low = 0;
  let high = writes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (condition(writes[middle] as Write)) low = middle + 1;
    else high = middle;
  }
  return low;
}
