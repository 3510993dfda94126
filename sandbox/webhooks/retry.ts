import type { DeliverySettings } from './settings.js';

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
