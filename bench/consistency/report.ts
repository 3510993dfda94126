import type { ConsistencyReport } from './consistency-run.js';
import type { Violation } from './history.js';

const EXAMPLES = 5;

/** The report as lines of text. */
export function formatConsistency(report: ConsistencyReport): string {
  const { reads, readRequests, observations, writes, failures, violations, hitRates, elapsedMs } = report;
  const rates = Object.entries(hitRates).map(([resource, rate]) => `${resource} ${formatShare(rate)}`);
  return [
    `reads         ${reads} (in ${readRequests} requests; ${observations} card states checked)`,
    `writes        ${writes}`,
    `failures      ${failures.length}`,
    ...failures.slice(0, EXAMPLES).map((failure) => `              ${failure}`),
    `violations    ${violations.length}`,
    ...violations.slice(0, EXAMPLES).map((violation) => `              ${describeViolation(violation)}`),
    `hit rate      ${rates.join(', ')}`,
    `time          ${(elapsedMs / 1_000).toFixed(1)} s`,
  ].join('\n');
}

export function describeViolation({ kind, read, behind, lateMs }: Violation): string {
  const late = kind === 'stale' ? `, ${behind} behind, ${lateMs.toFixed(1)} ms after the answer` : '';
  return `${kind}: ${read.register} through ${read.via}${late}`;
}

function formatShare(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}
