/** Reads of the gateways' caches by outcome, from `gateway_cache_reads_total`. */
export type CacheFigures = Readonly<Record<string, number>>;

const LINE = /^gateway_cache_reads_total\{([^}]*)\} (\d+)/gm;

/** Sums the counter over everything but `result` (and, when given, for one resource only), from Prometheus text. */
export function parseCacheFigures(text: string, resource?: string): CacheFigures {
  const figures: Record<string, number> = {};
  for (const [, labels = '', value] of text.matchAll(LINE)) {
    if (resource !== undefined && !labels.includes(`resource="${resource}"`)) continue;
    const result = /result="([^"]*)"/.exec(labels)?.[1] ?? 'unknown';
    figures[result] = (figures[result] ?? 0) + Number(value);
  }
  return figures;
}

export function addFigures(all: readonly CacheFigures[]): CacheFigures {
  const sum: Record<string, number> = {};
  for (const figures of all) {
    for (const [result, count] of Object.entries(figures)) sum[result] = (sum[result] ?? 0) + count;
  }
  return sum;
}

/** Share of the reads between two moments that ended so (`hit`: answered by the cache); null when there were none. */
export function shareBetween(before: CacheFigures, after: CacheFigures, result: string): number | null {
  const difference = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  const reads = Object.keys(after).reduce((sum, name) => sum + difference(name), 0);
  return reads === 0 ? null : difference(result) / reads;
}
