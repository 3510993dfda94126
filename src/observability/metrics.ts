import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Looked at whenever the figures are asked for. */
export interface UpstreamState {
  breakerState(): 'closed' | 'half-open' | 'open';
  running(traffic: 'read' | 'change'): number;
  queued(traffic: 'read' | 'change'): number;
}

/** What this process counts; served as Prometheus text at `/metrics`. One instance a gateway, so tests can run several. */
export interface Metrics {
  readonly registry: Registry;
  /** One for each HTTP request that left for the API, retries and token requests included. `status` is `error` without an answer. */
  readonly upstreamRequests: Counter<'method' | 'route' | 'status'>;
  readonly upstreamDurationSeconds: Histogram<'method' | 'route'>;
  readonly upstreamRetries: Counter<'route' | 'reason'>;
  /** Repetitions that would have made sense and were not paid for by the retry budget. */
  readonly upstreamRetriesRefused: Counter<'route'>;
  /** Requests that were not sent: `reason` is `breaker` (open) or `bulkhead` (full), `traffic` `read` or `change`. */
  readonly upstreamRefusals: Counter<'traffic' | 'reason'>;
  /** Times the breaker became `open`, `half-open`, `closed`. */
  readonly upstreamBreakerChanges: Counter<'state'>;
  /** Operations that were refused with 503 because so many were running already. */
  readonly operationsShed: Counter;
  readonly signatures: Counter;
  /** `result` is `hit`, `miss`, `joined` (waited for a read that another request had under way) or `passed` (had to do without the cache). */
  readonly cacheReads: Counter<'resource' | 'result'>;
  readonly cacheInvalidations: Counter;
  /** 1 for the present state of the Redis that gateways share, 0 for the others; no series without one. */
  readonly sharedStoreState: Gauge<'state'>;
  /** Other gateways on the same Redis: `alive`, or `silent`, which puts the cache out of use. No series without a Redis. */
  readonly otherGateways: Gauge<'state'>;
  /** `choice` is `single`, `list`, or `ahead` (single reads, and the list beside them for what comes next). */
  readonly batchPlans: Counter<'resource' | 'choice'>;
  readonly unknownEnumValues: Counter<'enum'>;
  /** Every mutation that was asked for, replays included; `outcome` is one of `SETTLED_OUTCOMES`. */
  readonly mutations: Counter<'mutation' | 'outcome'>;
  /** Of those, the ones that were answered from what is remembered. */
  readonly mutationReplays: Counter<'mutation'>;
  /** Shows the state of breaker and bulkheads from now on. */
  watchUpstream(state: UpstreamState): void;
  /** Shows how many operations are running. */
  watchOperations(running: () => number): void;
}

const BREAKER_VALUES = { closed: 0, 'half-open': 1, open: 2 } as const;
const TRAFFIC = ['read', 'change'] as const;

export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `gateway_${name}`, help, labelNames, registers: [registry] });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[], look?: (of: Gauge<L>) => void) =>
    new Gauge({
      name: `gateway_${name}`,
      help,
      labelNames,
      registers: [registry],
      ...(look && {
        collect() {
          look(this);
        },
      }),
    });
  return {
    registry,
    upstreamRequests: counter('upstream_requests_total', 'HTTP requests sent to the OffBlocks API', [
      'method',
      'route',
      'status',
    ]),
    upstreamDurationSeconds: new Histogram({
      name: 'gateway_upstream_request_duration_seconds',
      help: 'From the request leaving to the last byte of the answer, one try',
      labelNames: ['method', 'route'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
    upstreamRetries: counter('upstream_retries_total', 'Requests to the API that were repeated', ['route', 'reason']),
    upstreamRetriesRefused: counter('upstream_retries_refused_total', 'Repetitions that the retry budget refused', [
      'route',
    ]),
    upstreamRefusals: counter('upstream_refusals_total', 'Requests to the API that were not sent', [
      'traffic',
      'reason',
    ]),
    upstreamBreakerChanges: counter('upstream_breaker_changes_total', 'Changes of the breaker, by the new state', [
      'state',
    ]),
    operationsShed: counter('operations_shed_total', 'Operations refused with 503 for want of room'),
    signatures: counter('signatures_total', 'HTTP message signatures made'),
    cacheReads: counter('cache_reads_total', 'Reads of the entity cache', ['resource', 'result']),
    cacheInvalidations: counter('cache_invalidations_total', 'Tags that were given a fresh generation'),
    sharedStoreState: gauge(
      'shared_store_state',
      'Which state the Redis that gateways share is in: 1 up, settling or down',
      ['state'],
    ),
    otherGateways: gauge('other_gateways', 'Other gateways on the same Redis, alive or silent', ['state']),
    batchPlans: counter('batch_plans_total', 'How batches of reads were carried out', ['resource', 'choice']),
    unknownEnumValues: counter(
      'unknown_enum_values_total',
      'Enum values from the API that this version does not know',
      ['enum'],
    ),
    mutations: counter('mutations_total', 'Mutations by outcome', ['mutation', 'outcome']),
    mutationReplays: counter('mutation_replays_total', 'Mutations that were answered with an earlier answer', [
      'mutation',
    ]),
    watchUpstream(state) {
      gauge('upstream_breaker_state', '0 closed, 1 half-open, 2 open', [], (of) =>
        of.set(BREAKER_VALUES[state.breakerState()]),
      );
      gauge('upstream_running', 'Requests to the API under way', ['traffic'], (of) => {
        for (const traffic of TRAFFIC) of.set({ traffic }, state.running(traffic));
      });
      gauge('upstream_queued', 'Requests to the API that wait for a place', ['traffic'], (of) => {
        for (const traffic of TRAFFIC) of.set({ traffic }, state.queued(traffic));
      });
    },
    watchOperations(running) {
      gauge('operations_running', 'GraphQL operations under way', [], (of) => of.set(running()));
    },
  };
}
