import pino, { type DestinationStream, type Logger } from 'pino';
import { LOG_FIELDS } from './log-fields.js';
import { redactText } from './redact.js';

export type { Logger };
export { redactText };

const MAX_TEXT_LENGTH = 300;

const safeText = (text: string) => redactText(text.slice(0, 4 * MAX_TEXT_LENGTH)).slice(0, MAX_TEXT_LENGTH);

/**
 * What may be said of an error in a log line: its class, its code and its redacted message, and the same of its causes.
 * Never its other properties: libraries hang requests, headers and bodies on them.
 */
export function describeError(error: unknown, depth = 3): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  return {
    type: safeText(error.name),
    // A syntax error quotes what it could not read.
    ...(!(error instanceof SyntaxError) && { message: safeText(error.message) }),
    ...(typeof code === 'string' && { code: safeText(code) }),
    ...(error.cause !== undefined && depth > 0 && { cause: describeError(error.cause, depth - 1) }),
  };
}

/** What is written of a property: plain values, texts redacted. Objects could hold anything. */
function safeValue(name: string, value: unknown): unknown {
  if (!Object.hasOwn(LOG_FIELDS, name)) return '[not listed]';
  if (name === 'err') return value;
  if (typeof value === 'string') return safeText(value);
  return typeof value === 'object' && value !== null ? `[${Array.isArray(value) ? 'list' : 'object'}]` : value;
}

function safeProperties(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, safeValue(name, value)]));
}

/**
 * JSON lines, by allow list: only the properties of `LOG_FIELDS` are written, plain values only, and every text is redacted.
 * Nothing is logged as a whole (no request, no headers, no variables, no upstream body). `err` goes through `describeError`.
 */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: safeProperties },
    serializers: { err: describeError },
    hooks: {
      logMethod(words, write) {
        const safe = words.map((word: unknown) => (typeof word === 'string' ? safeText(word) : word));
        write.apply(this, safe as typeof words);
      },
    },
  };
  return pino(settings, options.destination ?? pino.destination({ fd: 2, sync: false }));
}
