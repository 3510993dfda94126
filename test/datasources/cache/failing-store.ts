import type { Keyv } from 'keyv';
import type { Pass } from './history.js';

/**
 * What befalls the store, for every node alike:
 *
 * - `refuses`: nothing is carried out, callers hear so
 * - `hangs`: calls wait until it goes on, and are carried out then
 * - `is full`: it answers reads and refuses writes
 * - `loses answers`: writes are carried out, and callers hear that they failed
 * - `restarts empty`, `restarts with an old snapshot`: it refuses, and comes back as another one
 */
export const TROUBLES = [
  'refuses',
  'hangs',
  'is full',
  'loses answers',
  'restarts empty',
  'restarts with an old snapshot',
] as const;

/** What befalls the network between the store and one node; what is held up arrives when the trouble is over. */
export const CUTS = ['holds up requests', 'holds up answers', 'holds up both'] as const;

type Trouble = (typeof TROUBLES)[number] | (typeof CUTS)[number];

export interface Outage {
  trouble: Trouble;
  beginsAtMs: number;
  lastsMs: number;
}

interface Entry {
  value: unknown;
  /** Virtual time; the store itself lets it expire. */
  expiresAtMs: number;
}

/** What one node has of the store. */
export interface StoreLink {
  /** As the Keyv that the gateway uses: `raw` rows with their expiry. */
  keyv(namespace: string): Keyv;
  /** The few commands that `createNodeRegister` sends. */
  command(args: readonly string[]): Promise<unknown>;
}

const nameOf = (namespace: string, key: string) => `${namespace}:${key}`;

/**
 * A store that several nodes share. Messages to it and from it take their time, but never so long that a call would miss
 * its deadline while all is well.
 */
export class FailingStore {
  #data = new Map<string, Entry>();
  #snapshot = new Map<string, Entry>();
  #restarts = 0;
  #outage: Outage | null = null;
  #resume: (() => void)[] = [];
  /** Calls that travel; the time that one was held up does not count. */
  readonly #onTheirWay = new Set<{ sentAtMs: number }>();
  #links = 0;

  constructor(
    private readonly pass: Pass,
    /** Virtual time in milliseconds. */
    private readonly now: () => number,
  ) {}

  begin(outage: Outage): void {
    this.#outage = outage;
  }

  end(): void {
    const trouble = this.#outage?.trouble;
    this.#outage = null;
    if (trouble === 'restarts empty') this.#data.clear();
    if (trouble === 'restarts with an old snapshot') this.#data = new Map(this.#snapshot);
    if (this.#isRestart(trouble)) this.#restarts += 1;
    for (const resume of this.#resume.splice(0)) resume();
  }

  /** What a restart `with an old snapshot` comes back with. */
  takeSnapshot(): void {
    this.#snapshot = new Map(this.#data);
  }

  /** As `RedisConnection.epoch`. */
  epoch(): string | null {
    return this.#isRestart(this.#outage?.trouble) ? null : `epoch-${this.#restarts}`;
  }

  /** Whether time must not pass, since a call would take longer than calls do. */
  holdsTime(byMs: number, longestMs: number): boolean {
    return [...this.#onTheirWay].some(({ sentAtMs }) => this.now() + byMs - sentAtMs > longestMs);
  }

  /** The first one is that whose network has the troubles of `CUTS`. */
  connect(): StoreLink {
    const isFirst = this.#links++ === 0;
    const call = <R>(label: string, isWrite: boolean, carryOut: () => R) =>
      this.#call({ label: `${label}${isFirst ? '' : "'"}`, isWrite, isFirst }, carryOut);
    return {
      keyv: (namespace) => {
        const set = (rows: { key: string; value: unknown; ttl?: number }[]) =>
          call(`set ${rows.map(({ key }) => key)}`, true, () => {
            for (const { key, value, ttl } of rows) this.#set(nameOf(namespace, key), value, ttl);
          });
        const keyvLike = {
          getMany: (keys: string[], options?: { raw?: boolean }) =>
            call(`get ${keys}`, false, () =>
              keys.map((key) => {
                const entry = this.#get(nameOf(namespace, key));
                return options?.raw && entry ? { value: entry.value, expires: entry.expiresAtMs } : entry?.value;
              }),
            ),
          setMany: set,
          set: (key: string, value: unknown, ttl: number) => set([{ key, value, ttl }]),
        };
        return keyvLike as unknown as Keyv;
      },
      command: (args) => call(args.join(' '), args[0] === 'SET' || args[0] === 'SADD', () => this.#command(args)),
    };
  }

  #command([name, key = '', ...rest]: readonly string[]): unknown {
    const members = () => new Set((this.#get(key)?.value as string[] | undefined) ?? []);
    switch (name) {
      case 'TIME':
        return [Math.floor(this.now() / 1_000), (this.now() % 1_000) * 1_000];
      case 'SET': {
        const [value, unit, time] = rest;
        const ttl = unit === 'PXAT' ? Number(time) - this.now() : Number(time);
        return void this.#set(key, value, ttl);
      }
      case 'SADD':
        return void this.#set(key, [...members().add(rest[0] ?? '')]);
      case 'SREM':
        return void this.#set(
          key,
          [...members()].filter((member) => !rest.includes(member)),
        );
      case 'SMEMBERS':
        return [...members()];
      case 'MGET':
        return [key, ...rest].map((wanted) => this.#get(wanted)?.value ?? null);
      default:
        throw new Error(`nobody sends ${name}`);
    }
  }

  #get(name: string): Entry | undefined {
    const entry = this.#data.get(name);
    return entry && entry.expiresAtMs > this.now() ? entry : undefined;
  }

  #set(name: string, value: unknown, ttlMs = Number.POSITIVE_INFINITY): void {
    this.#data.set(name, { value, expiresAtMs: this.now() + ttlMs });
  }

  #isRestart(trouble: Trouble | undefined): boolean {
    return trouble === 'restarts empty' || trouble === 'restarts with an old snapshot';
  }

  async #call<R>(
    { label, isWrite, isFirst }: { label: string; isWrite: boolean; isFirst: boolean },
    carryOut: () => R,
  ): Promise<R> {
    const call = { sentAtMs: this.now() };
    const travel = async (step: string) => {
      this.#onTheirWay.add(call);
      await this.pass(`${label} ${step}`);
      this.#onTheirWay.delete(call);
    };
    const waitWhile = async (...troubles: Trouble[]) => {
      if (!this.#outage || !troubles.includes(this.#outage.trouble)) return;
      const heldAtMs = this.now();
      await new Promise<void>((resolve) => this.#resume.push(resolve));
      call.sentAtMs += this.now() - heldAtMs;
    };
    await travel('leaves');
    await waitWhile('hangs', ...(isFirst ? (['holds up requests', 'holds up both'] as const) : []));
    const trouble = this.#outage?.trouble;
    const refusesAll = trouble === 'refuses' || this.#isRestart(trouble);
    if (refusesAll || (isWrite && trouble === 'is full')) {
      await travel('is refused');
      throw new Error(`the store ${trouble}`);
    }
    const result = carryOut();
    const restarts = this.#restarts;
    await travel('is answered');
    if (isFirst) await waitWhile('holds up answers', 'holds up both');
    const isLost = (isWrite && trouble === 'loses answers') || restarts !== this.#restarts || this.epoch() === null;
    if (isLost) throw new Error('the answer was lost');
    return result;
  }
}
