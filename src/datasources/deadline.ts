import { setMaxListeners } from 'node:events';
import { UpstreamFailure } from './http/upstream-failure.js';

/** Until when an answer is of use, and whether anybody still waits for it. */
export interface Deadline {
  /** Milliseconds on the clock of `performance.now()`. To be read anew each time: that of shared work moves as others join it. */
  readonly at: number;
  /** Aborted when nobody waits any longer: the time is over, or the client has hung up. Its reason is an `UpstreamFailure`. */
  readonly signal: AbortSignal;
}

/** What the signal of a deadline was aborted with. */
export function reasonOf(signal: AbortSignal): UpstreamFailure {
  return signal.reason instanceof UpstreamFailure ? signal.reason : hangUp();
}

function hangUp(): UpstreamFailure {
  return new UpstreamFailure({ kind: 'cancelled', route: 'the operation' });
}

/** A deadline at a fixed time. Its timer and its signal are made when they are first needed: most answers come from memory. */
export class FixedDeadline implements Deadline {
  readonly at: number;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(at: number) {
    this.at = at;
  }

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const controller = new AbortController();
    this.#controller = controller;
    // Every read of a large operation listens to it.
    setMaxListeners(0, controller.signal);
    const expire = () =>
      controller.abort(new UpstreamFailure({ kind: 'timeout', route: 'the operation', detail: 'deadline' }));
    const leftMs = this.at - performance.now();
    if (leftMs <= 0) expire();
    else this.#timer = setTimeout(expire, leftMs).unref();
    return controller.signal;
  }

  /** Nobody waits any longer, and nobody will. */
  cancel(): void {
    const { signal } = this;
    clearTimeout(this.#timer);
    if (!signal.aborted) this.#controller?.abort(hangUp());
  }

  /** Lets go of the timer; to be called when all is done. */
  end(): void {
    clearTimeout(this.#timer);
  }
}

/** The time of one operation, which begins when its request arrives. */
export interface OperationTime {
  /** For reads. Ends early when the client hangs up. */
  readonly reads: Deadline;
  /**
   * For what a mutation sends. A little earlier, because what became of it has still to be made known before the answer;
   * and a client that hangs up changes nothing about a mutation that has begun.
   */
  readonly changes: Deadline;
  /** For what is read back after a mutation: between the two. */
  readonly afterChanges: Deadline;
  /** The client is gone. */
  hangUp(): void;
  /** The answer has left. */
  end(): void;
}

/** Most that is kept back for the end of a mutation. Two and a half times what an invalidation takes while Redis is away (ADR 6). */
const LONGEST_CLOSING_MS = 600;

/** `startedAt` on the clock of `performance.now()`. */
export function createOperationTime({
  startedAt,
  deadlineMs,
}: {
  startedAt: number;
  deadlineMs: number;
}): OperationTime {
  const at = startedAt + deadlineMs;
  const closingMs = Math.min(LONGEST_CLOSING_MS, deadlineMs / 10);
  const reads = new FixedDeadline(at);
  return {
    reads,
    changes: new FixedDeadline(at - closingMs),
    afterChanges: new FixedDeadline(at - closingMs / 2),
    hangUp: () => reads.cancel(),
    end: () => reads.end(),
  };
}
