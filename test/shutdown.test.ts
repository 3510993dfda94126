import { createLogger } from '../src/observability/logger.js';
import { createShutdown, NOTICE_MS, type ShutdownOptions } from '../src/shutdown.js';

function setUp(options: Partial<ShutdownOptions> = {}) {
  const steps: string[] = [];
  let finish = () => {};
  const shutDown = createShutdown({
    beginDrain: () => void steps.push('not ready'),
    close: () => {
      steps.push('closing');
      return new Promise<void>((resolve) => (finish = resolve));
    },
    graceMs: 60_000,
    noticeMs: 0,
    logger: createLogger({ level: 'silent' }),
    exit: (code) => void steps.push(`exit ${code}`),
    ...options,
  });
  return { steps, shutDown, finish: () => finish() };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

it('says that it is not ready, then closes, then ends with 0', async () => {
  const { steps, shutDown, finish } = setUp();
  const done = shutDown('SIGTERM');
  expect(steps).toEqual(['not ready']);
  await turn();
  expect(steps).toEqual(['not ready', 'closing']);
  finish();
  await done;
  expect(steps).toEqual(['not ready', 'closing', 'exit 0']);
});

it('gives balancers a moment to notice, and a person at a terminal none', async () => {
  expect(NOTICE_MS).toBeGreaterThan(0);
  const term = setUp({ noticeMs: 30_000 });
  void term.shutDown('SIGTERM');
  const int = setUp({ noticeMs: 30_000 });
  void int.shutDown('SIGINT');
  await turn();
  expect([term.steps, int.steps]).toEqual([['not ready'], ['not ready', 'closing']]);
  // Ends the timers too.
  for (const { shutDown } of [term, int]) await shutDown('SIGINT');
});

it.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('ends at once when told again (%s)', async (signal, code) => {
  const { steps, shutDown, finish } = setUp();
  void shutDown('SIGTERM');
  await turn();
  await shutDown(signal);
  expect(steps).toEqual(['not ready', 'closing', `exit ${code}`]);
  finish();
});

it('ends with 1 when something still runs at the end of the grace time', async () => {
  const { steps, shutDown } = setUp({ graceMs: 20 });
  void shutDown('SIGTERM');
  while (!steps.includes('exit 1')) await turn();
  expect(steps).toEqual(['not ready', 'closing', 'exit 1']);
});

it('ends with 1 when closing fails', async () => {
  const { steps, shutDown } = setUp({ close: () => Promise.reject(new Error('no')) });
  await shutDown('SIGTERM');
  expect(steps).toEqual(['not ready', 'exit 1']);
});
