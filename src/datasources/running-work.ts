import type { MutationRunner } from './mutations/mutation-runner.js';

/** Mutations under way, whether or not somebody still waits for their answer: nothing they need may be taken away. */
export class RunningWork {
  readonly #running = new Set<Promise<unknown>>();

  get size(): number {
    return this.#running.size;
  }

  /** The same runner, with each run kept until it has ended. */
  keep({ run }: MutationRunner): MutationRunner {
    return {
      run: (plan) => {
        const work = run(plan);
        this.#running.add(work);
        const forget = () => void this.#running.delete(work);
        work.then(forget, forget);
        return work;
      },
    };
  }

  /** Resolves once none is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
