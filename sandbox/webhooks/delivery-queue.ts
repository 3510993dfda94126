/** One thing to do later, that can be brought forward or forgotten. */
interface Timed {
  timer: NodeJS.Timeout;
  run: () => void;
}

/**
 * When deliveries are attempted: first attempts in lanes, one after the other in each; everything else after a pause,
 * so many at a time. Its timers do not keep the process alive.
 */
export class DeliveryQueue<Item> {
  readonly #attempt: (item: Item) => Promise<void>;
  readonly #maxParallel: () => number;
  readonly #lanes = new Map<string, { waiting: Set<Item>; isRunning: boolean }>();
  readonly #ready = new Set<Item>();
  readonly #timed = new Map<Item, Timed>();
  readonly #running = new Set<Promise<void>>();
  #parallel = 0;
  #isClosed = false;

  /** `attempt` must not reject. */
  constructor({ attempt, maxParallel }: { attempt: (item: Item) => Promise<void>; maxParallel: () => number }) {
    this.#attempt = attempt;
    this.#maxParallel = maxParallel;
  }

  /** Attempts the item when all that came before it in its lane have been. */
  enqueue(laneId: string, item: Item): void {
    const lane = this.#lanes.get(laneId) ?? { waiting: new Set<Item>(), isRunning: false };
    this.#lanes.set(laneId, lane);
    lane.waiting.add(item);
    if (!lane.isRunning) void this.#track(this.#runLane(laneId, lane));
  }

  /** Attempts the item after a pause, without regard to others. */
  later(delayMs: number, item: Item, run: () => void = () => this.#makeReady(item)): void {
    if (this.#isClosed) return;
    const timer = setTimeout(() => this.#fire(item), delayMs);
    timer.unref();
    this.#timed.set(item, { timer, run });
  }

  /** Ends every pause now. */
  hurry(): void {
    for (const item of [...this.#timed.keys()]) this.#fire(item);
  }

  /** Forgets what is not under way, and returns it. */
  clear(): Item[] {
    const forgotten = [
      ...this.#timed.keys(),
      ...this.#ready,
      ...[...this.#lanes.values()].flatMap((l) => [...l.waiting]),
    ];
    for (const { timer } of this.#timed.values()) clearTimeout(timer);
    this.#timed.clear();
    this.#ready.clear();
    for (const lane of this.#lanes.values()) lane.waiting.clear();
    return forgotten;
  }

  /** Forgets everything and resolves when nothing is under way any more. What is under way has to be ended by others. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.clear();
    await Promise.all(this.#running);
  }

  #fire(item: Item): void {
    const timed = this.#timed.get(item);
    if (!timed) return;
    clearTimeout(timed.timer);
    this.#timed.delete(item);
    timed.run();
  }

  #makeReady(item: Item): void {
    this.#ready.add(item);
    this.#startReady();
  }

  #startReady(): void {
    for (const item of this.#ready) {
      if (this.#isClosed || this.#parallel >= this.#maxParallel()) return;
      this.#ready.delete(item);
      this.#parallel += 1;
      void this.#track(
        this.#attempt(item).finally(() => {
          this.#parallel -= 1;
          this.#startReady();
        }),
      );
    }
  }

  async #runLane(laneId: string, lane: { waiting: Set<Item>; isRunning: boolean }): Promise<void> {
    lane.isRunning = true;
    for (const item of lane.waiting) {
      lane.waiting.delete(item);
      await this.#attempt(item);
    }
    lane.isRunning = false;
    this.#lanes.delete(laneId);
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    await work.finally(() => this.#running.delete(work));
  }
}
