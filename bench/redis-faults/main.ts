import { parseArgs } from 'node:util';
import { type FaultReport, runFault, startFaultSubject } from './fault-run.js';
import { FAULTS } from './faults.js';
import { formatTable } from './table.js';

const USAGE = `Usage: node bench/redis-faults/main.js [options]

Two gateways under load while their Redis fails in every way; what their clients noticed. Exit code 1 when a request
failed, a gateway ended, or somebody saw what an acknowledged mutation had replaced.

  --only TEXT          faults whose name contains it
  --seconds N          length of each fault (10)
  --reads N --writes N requests a second, over both gateways (60, 6)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      seconds: { type: 'string', default: '10' },
      reads: { type: 'string', default: '60' },
      writes: { type: 'string', default: '6' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const faults = FAULTS.filter(({ name }) => name.includes(values.only));
  const reports: FaultReport[] = [];
  for (const fault of faults) {
    const subject = await startFaultSubject({ isRedisDown: fault.isDownAtStart ?? false });
    try {
      const report = await runFault({
        fault,
        subject,
        beforeMs: fault.isDownAtStart ? 0 : 6_000,
        duringMs: Number(values.seconds) * 1_000,
        afterMs: 8_000,
        readsPerSecond: Number(values.reads),
        writesPerSecond: Number(values.writes),
      });
      reports.push(report);
    } finally {
      await subject.close();
    }
  }
  process.stdout.write(`${formatTable(reports)}\n`);
  const isBad = ({ failures, violations, ended }: FaultReport) =>
    failures.length + violations.length + ended.length > 0;
  if (reports.some(isBad)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});
