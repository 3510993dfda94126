import { describeViolation } from '../../../bench/consistency/report.js';
import {
  type FaultReport,
  type FaultSubject,
  runFault,
  startFaultSubject,
} from '../../../bench/redis-faults/fault-run.js';
import { FAULTS, type Fault } from '../../../bench/redis-faults/faults.js';
import { describeWithRedis } from '../../support/redis.js';
import { closeAfterAll } from '../../support/teardown.js';

const RATES = { readsPerSecond: 50, writesPerSecond: 10 };
/** So long that the gateways trust their cache again, and would show what they had kept. */
const AFTER_MS = 2_500;

function expectNothingNoticed({ failures, violations, ended, reads, writes }: FaultReport): void {
  expect({ failures, violations: violations.map(describeViolation), ended }).toEqual({
    failures: [],
    violations: [],
    ended: [],
  });
  expect(reads).toBeGreaterThan(100);
  expect(writes).toBeGreaterThan(20);
}

// What clients wait meanwhile, and how soon the cache is back: bench/redis-faults.
describeWithRedis('while Redis fails', () => {
  const named = (faults: readonly Fault[]) => faults.map((fault) => ({ name: fault.name, fault }));
  const atStart = named(FAULTS.filter(({ isDownAtStart }) => isDownAtStart));
  const later = named(FAULTS.filter(({ isDownAtStart }) => !isDownAtStart));

  it.each(atStart)(
    'no request fails and nobody sees what was replaced: $name',
    async ({ fault }) => {
      const subject = await startFaultSubject({ isRedisDown: true });
      closeAfterAll(subject.close);
      const times = { beforeMs: 0, duringMs: 1_500, afterMs: AFTER_MS };
      expectNothingNoticed(await runFault({ fault, subject, ...times, ...RATES }));
    },
    60_000,
  );

  describe('and comes back, one fault after the other', () => {
    let subject: FaultSubject;
    beforeAll(async () => {
      subject = await startFaultSubject();
      closeAfterAll(subject.close);
      // A node trusts nothing before it has watched its Redis for a while.
      await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
    }, 60_000);

    it.each(later)(
      'no request fails and nobody sees what was replaced: $name',
      async ({ fault }) => {
        const times = { beforeMs: 800, duringMs: 1_200, afterMs: AFTER_MS };
        expectNothingNoticed(await runFault({ fault, subject, ...times, ...RATES }));
      },
      60_000,
    );
  });
});
