import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './observability/logger.js';

/** How long everything is still served while `/health/ready` says that no more should come: a second for balancers to notice. */
export const NOTICE_MS = 1_000;

/** What a shell says of a process that a signal has ended: 128 and the number of the signal. */
const EXIT_BY_SIGNAL = { SIGTERM: 143, SIGINT: 130 } as const;

/** Still at work when the grace time was over. */
const EXIT_CUT_OFF = 1;

export interface ShutdownOptions {
  beginDrain(): void;
  /** Stops to listen and waits for what runs. */
  close(): Promise<void>;
  /** From the first signal to the end, at the latest. */
  graceMs: number;
  noticeMs?: number;
  logger: Logger;
  exit(code: number): void;
}

/**
 * What a signal does. The first one: no longer ready, a moment for load balancers to notice, no more connections, wait for what
 * runs, exit 0; exit 1 where the grace time is over before. A person who waits at a terminal (SIGINT) needs no balancer to
 * notice. A second signal ends the process at once.
 */
export function createShutdown(options: ShutdownOptions): (signal: 'SIGTERM' | 'SIGINT') => Promise<void> {
  const { beginDrain, close, graceMs, noticeMs = NOTICE_MS, logger, exit } = options;
  let isClosing = false;

  return async function shutDown(signal) {
    if (isClosing) {
      logger.warn({ signal }, 'told twice: ending at once');
      return exit(EXIT_BY_SIGNAL[signal]);
    }
    isClosing = true;
    logger.info({ signal }, 'closing');
    const overtime = setTimeout(() => {
      logger.error('the grace time is over, and something still runs');
      exit(EXIT_CUT_OFF);
    }, graceMs);
    beginDrain();
    if (signal === 'SIGTERM') await sleep(Math.min(noticeMs, graceMs / 2));
    try {
      await close();
    } catch (err) {
      logger.error({ err }, 'closing failed');
      return exit(EXIT_CUT_OFF);
    } finally {
      clearTimeout(overtime);
    }
    exit(0);
  };
}
