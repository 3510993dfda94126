import { parseEnv } from '../../src/config/parse-env.js';
import type { StreamLimits } from '../../src/http/streams/stream-limits.js';
import { launch } from '../../src/launch.js';
import { createLogger } from '../../src/observability/logger.js';
import { closeAfterAll } from './teardown.js';

/** A gateway with an embedded sandbox whose live connections have other bounds than usual. */
export async function launchWithStreamLimits(streamLimits: Partial<StreamLimits>, env: Record<string, string> = {}) {
  const logger = createLogger({ level: 'silent' });
  const launched = await launch({ config: parseEnv({ PORT: '0', ...env }), logger, streamLimits });
  closeAfterAll(launched.close);
  const { url, metrics } = launched.gateway;
  return {
    url,
    async token(): Promise<string> {
      const response = await fetch(`${url}/dev/token`, { method: 'POST' });
      return ((await response.json()) as { token: string }).token;
    },
    async subscribers(): Promise<number> {
      const values = (await metrics.registry.getSingleMetric('gateway_live_subscribers')?.get())?.values ?? [];
      return values.reduce((sum, { value }) => sum + value, 0);
    },
  };
}
