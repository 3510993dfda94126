import type { History, Read, State, Write } from '../../../bench/consistency/history.js';

/** The cache of one gateway, as far as the check goes. */
export interface CacheNode {
  /** What the cache holds, or what `load` gives. */
  read(register: string, load: () => Promise<State>): Promise<State>;
  /** Has `commit` change the register, and resolves with the new state when the change may be answered. */
  write(register: string, commit: () => Promise<State>): Promise<State>;
}

/** Waits a random time; the reason why anything overtakes anything. */
export type Pause = () => Promise<void>;

export const pauseUpTo =
  (mostMs: number): Pause =>
  () =>
    new Promise((resolve) => setTimeout(resolve, Math.random() * mostMs));

/**
 * Readers and writers on all nodes, before an API that takes its time on the way there and back. Each register has one
 * writer, so that the order of its writes is known.
 */
export async function runCacheNodes(settings: {
  nodes: readonly CacheNode[];
  reads: number;
  writes: number;
  registers?: number;
  pause?: Pause;
}): Promise<{ history: History; loads: number }> {
  const { nodes, reads: readCount, writes: writeCount, registers = 8, pause = pauseUpTo(3) } = settings;
  const names = Array.from({ length: registers }, (_, index) => `register-${index}`);
  const api = new Map<string, number>(names.map((name) => [name, 0]));
  const stateOf = (name: string): State => ({ version: String(api.get(name)) });
  const initial = new Map(names.map((name) => [name, stateOf(name)]));
  const reads: Read[] = [];
  const writes: Write[] = [];
  let loads = 0;
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;

  async function load(name: string): Promise<State> {
    loads += 1;
    await pause();
    const state = stateOf(name);
    await pause();
    return state;
  }

  async function commit(name: string): Promise<State> {
    await pause();
    api.set(name, (api.get(name) ?? 0) + 1);
    const state = stateOf(name);
    await pause();
    return state;
  }

  async function keepReading(): Promise<void> {
    while (reads.length < readCount) {
      const register = oneOf(names);
      const beganAt = performance.now();
      const saw = await oneOf(nodes).read(register, () => load(register));
      reads.push({ register, beganAt, answeredAt: performance.now(), saw });
    }
  }

  async function keepWriting(register: string): Promise<void> {
    while (writes.length < writeCount) {
      const write: Write = { register, beganAt: performance.now(), answeredAt: null, state: null };
      writes.push(write);
      write.state = await oneOf(nodes).write(register, () => commit(register));
      write.answeredAt = performance.now();
      await pause();
    }
  }

  await Promise.all([...Array.from({ length: 24 }, keepReading), ...names.map(keepWriting)]);
  return { history: { initial, writes, reads }, loads };
}

/** What many caches do: look, load, store; delete after a change. All nodes share one store, which takes its time. */
export function createDeletingNodes(count: number, pause: Pause = pauseUpTo(1)): CacheNode[] {
  const store = new Map<string, State>();
  const node: CacheNode = {
    async read(register, load) {
      await pause();
      const stored = store.get(register);
      if (stored) return stored;
      const loaded = await load();
      await pause();
      store.set(register, loaded);
      return loaded;
    },
    async write(register, commit) {
      const state = await commit();
      await pause();
      store.delete(register);
      await pause();
      return state;
    },
  };
  return Array.from({ length: count }, () => node);
}
