import { Counter, type Registry } from 'prom-client';

/** What comparisons with the lists of the API count, beside `Metrics` and in the same registry. */
export interface ResyncMetrics {
  /** `outcome` is `done`, `failed`, or `skipped` when it was another node's turn. */
  readonly passes: Counter<'outcome'>;
  /** Entities that were found changed. */
  readonly changes: Counter<'kind'>;
}

export function createResyncMetrics(registry: Registry): ResyncMetrics {
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `gateway_${name}`, help, labelNames, registers: [registry] });
  return {
    passes: counter('resync_passes_total', 'Comparisons with the lists of the API', ['outcome']),
    changes: counter('resync_changes_total', 'Entities that such a comparison found changed', ['kind']),
  };
}
