import type { GatewayProcess } from './gateway-process.js';
import type { Shape } from './shapes.js';

/** One stretch of requests, each sent when the one before is answered. */
export interface Sample {
  requestsPerSecond: number;
  /** Of the gateway's process. */
  cpuMsPerRequest: number;
}

/** All samples of one plan, in the order of the rounds, and the medians over them, each figure for itself. */
export interface Measured extends Sample {
  upstreamCalls: number;
  samples: readonly Sample[];
}

/** Longest time for one sample; at least two requests are sent. */
const SAMPLE_MS = 150;
const MIN_REQUESTS = 2;
const WARM_UP_MS = 400;

/** Until the code is compiled and the costs are known. */
export async function warmUp(gateway: GatewayProcess, shape: Shape, accountIds: readonly string[]): Promise<void> {
  const endAt = performance.now() + WARM_UP_MS;
  do await gateway.query(shape.next(accountIds));
  while (performance.now() < endAt);
}

export async function takeSample(
  gateway: GatewayProcess,
  shape: Shape,
  accountIds: readonly string[],
): Promise<Sample> {
  const cpuBefore = await gateway.cpuMs();
  const startedAt = performance.now();
  let requests = 0;
  let elapsedMs = 0;
  while (requests < MIN_REQUESTS || elapsedMs < SAMPLE_MS) {
    await gateway.query(shape.next(accountIds));
    requests += 1;
    elapsedMs = performance.now() - startedAt;
  }
  const cpuMs = (await gateway.cpuMs()) - cpuBefore;
  return { requestsPerSecond: (requests * 1_000) / elapsedMs, cpuMsPerRequest: cpuMs / requests };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

export function summarise(samples: readonly Sample[], upstreamCalls: number): Measured {
  return {
    upstreamCalls,
    samples,
    requestsPerSecond: median(samples.map(({ requestsPerSecond }) => requestsPerSecond)),
    cpuMsPerRequest: median(samples.map(({ cpuMsPerRequest }) => cpuMsPerRequest)),
  };
}
