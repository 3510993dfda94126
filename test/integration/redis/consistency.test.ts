import { type ConsistencyReport, runConsistency } from '../../../bench/consistency/consistency-run.js';
import { describeViolation } from '../../../bench/consistency/report.js';
import { describeWithRedis, startRedisServer } from '../../support/redis.js';
import { closeAfterAll } from '../../support/teardown.js';

// The same run at full size: bench/consistency.
const TIME_LIMIT_MS = 40_000;

const told = ({ failures, violations }: ConsistencyReport) => ({
  failures,
  violations: violations.slice(0, 5).map(describeViolation),
});

describe('two gateways that share nothing', () => {
  it('show states that a mutation through the other one has replaced, and the check finds them', async () => {
    const report = await runConsistency({ redisPort: null, reads: 1_000, writes: 100, timeLimitMs: TIME_LIMIT_MS });
    expect(report.failures).toEqual([]);
    expect(report.violations.length).toBeGreaterThan(0);
  }, 60_000);
});

describeWithRedis('two gateways on one Redis', () => {
  it('never show the state before a mutation that was answered, under random delays', async () => {
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    const report = await runConsistency({
      redisPort: redis.port,
      reads: 5_000,
      writes: 500,
      timeLimitMs: TIME_LIMIT_MS,
    });
    expect(told(report)).toEqual({ failures: [], violations: [] });
    expect(report.reads).toBeGreaterThanOrEqual(5_000);
    expect(report.writes).toBeGreaterThanOrEqual(500);
    // Correct because nothing is cached would not do.
    expect(report.hitRates.card).toBeGreaterThan(0);
  }, 60_000);
});
