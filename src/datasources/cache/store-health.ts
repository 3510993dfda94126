/**
 * - `up`: the shared store answers, and has done so for a while
 * - `down`: it does not; nobody asks it but the heartbeat
 * - `settling`: it answers again, and the nodes still hand in what they could not tell it meanwhile
 */
export const STORE_STATES = ['up', 'down', 'settling'] as const;
export type StoreState = (typeof STORE_STATES)[number];

export interface StoreHealth {
  state(): StoreState;
  /** How long the store has been down in the eyes of this node; 0 unless it is. */
  downForMs(): number;
  /** A call failed or came too late: from now on nobody asks until a heartbeat gets through. */
  reportFailure(): void;
  /** Runs `listener` after each heartbeat that got through. */
  onHeartbeat(listener: () => void): void;
  stop(): void;
}

export interface StoreHealthOptions {
  /** One write to the store with its own deadline; rejects when it is not acknowledged. A write, because a full store still reads. */
  beat: () => Promise<void>;
  intervalMs: number;
  /** How long readers go on passing the cache by after the store has come back. */
  settleMs: number;
  now?: () => number;
  onChange?: (state: StoreState) => void;
}

/**
 * The breaker in front of the shared store. A heartbeat keeps it informed, so that every node notices an outage within
 * `intervalMs` and a deadline even when it has nothing to ask: writers rely on that bound (`createSharedGenerations`).
 */
export function createStoreHealth(options: StoreHealthOptions): StoreHealth {
  const { beat, intervalMs, settleMs, now = () => performance.now(), onChange = () => {} } = options;
  const listeners: (() => void)[] = [];
  // Down until the first heartbeat: a node that has just started must not believe anything yet.
  let state: StoreState = 'down';
  let since = now();
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  function become(next: StoreState): void {
    if (next === state) return;
    state = next;
    since = now();
    onChange(next);
  }

  async function heartbeat(): Promise<void> {
    const startedAt = now();
    try {
      await beat();
      if (state === 'down') become('settling');
      // What a heartbeat tells is as old as it: the last one must have left when the time was over.
      else if (state === 'settling' && startedAt - since >= settleMs) become('up');
      for (const listener of listeners) listener();
    } catch {
      become('down');
    }
    if (isStopped) return;
    // Counted from where this one began: an answer that was slow must not put the next one off as well.
    timer = setTimeout(heartbeat, Math.max(0, intervalMs - (now() - startedAt)));
    timer.unref();
  }
  void heartbeat();

  return {
    state: () => state,
    downForMs: () => (state === 'down' ? now() - since : 0),
    reportFailure: () => become('down'),
    onHeartbeat: (listener) => listeners.push(listener),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
