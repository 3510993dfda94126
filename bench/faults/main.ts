import { parseArgs } from 'node:util';
import { rollingRestart } from './rolling-restart.js';
import { type Figure, SCENARIOS } from './scenarios.js';

const USAGE = `Usage: node bench/faults/main.js [options]

A gateway under load while its API fails, is away or hangs, while there is more to do than it can, and while it is
restarted; what its clients noticed. Exit code 1 when a figure is not what is wanted.

  --only TEXT        scenarios whose name contains it
  --seconds N        length of each fault (10)
  --rate N           operations a second, where the scenario does not say (100)
`;

const HEADINGS: Figure = { scenario: 'scenario', what: 'figure', value: 'value', wanted: 'wanted', isMet: null };

function formatFigures(figures: readonly Figure[]): string {
  const verdict = ({ isMet }: Figure) => (isMet === null ? '' : isMet ? 'yes' : 'NO');
  const rows = [HEADINGS, ...figures].map((figure) => [
    figure.scenario,
    figure.what,
    figure.value,
    figure.wanted,
    figure === HEADINGS ? 'met' : verdict(figure),
  ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      seconds: { type: 'string', default: '10' },
      rate: { type: 'string', default: '100' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const settings = { seconds: Number(values.seconds), perSecond: Number(values.rate) };
  const figures: Figure[] = [];
  for (const scenario of [...SCENARIOS, rollingRestart].filter(({ name }) => name.includes(values.only))) {
    process.stderr.write(`${scenario.name} …\n`);
    figures.push(...(await scenario.run(settings)));
  }
  process.stdout.write(`${formatFigures(figures)}\n`);
  if (figures.some(({ isMet }) => isMet === false)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});
