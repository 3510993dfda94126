import type { GraphQLSchema } from 'graphql';
import type { GatewayConfig } from '../../config/gateway-config.js';
import type { SharedStore } from '../../datasources/cache/cache-stores.js';
import type { Logger } from '../../observability/logger.js';
import type { Metrics } from '../../observability/metrics.js';
import { createDocumentSource } from '../trusted-documents/document-source.js';
import { type ManifestFile, openManifestFile } from '../trusted-documents/manifest-file.js';
import { createManifestReview } from '../trusted-documents/manifest-review.js';
import { createUntrustedReport } from '../trusted-documents/untrusted-report.js';
import { createLimitMetrics } from './limit-metrics.js';
import { createOperationGuard, type OperationGuard } from './operation-guard.js';
import { hashOf } from './prepared-documents.js';
import { createRateLimiter } from './rate-limiter.js';

/** The settings behind the guard, as they stand in the configuration. */
export type GuardSettings = Pick<
  GatewayConfig,
  'limits' | 'rateLimit' | 'trustedDocuments' | 'automaticPersistedQueries'
>;

export interface OpenGuardOptions {
  settings: GuardSettings;
  schema: GraphQLSchema;
  introspection: boolean;
  /** Null: budgets are in the memory of this gateway. */
  shared: SharedStore | null;
  metrics: Metrics;
  logger: Logger;
  now: () => Date;
}

export interface OpenGuard {
  guard: OperationGuard;
  /** Stops following the manifest. */
  close(): void;
}

/**
 * Puts the guard together with its stores, and reads the manifest, which it follows from then on.
 * @throws {ManifestError} when the manifest cannot be used
 */
export async function openOperationGuard(options: OpenGuardOptions): Promise<OpenGuard> {
  const { settings, schema, introspection, shared, logger, now } = options;
  const { limits, rateLimit, automaticPersistedQueries: automatic } = settings;
  const { mode, file: path } = settings.trustedDocuments;
  const metrics = createLimitMetrics(options.metrics.registry);

  let file: ManifestFile | null = null;
  if (mode !== 'off' && path !== null) {
    const review = createManifestReview({ schema, limits, logger });
    const onProblem = (err: Error) => logger.warn({ err }, 'trusted documents: the manifest loaded before stays');
    file = await openManifestFile({ path, onChange: review, onProblem });
    review(file.current);
  }

  const guard = createOperationGuard({
    schema,
    limits,
    introspection,
    documents: createDocumentSource({
      mode,
      manifest: () => file?.current ?? null,
      automatic,
      hashOf,
      onUntrusted: createUntrustedReport({ mode, logger, count: () => metrics.untrustedDocuments.inc({ mode }) }),
    }),
    rateLimiter:
      rateLimit === 'off'
        ? null
        : createRateLimiter({
            limit: rateLimit,
            shared,
            now: () => now().getTime(),
            onFallback: () => metrics.rateLimitFallbacks.inc(),
          }),
    onRefusal: (code) => metrics.refusedOperations.inc({ code }),
  });
  return { guard, close: () => file?.close() };
}
