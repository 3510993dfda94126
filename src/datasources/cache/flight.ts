import { setMaxListeners } from 'node:events';
import { type Deadline, reasonOf } from '../deadline.js';
import type { UpstreamFailure } from '../http/upstream-failure.js';

/**
 * How long work that several wait for goes on: as long as one of them waits, each until his own deadline. Its own is that of
 * the most patient; when the last has gone it is given up, and nobody may join it any more (docs/adr/0014).
 */
export class Flight implements Deadline {
  readonly #controller = new AbortController();
  /** With what takes him off. */
  readonly #waiting = new Map<Deadline, () => void>();
  #at = Number.NEGATIVE_INFINITY;
  #isOver = false;

  constructor() {
    setMaxListeners(0, this.#controller.signal);
  }

  get at(): number {
    return this.#at;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Undefined waits without end: the work is then never given up. */
  join(waiter: Deadline | undefined): void {
    this.#at = Math.max(this.#at, waiter?.at ?? Number.POSITIVE_INFINITY);
    if (!waiter || this.#isOver || this.#waiting.has(waiter)) return;
    const { signal } = waiter;
    const leave = () => {
      this.#waiting.delete(waiter);
      const isAwaited = this.#waiting.size > 0 || this.#at === Number.POSITIVE_INFINITY;
      if (!isAwaited && !this.#isOver) this.#controller.abort(reasonOf(signal));
    };
    this.#waiting.set(waiter, () => signal.removeEventListener('abort', leave));
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  }

  /** The work has ended. */
  land(): void {
    this.#isOver = true;
    for (const takeOff of this.#waiting.values()) takeOff();
    this.#waiting.clear();
  }
}

/**
 * Awaits all of `pending` (none of which may reject), in their order, but no longer than `deadline`: for what has not
 * arrived by then `late` answers, and the rest stands.
 */
export async function settleWithin<R>(
  pending: readonly (R | Promise<R>)[],
  deadline: Deadline | undefined,
  late: (reason: UpstreamFailure) => R,
): Promise<R[]> {
  if (!deadline || !pending.some((one) => one instanceof Promise)) return Promise.all(pending);
  const { signal } = deadline;
  let stop = () => {};
  const over = new Promise<R>((resolve) => {
    const expire = () => resolve(late(reasonOf(signal)));
    stop = () => signal.removeEventListener('abort', expire);
    // A turn later, so that what has its result already is not taken for late.
    if (signal.aborted) setImmediate(expire);
    else signal.addEventListener('abort', expire, { once: true });
  });
  try {
    return await Promise.all(pending.map((one) => (one instanceof Promise ? Promise.race([one, over]) : one)));
  } finally {
    stop();
  }
}
