/** A call of the shared store took too long; it may still be carried out. */
export class StoreDeadlineError extends Error {
  constructor(deadlineMs: number) {
    super(`the shared store did not answer within ${deadlineMs} ms`);
    this.name = 'StoreDeadlineError';
  }
}

/** An answer was read so late that it tells nothing of the present: this process was busy, the store may well be in order. */
export class LateAnswerError extends StoreDeadlineError {}

/** An answer read later than so many deadlines is not believed. */
const OLDEST_IN_DEADLINES = 2;

/**
 * The call's result, or `StoreDeadlineError` after `deadlineMs`. When this process was busy itself, timers fire before
 * answers that have long arrived are read: so the deadline gives the event loop one turn more before it judges, and the
 * clock has the last word. What was read after two deadlines is a `LateAnswerError`: as old as a sign of life may be. Not
 * with `isFact`, for the acknowledgement of a write: that it was carried out stays true.
 */
export function withDeadline<T>(
  call: Promise<T>,
  deadlineMs: number,
  { isFact = false, now = () => performance.now() }: { isFact?: boolean; now?: () => number } = {},
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const startedAt = now();
    const timer = setTimeout(() => {
      setImmediate(() => setImmediate(() => reject(new StoreDeadlineError(deadlineMs))));
    }, deadlineMs);
    call.then(
      (value) => {
        clearTimeout(timer);
        const isLate = !isFact && now() - startedAt > deadlineMs * OLDEST_IN_DEADLINES;
        if (isLate) reject(new LateAnswerError(deadlineMs));
        else resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
