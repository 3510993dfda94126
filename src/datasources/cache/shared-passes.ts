import type { Deadline } from '../deadline.js';
import { Flight } from './flight.js';

interface Pass<R> {
  flight: Flight;
  result: Promise<R>;
  next: (Pick<Pass<R>, 'flight' | 'result'> & { begin(): void }) | null;
}

/**
 * Loads that pass the cache by, shared as far as that is safe: whoever comes while a load of the same key is under way
 * may not join it, since it may have begun before a change that he has been told of; he waits for it to end and shares the
 * next one with all who came meanwhile. So a key is never loaded more than once at a time, however many ask.
 */
export class SharedPasses<R> {
  readonly #running = new Map<string, Pass<R>>();

  /** `load` must not reject; its deadline is that of all who wait for it. */
  run(key: string, load: (deadline: Deadline) => Promise<R>, waiter?: Deadline): Promise<R> {
    const running = this.#running.get(key);
    if (!running) {
      const flight = new Flight();
      flight.join(waiter);
      return this.#start(key, load, flight);
    }
    if (!running.next || running.next.flight.signal.aborted) running.next = this.#prepare(key, load);
    running.next.flight.join(waiter);
    return running.next.result;
  }

  #prepare(key: string, load: (deadline: Deadline) => Promise<R>): NonNullable<Pass<R>['next']> {
    const flight = new Flight();
    let begin = () => {};
    const result = new Promise<R>((resolve) => {
      begin = () => resolve(this.#start(key, load, flight));
    });
    return { flight, result, begin };
  }

  #start(key: string, load: (deadline: Deadline) => Promise<R>, flight: Flight): Promise<R> {
    const pass: Pass<R> = { flight, result: load(flight), next: null };
    this.#running.set(key, pass);
    void pass.result.then(() => {
      flight.land();
      this.#running.delete(key);
      if (pass.next && !pass.next.flight.signal.aborted) pass.next.begin();
    });
    return pass.result;
  }
}
