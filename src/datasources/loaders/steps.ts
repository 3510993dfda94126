import { type EventLoopPacer, eventLoopPacer } from '../http/event-loop-pacer.js';

/** Work in small steps: it yields nothing between two of them and returns its result. */
export type Steps<T> = Generator<void, T, void>;

/** Entities that one step looks at: a millisecond at most, whatever is done with each. */
export const STEP_ITEMS = 1_024;

/** The result, with no pause between the steps. */
export function completeNow<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The result, letting others have the event loop between the steps whenever their turn has come. */
export async function completeInTurns<T>(steps: Steps<T>, pacer: EventLoopPacer = eventLoopPacer): Promise<T> {
  for (;;) {
    if (pacer.isTurnOver()) await pacer.nextTurn();
    const step = steps.next();
    if (step.done) return step.value;
  }
}
