import pino from 'pino';
import type { Logger } from './logger.js';

/** Where the audit lines go; a file is appended to, and made with mode 0600 if it is not there. */
export type AuditTarget = 'stdout' | 'stderr' | 'off' | { readonly file: string };

/** Who did it. */
export interface AuditActor {
  requestId: string;
  /** Null: nobody, as there was no access token. */
  caller: { subject: string; callerId: string; customerId: string | null } | null;
}

/** What became of a mutation that was tried. */
export interface SettledMutation {
  mutation: string;
  /** The client's idempotency key. */
  key: string;
  /** Of what was created, changed or ended, or was to be; null when that is not known. */
  entityId: string | null;
  outcome: string;
  /** Of the last answer of the API; null when there was none. */
  upstreamStatus: number | null;
  durationMs: number;
  /** Whether the answer is the repetition of an earlier one. */
  replayed: boolean;
}

/** A mutation that the gateway turned away before anything was tried. */
export interface RefusedMutation {
  mutation: string;
  /** Of the error that the client got, e.g. `FORBIDDEN`. */
  code: string;
}

/** One line for each mutation that was asked for: who, what, which entity, with which key, and what came of it (docs/adr/0018). */
export interface AuditLog {
  settled(actor: AuditActor, mutation: SettledMutation): void;
  refused(actor: AuditActor, mutation: RefusedMutation): void;
  /** Writes what is still held, and takes no more. */
  close(): Promise<void>;
}

/** `now` and, in tests, where lines go instead. */
export interface AuditLogOptions {
  target: AuditTarget | { write(line: string): void };
  /** Hears that lines could not be written. */
  logger?: Logger;
  now?: () => Date;
}

interface Sink {
  write(line: string): void;
  close(): Promise<void>;
}

const MAX_SUBJECT_LENGTH = 255;

/** Throws what the file system says when the file cannot be opened. */
export function createAuditLog(options: AuditLogOptions): AuditLog {
  const { now = () => new Date() } = options;
  const sink = openSink(options);

  function write({ requestId, caller }: AuditActor, line: object): void {
    const { subject, callerId, customerId } = caller ?? { subject: null, callerId: null, customerId: null };
    const who = { requestId, subject: subject?.slice(0, MAX_SUBJECT_LENGTH) ?? null, callerId, customerId };
    sink.write(`${JSON.stringify({ stream: 'audit', time: now().toISOString(), ...who, ...line })}\n`);
  }

  return {
    // Property by property, so that nothing gets in that somebody adds to what settles.
    settled: (actor, { mutation, key, entityId, outcome, upstreamStatus, durationMs, replayed }) =>
      write(actor, {
        ...{ mutation, entityId, idempotencyKey: key, outcome, code: null, replayed },
        ...{ upstreamStatus, durationMs: Math.round(durationMs) },
      }),
    refused: (actor, { mutation, code }) =>
      write(actor, {
        ...{ mutation, entityId: null, idempotencyKey: null, outcome: 'refused', code, replayed: false },
        ...{ upstreamStatus: null, durationMs: 0 },
      }),
    close: () => sink.close(),
  };
}

function openSink({ target, logger }: AuditLogOptions): Sink {
  if (target === 'off') return { write: () => {}, close: async () => {} };
  if (typeof target === 'object' && 'write' in target) {
    return { write: (line) => target.write(line), close: async () => {} };
  }
  // A file takes each line before the answer leaves. A pipe may be slow, and must not hold up every request.
  const stream =
    typeof target === 'object'
      ? pino.destination({ dest: target.file, sync: true, append: true, mode: 0o600 })
      : pino.destination({ fd: target === 'stdout' ? 1 : 2, sync: false });
  let isTold = false;
  let isClosed = false;
  stream.on('error', (error: Error) => {
    if (!isTold) logger?.error({ err: error }, 'audit lines cannot be written');
    isTold = true;
  });
  stream.on('write', () => {
    isTold = false;
  });
  return {
    // Its writer refuses loudly what comes after the end: a mutation that outlived the gateway.
    write: (line) => void (isClosed || stream.write(line)),
    close: () =>
      new Promise((resolve) => {
        if (isClosed) return resolve();
        isClosed = true;
        stream.once('close', resolve);
        stream.once('error', () => resolve());
        stream.end();
      }),
  };
}
