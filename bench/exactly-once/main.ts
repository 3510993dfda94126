import { parseArgs } from 'node:util';
import { runExactlyOnce } from './exactly-once-run.js';
import { FAULT_NAMES, REPEATS } from './matrix.js';
import { formatExactlyOnce, isFaultless } from './report.js';

const USAGE = `Usage: node bench/exactly-once/main.js [options]

Two gateways on one Redis, one sandbox. Every fault is met by creations of cards, each repeated in every way with the same
key; the sandbox counts how often it carried each out. Exit code 1 unless that is once, with the same answer for all.

  --creations N    faulted creations, rounded up to a multiple of ${FAULT_NAMES.length * REPEATS.length} (1000)
  --deadline-ms N  OPERATION_DEADLINE_MS of the gateways (1500)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      creations: { type: 'string', default: '1000' },
      'deadline-ms': { type: 'string', default: '1500' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const rounds = Math.ceil(Number(values.creations) / (FAULT_NAMES.length * REPEATS.length));
  const report = await runExactlyOnce({
    rounds,
    deadlineMs: Number(values['deadline-ms']),
    onRound: (round) => process.stderr.write(`round ${round} of ${rounds}\n`),
  });
  process.stdout.write(`${formatExactlyOnce(report)}\n`);
  if (!isFaultless(report)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});
