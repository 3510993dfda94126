import type { ExactlyOnceReport } from './exactly-once-run.js';
import { FAULT_NAMES, REPEATS } from './matrix.js';
import type { TrialResult } from './trial.js';

/** Whether every mutation was carried out once, and every answer was the same. */
export function isFaultless({ trials, executions, missing }: ExactlyOnceReport): boolean {
  const twice = Object.keys(executions).some((times) => times !== '1');
  return !twice && missing === 0 && trials.every(({ problems }) => problems.length === 0);
}

export function describeProblems({ trials }: ExactlyOnceReport): string[] {
  return trials.flatMap(({ fault, repeat, times, first, problems }) =>
    problems.map((problem) => `${fault}, ${times} times, repeated ${repeat} after "${first}": ${problem}`),
  );
}

export function formatExactlyOnce(report: ExactlyOnceReport): string {
  const { trials, executions, missing, elapsedMs } = report;
  const width = Math.max(...FAULT_NAMES.map(({ length }) => length)) + 2;
  const wellDone = (cell: readonly TrialResult[]) => cell.filter(({ problems }) => problems.length === 0).length;
  const lines = FAULT_NAMES.map((fault) => {
    const cells = REPEATS.map((repeat) => trials.filter((trial) => trial.fault === fault && trial.repeat === repeat));
    return fault.padEnd(width) + cells.map((cell) => `${wellDone(cell)}/${cell.length}`.padEnd(17)).join('');
  });
  const firsts = new Map<string, number>();
  for (const { first } of trials) firsts.set(first, (firsts.get(first) ?? 0) + 1);
  return [
    `${trials.length} faulted creations in ${Math.round(elapsedMs / 1_000)} s; as it has to be / tried:`,
    '',
    ''.padEnd(width) + REPEATS.map((repeat) => repeat.padEnd(17)).join(''),
    ...lines,
    '',
    `executions by key: ${Object.entries(executions)
      .map(([times, keys]) => `${keys} keys ${times} times`)
      .join(', ')}`,
    `keys that were never carried out: ${missing}`,
    `first answers: ${[...firsts].map(([answer, count]) => `${answer} ${count}`).join(', ')}`,
    ...describeProblems(report).slice(0, 20),
  ].join('\n');
}
