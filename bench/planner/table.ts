import { type Measured, median, type Sample } from './measurement.js';
import { PLAN_NAMES, type PlanName } from './plans.js';

export interface Row {
  accounts: number;
  temperature: 'cold' | 'warm';
  shape: string;
  byPlan: Readonly<Record<PlanName, Measured>>;
}

/** The planner's cost over that of the better one of the others; below 1 where it is the best. */
export interface Ratios {
  cpu: number;
  time: number;
}

/** The goal: never worse than the better one by more than a tenth. */
export const WORST_RATIO = 1.1;

export function ratiosOf({ byPlan: { planner, single, list } }: Row): Ratios {
  const ratioOf = (cost: (sample: Sample) => number) => {
    const better = cost(single) <= cost(list) ? single : list;
    // Round by round, so that what slowed a round down for all cancels out.
    return median(planner.samples.map((sample, round) => cost(sample) / cost(better.samples[round] ?? better)));
  };
  return {
    cpu: ratioOf(({ cpuMsPerRequest }) => cpuMsPerRequest),
    time: ratioOf(({ requestsPerSecond }) => 1 / requestsPerSecond),
  };
}

export function meetsGoal(row: Row): boolean {
  const { cpu, time } = ratiosOf(row);
  return Math.max(cpu, time) <= WORST_RATIO;
}

/** One line for each row and plan, and at the end one line of ratios for each row. */
export function formatRows(rows: readonly Row[]): string {
  const heading = ['accounts', '', 'query', 'plan', 'calls', 'requests/s', 'CPU ms/request'];
  const lines = rows.flatMap(({ accounts, temperature, shape, byPlan }) =>
    PLAN_NAMES.map((plan) => {
      const { upstreamCalls, requestsPerSecond, cpuMsPerRequest } = byPlan[plan];
      const figures = [requestsPerSecond.toFixed(1), cpuMsPerRequest.toFixed(2)];
      return [String(accounts), temperature, shape, plan, String(upstreamCalls), ...figures];
    }),
  );
  const ratioHeading = ['accounts', '', 'query', 'CPU', 'time', ''];
  const ratioLines = rows.map((row) => {
    const { cpu, time } = ratiosOf(row);
    const verdict = meetsGoal(row) ? '' : 'worse';
    return [String(row.accounts), row.temperature, row.shape, cpu.toFixed(2), time.toFixed(2), verdict];
  });
  return [
    ...align([heading, ...lines]),
    '',
    `planner / better of the other two (goal: at most ${WORST_RATIO})`,
    ...align([ratioHeading, ...ratioLines]),
  ].join('\n');
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return /^[\d.]+$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
