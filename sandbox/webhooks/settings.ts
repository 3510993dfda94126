import { badRequest } from '../errors.js';
import type { JsonObject } from '../programme/body.js';

/** How deliveries are repeated, doubled, disordered, delayed, lost and signed. */
export interface DeliverySettings {
  /** Repetitions that follow a failure at once. */
  immediateRetries: number;
  /** First waiting time after those; it doubles each time. */
  firstBackoffMs: number;
  maxBackoffMs: number;
  /** A delivery is dropped when it could not be made for this long. */
  giveUpAfterMs: number;
  /** Longest wait for the receiver's answer. */
  timeoutMs: number;
  /** Time from an event to the first attempt. */
  delayMs: number;
  /** Share of the deliveries, 0 to 1, that are sent twice. */
  duplicateRate: number;
  /** Share of the deliveries, 0 to 1, that are overtaken by later ones. */
  disorderRate: number;
  /** How long a delivery is held back so that later ones overtake it. */
  holdBackMs: number;
  /** Share of the deliveries, 0 to 1, that are dropped without an attempt: what 24 hours without a receiver do. */
  lossRate: number;
  /** Whether deliveries carry a signature (RFC 9421) by the sandbox's own key. The documentation shows none. */
  isSigned: boolean;
  /** Deliveries that may wait, for all subscribers together; what comes above that is dropped. */
  maxWaiting: number;
  /** Retries and held-back deliveries under way at a time; first attempts go one by one for each subscriber. */
  maxParallel: number;
  /** Numbers from 0 (included) to 1 (excluded). */
  random: () => number;
}

/** What can be changed while the sandbox runs. */
export type DeliverySettingsPatch = Partial<Omit<DeliverySettings, 'random'>>;

/**
 * Some retries at once, then jittered exponential back-off, dropped after 24 hours, as
 * https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/webhooks says; the numbers are not published.
 */
export const DEFAULT_DELIVERY_SETTINGS: DeliverySettings = {
  immediateRetries: 2,
  firstBackoffMs: 1000,
  maxBackoffMs: 3_600_000,
  giveUpAfterMs: 86_400_000,
  timeoutMs: 5000,
  delayMs: 0,
  duplicateRate: 0,
  disorderRate: 0,
  holdBackMs: 50,
  lossRate: 0,
  isSigned: false,
  maxWaiting: 20_000,
  maxParallel: 16,
  random: Math.random,
};

type Kind = 'count' | 'milliseconds' | 'share' | 'boolean';
type PatchName = keyof DeliverySettingsPatch;

const KINDS: Readonly<Record<PatchName, Kind>> = {
  immediateRetries: 'count',
  firstBackoffMs: 'milliseconds',
  maxBackoffMs: 'milliseconds',
  giveUpAfterMs: 'milliseconds',
  timeoutMs: 'milliseconds',
  delayMs: 'milliseconds',
  duplicateRate: 'share',
  disorderRate: 'share',
  holdBackMs: 'milliseconds',
  lossRate: 'share',
  isSigned: 'boolean',
  maxWaiting: 'count',
  maxParallel: 'count',
};

/** Longer ones would overflow a timer of Node (2^31 ms). */
const MAX_MS = 2_000_000_000;
const MAX_COUNT = 100_000;

const CHECKS: Readonly<Record<Kind, { accepts: (value: unknown) => boolean; form: string }>> = {
  count: { accepts: (value) => isIntegerTo(value, MAX_COUNT), form: `an integer from 0 to ${MAX_COUNT}` },
  milliseconds: { accepts: (value) => isIntegerTo(value, MAX_MS), form: `an integer from 0 to ${MAX_MS}` },
  share: { accepts: isShare, form: 'a number from 0 to 1' },
  boolean: { accepts: (value) => typeof value === 'boolean', form: 'true or false' },
};

/** Reads a change of settings; 400 for a name that is none and for a value out of bounds. */
export function parseSettingsPatch(body: JsonObject): DeliverySettingsPatch {
  for (const [name, value] of Object.entries(body)) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name as PatchName] : undefined;
    if (kind === undefined) throw badRequest(`${name} is none of ${Object.keys(KINDS).join(', ')}`);
    if (!CHECKS[kind].accepts(value)) throw badRequest(`${name} must be ${CHECKS[kind].form}`);
  }
  if (body.maxParallel === 0) throw badRequest('maxParallel must be 1 at least');
  return body as DeliverySettingsPatch;
}

export function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isIntegerTo(value: unknown, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}
