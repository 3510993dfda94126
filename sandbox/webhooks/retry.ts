/** How deliveries are repeated, doubled and disordered. */
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
  /** Share of the deliveries, 0 to 1, that are sent twice. */
  duplicateRate: number;
  /** Share of the deliveries, 0 to 1, that are overtaken by later ones. */
  disorderRate: number;
  /** How long a delivery is held back so that later ones overtake it. */
  holdBackMs: number;
  /** Numbers from 0 (included) to 1 (excluded). */
  random: () => number;
}

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
  duplicateRate: 0,
  disorderRate: 0,
  holdBackMs: 50,
  random: Math.random,
};

/**
 * How long to wait, in milliseconds, before the next attempt; `undefined` when the delivery is to be dropped.
 * `failures` counts the attempts so far, `ageMs` is the time since the first. Back-off has full jitter.
 */
export function nextRetryDelay({
  failures,
  ageMs,
  settings,
}: {
  failures: number;
  ageMs: number;
  settings: DeliverySettings;
}): number | undefined {
  if (ageMs >= settings.giveUpAfterMs) return undefined;
  if (failures <= settings.immediateRetries) return 0;
  const exponent = Math.min(failures - settings.immediateRetries - 1, 40);
  return settings.random() * Math.min(settings.firstBackoffMs * 2 ** exponent, settings.maxBackoffMs);
}
