import type { MutationPlan } from '../../src/datasources/mutations/mutation-plan.js';
import type { MutationRunner } from '../../src/datasources/mutations/mutation-runner.js';
import { RunningWork } from '../../src/datasources/running-work.js';

it('is idle once every run has ended, well or not, those that came later included', async () => {
  const ends: ((error?: Error) => void)[] = [];
  const run = () =>
    new Promise<never>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve({} as never))));
  const work = new RunningWork();
  const runner = work.keep({ run } as MutationRunner);
  const plan = {} as MutationPlan<unknown>;
  const first = runner.run(plan);
  const second = runner.run(plan);
  second.catch(() => {});
  expect(work.size).toBe(2);
  let isIdle = false;
  const idle = work.idle().then(() => {
    isIdle = true;
  });
  ends[1]?.(new Error('no'));
  const third = runner.run(plan);
  ends[0]?.();
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  expect(isIdle).toBe(false);
  ends[2]?.();
  await third;
  await idle;
  expect(work.size).toBe(0);
});

it('is idle at once when nothing runs', async () => {
  await new RunningWork().idle();
});
