import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** Runs of 13 to 19 digits (ISO/IEC 7812 card numbers), with the blanks and dashes that people put into them. */
const CARD_NUMBER = /\b\d(?:[ -]?\d){12,18}\b/g;
const JSON_WEB_TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const PEM_BLOCK = /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g;

/** Takes out of a text whatever looks like a card number, a token or a key. For error messages from libraries. */
export function redactText(text: string): string {
  return text.replace(PEM_BLOCK, '[key]').replace(JSON_WEB_TOKEN, '[token]').replace(CARD_NUMBER, '[digits]');
}

/**
 * What may be said of an error in a log line: its class, its code and its redacted message, and the same of its causes.
 * Never its other properties: libraries hang requests, headers and bodies on them.
 */
export function describeError(error: unknown, depth = 3): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    message: redactText(error.message).slice(0, 300),
    ...(typeof code === 'string' && { code }),
    ...(error.cause !== undefined && depth > 0 && { cause: describeError(error.cause, depth - 1) }),
  };
}

/**
 * JSON lines. Callers name each property that they log; nothing is logged as a whole (no request, no headers, no
 * variables, no upstream body). `err` goes through `describeError`.
 */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
  };
  return pino(settings, options.destination ?? pino.destination({ fd: 2, sync: false }));
}
