import { describeViolation } from '../consistency/report.js';
import type { FaultReport, Waits } from './fault-run.js';

const HEADINGS = [
  'fault',
  'requests',
  'failed',
  'stale',
  'reads p99 ms',
  'writes p99 ms',
  'added at first',
  'added later',
  'in use ms',
  'warm ms',
  'hit rate',
];

/**
 * One line for each fault. p99 columns: before the fault, within its first second, later. "Added" is of reads, against
 * before (or against nothing, where there was no before). "In use" and "warm": see `Recovery`; from when it was mended.
 */
export function formatTable(reports: readonly FaultReport[]): string {
  const rows = [HEADINGS, ...reports.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const details = reports.flatMap(({ fault, failures, violations, ended }) => [
    ...ended.map((how) => `${fault}: a gateway ended (${how})`),
    ...failures.slice(0, 3).map((failure) => `${fault}: ${failure.trim()}`),
    ...violations.slice(0, 3).map((violation) => `${fault}: ${describeViolation(violation)}`),
  ]);
  return [...lines, ...details].join('\n');
}

function cellsOf(report: FaultReport): string[] {
  const { readWaits: reads, writeWaits: writes, hitRate } = report;
  const waits = ({ before, first, later }: Waits) => [before, first, later].map(whole).join(' / ');
  return [
    report.fault,
    String(report.reads + report.writes),
    String(report.failures.length),
    String(report.violations.length),
    waits(reads),
    waits(writes),
    whole(difference(reads.first, reads.before)),
    whole(difference(reads.later, reads.before)),
    whole(report.recovery.inUseMs),
    whole(report.recovery.warmMs),
    [hitRate.before, hitRate.during, hitRate.after].map(percent).join(' / '),
  ];
}

const difference = (value: number | null, from: number | null) => (value === null ? null : value - (from ?? 0));
const whole = (value: number | null) => (value === null ? '-' : String(Math.round(value)));
const percent = (share: number | null) => (share === null ? '-' : `${Math.round(share * 100)} %`);
