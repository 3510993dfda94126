import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityKind } from '../../datasources/cache/changed-entities.js';
import type { LiveEntity, LiveReads, Selection } from './live-entity.js';
import type { Watcher } from './live-index.js';

export interface ResynchronisationOptions {
  reads: LiveReads;
  watchers(): Iterable<Watcher>;
  /** Entities that subscribers were told of lately. */
  knownIds(kind: EntityKind): readonly string[];
  /** Hands on a present state; `sinceMs` is the last moment at which nothing was missed. */
  offer(kind: EntityKind, entity: LiveEntity, sinceMs: number): Promise<void>;
  onStart(reason: string): void;
  onFailure(kind: EntityKind, error: unknown): void;
  /** Shortest time from one to the next. */
  pauseMs?: number;
}

const PAUSE_MS = 2_000;
/** After a failure, e.g. while the API is away as well. */
const RETRY_MS = 5_000;
/** Known entities without a list that are read one by one, the latest first. */
const MAX_SINGLE_READS = 500;

const TURN_EVERY = 64;

const nameOf = ({ kind, id, cardId, accountId, customerId }: Selection) =>
  JSON.stringify([kind, id, cardId, accountId, customerId]);

/**
 * What is done when events may have been missed: whatever anybody watches is read, each selection once, and what has changed
 * since is sent. Requests that come while it runs make one more round; rounds keep a pause between them, so that a
 * connection that comes and goes does not become a storm of reads.
 */
export class Resynchronisation {
  readonly #options: ResynchronisationOptions;
  /** From when on something may have been missed, by what was requested and not yet done. */
  #missedSinceMs: number | null = null;
  #isRunning = false;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ResynchronisationOptions) {
    this.#options = options;
  }

  /** `sinceMs` is the last moment at which nothing was missed. */
  request(reason: string, sinceMs: number): void {
    if (this.#isClosed) return;
    this.#missedSinceMs = Math.min(this.#missedSinceMs ?? sinceMs, sinceMs);
    this.#options.onStart(reason);
    if (!this.#isRunning && this.#timer === undefined) void this.#run();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    const sinceMs = this.#missedSinceMs;
    if (sinceMs === null) return;
    this.#missedSinceMs = null;
    this.#isRunning = true;
    const isComplete = await this.#round(sinceMs);
    this.#isRunning = false;
    if (!isComplete) this.#missedSinceMs = Math.min(this.#missedSinceMs ?? sinceMs, sinceMs);
    if (this.#isClosed) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        void this.#run();
      },
      isComplete ? (this.#options.pauseMs ?? PAUSE_MS) : RETRY_MS,
    );
    this.#timer.unref();
  }

  /** Whether everything could be read. */
  async #round(sinceMs: number): Promise<boolean> {
    const selections = new Map<string, Selection>();
    for (const { selection } of this.#options.watchers()) selections.set(nameOf(selection), selection);
    let isComplete = true;
    for (const selection of selections.values()) {
      if (this.#isClosed) return false;
      try {
        for (const [position, entity] of (await this.#present(selection)).entries()) {
          await this.#options.offer(selection.kind, entity, sinceMs);
          // Those who are sent all this need a turn to read it.
          if (position % TURN_EVERY === TURN_EVERY - 1) await nextTurn();
        }
      } catch (error) {
        isComplete = false;
        this.#options.onFailure(selection.kind, error);
      }
    }
    return isComplete;
  }

  async #present(selection: Selection): Promise<readonly LiveEntity[]> {
    const { reads, knownIds } = this.#options;
    const { kind, id } = selection;
    const listed = id === undefined ? await reads.list(selection) : null;
    if (listed !== null) return listed;
    const ids = id === undefined ? knownIds(kind).slice(-MAX_SINGLE_READS) : [id];
    const entities = await Promise.all(ids.map((one) => reads.read(kind, one)));
    return entities.filter((entity) => entity !== null);
  }
}
