import type { Registry } from 'prom-client';
import { callbackUrlOf } from './events/registration/callback-url.js';
import { startRegistrationCheck } from './events/registration/registration-check.js';
import { createSubscriptionsApi } from './events/registration/subscriptions-api.js';
import { type ResyncSettings, startResync } from './events/resync/start-resync.js';
import { createResyncMetrics } from './observability/resync-metrics.js';

export interface BackgroundOptions extends Omit<ResyncSettings, 'metrics' | 'intervalSeconds'> {
  /** Where the API has to deliver to. Null: nobody looks whether it does. */
  registration: { publicUrl: URL; secret: string } | null;
  /** 0: lists are never compared. */
  resyncIntervalSeconds: number;
  registry: Registry;
}

/** Starts what a gateway does without being asked. None of it keeps the gateway from starting, answering or ending. */
export function startBackground(options: BackgroundOptions): { close(): Promise<void> } {
  const { registration, resyncIntervalSeconds: intervalSeconds, registry, ...settings } = options;
  const { client, logger } = settings;
  const stopCheck =
    registration &&
    startRegistrationCheck({
      subscriptions: createSubscriptionsApi(client),
      callbackUrl: callbackUrlOf(registration),
      logger,
    });
  const resync =
    intervalSeconds > 0 ? startResync({ ...settings, intervalSeconds, metrics: createResyncMetrics(registry) }) : null;
  return {
    async close() {
      stopCheck?.();
      await resync?.close();
    },
  };
}
