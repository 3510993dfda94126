import type { TrustedDocumentsMode } from '../../config/gateway-config.js';
import type { Logger } from '../../observability/logger.js';

/** Documents that are reported one by one; more of them are only counted. */
const MAX_REPORTED = 1_000;

/** Counts requests for documents that are not in the manifest, and logs the hash of each such document once. */
export function createUntrustedReport(options: {
  mode: TrustedDocumentsMode;
  logger: Logger;
  count: () => void;
}): (documentHash: string) => void {
  const { mode, logger, count } = options;
  const reported = new Set<string>();
  return (documentHash) => {
    count();
    if (reported.has(documentHash) || reported.size >= MAX_REPORTED) return;
    reported.add(documentHash);
    logger.warn({ mode, documentHash }, 'a document is not in the manifest of trusted documents');
  };
}
