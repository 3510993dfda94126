import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

const MAX_REMEMBERED = 1_000;
/** What enum values of the API look like. Anything else in their place may be anything. */
const NAME = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+){0,5}$/i;
const MAX_LENGTH = 48;

/** Counts every enum value of the API that this version does not know, and logs each once. */
export function createUnknownValueListener(options: {
  logger: Logger;
  metrics: Metrics;
}): (enumName: string, value: string) => void {
  const { logger, metrics } = options;
  const seen = new Set<string>();
  return (enumName, value) => {
    metrics.unknownEnumValues.inc({ enum: enumName });
    const known = `${enumName}:${value}`;
    if (seen.has(known) || seen.size >= MAX_REMEMBERED) return;
    seen.add(known);
    logger.warn(
      { enum: enumName, value: value.length <= MAX_LENGTH && NAME.test(value) ? value : '[not a name]' },
      'the API sent an enum value that this version does not know',
    );
  };
}
