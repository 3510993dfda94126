import { parseArgs } from 'node:util';
import { startRedisServer } from '../../test/support/redis.js';
import { runConsistency } from './consistency-run.js';
import { formatConsistency } from './report.js';

const USAGE = `Usage: node bench/consistency/main.js [options]

Gateways on one Redis, one sandbox, random delays; checks that no read shows what an acknowledged mutation replaced.
Exit code 1 when one does, or when a request fails.

  --reads N        root fields to read (100000)
  --writes N       mutations (10000)
  --gateways N     gateway processes (2)
  --seconds N      ends the run in any case (900)
  --without-redis  gateways that share nothing: the check must find violations then
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      reads: { type: 'string', default: '100000' },
      writes: { type: 'string', default: '10000' },
      gateways: { type: 'string', default: '2' },
      seconds: { type: 'string', default: '900' },
      'without-redis': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const redis = values['without-redis'] ? null : await startRedisServer();
  try {
    const report = await runConsistency({
      reads: Number(values.reads),
      writes: Number(values.writes),
      gateways: Number(values.gateways),
      timeLimitMs: Number(values.seconds) * 1_000,
      redisPort: redis?.port ?? null,
    });
    process.stdout.write(`${formatConsistency(report)}\n`);
    if (report.violations.length > 0 || report.failures.length > 0) process.exitCode = 1;
  } finally {
    await redis?.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});
