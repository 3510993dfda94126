import { Counter, type Registry } from 'prom-client';

/** What the guard of operations counts. */
export interface LimitMetrics {
  /** `code` is the error code. */
  readonly refusedOperations: Counter<'code'>;
  /** Requests for documents that are not in the manifest. `mode` is `log` or `enforce`. */
  readonly untrustedDocuments: Counter<'mode'>;
  /** Charges that the shared store did not hear of. */
  readonly rateLimitFallbacks: Counter;
}

export function createLimitMetrics(registry: Registry): LimitMetrics {
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `gateway_${name}`, help, labelNames, registers: [registry] });
  return {
    refusedOperations: counter('operations_refused_total', 'Operations refused before they ran', ['code']),
    untrustedDocuments: counter('untrusted_documents_total', 'Requests for documents that are not in the manifest', [
      'mode',
    ]),
    rateLimitFallbacks: counter(
      'rate_limit_fallbacks_total',
      'Operations charged in the memory of this gateway because the shared store was away',
    ),
  };
}
