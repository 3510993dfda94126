/** A call of the shared store took too long; it may still be carried out. */
export class StoreDeadlineError extends Error {
  constructor(deadlineMs: number) {
    super(`the shared store did not answer within ${deadlineMs} ms`);
    this.name = 'StoreDeadlineError';
  }
}

/**
 * The call's result, or `StoreDeadlineError` after `deadlineMs`. When this process was busy itself, timers fire before
 * answers that have long arrived are read: so the deadline gives the event loop one turn more before it judges.
 */
export function withDeadline<T>(call: Promise<T>, deadlineMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      setImmediate(() => setImmediate(() => reject(new StoreDeadlineError(deadlineMs))));
    }, deadlineMs);
    call.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
