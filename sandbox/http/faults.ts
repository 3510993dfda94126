import { setTimeout as sleep } from 'node:timers/promises';
import { badRequest } from '../errors.js';
import { type JsonObject, readObject } from '../programme/body.js';

/** Misbehaviour that can be asked for. `after-commit` kinds carry the request out first. */
export type Fault =
  /** The execution begins this much later; the idempotency key is in flight meanwhile. */
  | { kind: 'latency'; ms: number }
  /** Answered with this status, nothing executed. */
  | { kind: 'status'; status: number; retryAfterSeconds?: number }
  /** The connection is reset, nothing executed. */
  | { kind: 'reset' }
  /** Never answered, nothing executed. */
  | { kind: 'hang' }
  /** Executed, then the connection is cut without an answer. */
  | { kind: 'drop-after-commit' }
  /** Executed, and never answered. */
  | { kind: 'hang-after-commit' }
  /** Executed, then answered with this status instead; a repetition with the same key gets the true answer. */
  | { kind: 'status-after-commit'; status: number };

/** A fault and the requests that meet it. */
export interface FaultRule {
  fault: Fault;
  /** Any method when absent. */
  method?: string;
  /** Path below the prefix, where `*` stands for one segment and `**` for any rest, or a route template; any path when absent. */
  path?: string;
  /** How often; without end when absent. */
  times?: number;
  /** From 0 to 1; 1 when absent. */
  probability?: number;
}

interface ActiveRule extends FaultRule {
  id: string;
  left: number;
  pattern: RegExp | undefined;
}

/** The faults that are declared at the moment, in the order of their declaration; the first that fits is acted out. */
export class Faults {
  readonly #rules: ActiveRule[] = [];
  readonly #random: () => number;
  #lastId = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Returns the ID with which `remove` takes the rule back. */
  add(rule: FaultRule): string {
    this.#lastId += 1;
    const id = `fault-${this.#lastId}`;
    this.#rules.push({
      ...rule,
      id,
      left: rule.times ?? Number.POSITIVE_INFINITY,
      pattern: rule.path === undefined ? undefined : compilePattern(rule.path),
    });
    return id;
  }

  list(): (FaultRule & { id: string })[] {
    return this.#rules.map(({ left, pattern: _, ...rule }) => ({
      ...rule,
      ...(Number.isFinite(left) && { times: left }),
    }));
  }

  remove(id: string): boolean {
    const index = this.#rules.findIndex((rule) => rule.id === id);
    if (index === -1) return false;
    this.#rules.splice(index, 1);
    return true;
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** The fault that this request meets, if any; uses up one of its times. */
  take({ method, path }: { method: string; path: string }): Fault | undefined {
    for (const rule of this.#rules) {
      if (rule.method !== undefined && rule.method.toUpperCase() !== method) continue;
      if (rule.pattern && !rule.pattern.test(path)) continue;
      if (rule.probability !== undefined && this.#random() >= rule.probability) continue;
      rule.left -= 1;
      if (rule.left <= 0) this.remove(rule.id);
      return rule.fault;
    }
    return undefined;
  }
}

/** Reads the `X-Sandbox-Fault` header: `latency=300`, `status=503`, `reset`, `hang`, `drop-after-commit`, `hang-after-commit`, `status-after-commit=500`. */
export function parseFaultHeader(header: string): Fault {
  const [kind = '', value = ''] = header.trim().split('=');
  return parseFault({ kind, ms: Number(value), status: Number(value) });
}

/** Reads a rule of the admin interface; throws `ApiError` 400 with what is wrong. */
export function parseFaultRule(body: JsonObject): FaultRule {
  const { method, path, times, probability } = body;
  if (method !== undefined && typeof method !== 'string') throw badRequest('method must be a string');
  if (path !== undefined && typeof path !== 'string') throw badRequest('path must be a string');
  if (times !== undefined && !isIntegerIn(times, 1, 1_000_000)) throw badRequest('times must be a positive integer');
  if (probability !== undefined && !(typeof probability === 'number' && probability >= 0 && probability <= 1)) {
    throw badRequest('probability must be a number from 0 to 1');
  }
  return {
    fault: parseFault(readObject(body.fault, 'fault')),
    ...(method !== undefined && { method }),
    ...(path !== undefined && { path }),
    ...(times !== undefined && { times }),
    ...(probability !== undefined && { probability }),
  };
}

/** Waits for the time of a latency fault; nothing else waits. */
export async function waitForLatency(fault: Fault | undefined): Promise<void> {
  if (fault?.kind === 'latency') await sleep(fault.ms, undefined, { ref: false });
}

function parseFault({ kind, ms, status, retryAfterSeconds }: JsonObject): Fault {
  switch (kind) {
    case 'reset':
    case 'hang':
    case 'drop-after-commit':
    case 'hang-after-commit':
      return { kind };
    case 'latency':
      if (!isIntegerIn(ms, 0, 3_600_000)) throw badRequest('latency needs milliseconds');
      return { kind, ms };
    case 'status':
    case 'status-after-commit':
      if (!isIntegerIn(status, 200, 599)) throw badRequest(`${kind} needs an HTTP status`);
      if (kind === 'status' && isIntegerIn(retryAfterSeconds, 0, 86_400)) return { kind, status, retryAfterSeconds };
      return { kind, status };
    default:
      throw badRequest('unknown kind of fault');
  }
}

function isIntegerIn(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

function compilePattern(path: string): RegExp {
  const source = path
    .replace(/\{[^}/]*\}/g, '*')
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**', '\0')
    .replaceAll('*', '[^/]+')
    .replaceAll('\0', '.*');
  return new RegExp(`^${source}$`);
}
