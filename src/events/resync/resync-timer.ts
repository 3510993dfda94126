import type { Logger } from '../../observability/logger.js';
import type { Resync } from './resync.js';
import type { ResyncTurns } from './resync-turns.js';

/** Told how each pass went, for metrics. */
export type ResyncListener = (outcome: 'done' | 'failed' | 'skipped', changes: readonly ResyncedCount[]) => void;

interface ResyncedCount {
  kind: string;
  changed: number;
}

/**
 * Resynchronises at intervals, in one node at a time and never twice at once. It keeps neither the process alive nor its end
 * waiting. Returns a function that ends it.
 */
export function startResyncTimer(options: {
  resync: Resync;
  turns: ResyncTurns;
  intervalMs: number;
  logger: Logger;
  now: () => Date;
  onPass?: ResyncListener;
  random?: () => number;
}): () => void {
  const { resync, turns, intervalMs, logger, now, onPass = () => {}, random = Math.random } = options;
  const ending = new AbortController();
  const { signal } = ending;
  let timer: NodeJS.Timeout | undefined;

  async function pass(): Promise<void> {
    const startedAt = now();
    try {
      const since = await turns.take(startedAt);
      if (since === null || signal.aborted) {
        onPass('skipped', []);
        return;
      }
      const kinds = await resync.run({ since, signal });
      await turns.finish(startedAt);
      onPass('done', kinds);
      const changed = kinds.reduce((sum, kind) => sum + kind.changed, 0);
      logger.info({ since: since.toISOString(), changed }, 'compared with the lists of the API');
    } catch (err) {
      if (signal.aborted) return;
      onPass('failed', []);
      logger.warn({ err }, 'the comparison with the lists of the API has failed; the next one makes up for it');
    }
  }

  function schedule(): void {
    // Not all nodes of a fleet at the same moment, though one of them has the turn.
    timer = setTimeout(
      () => {
        void pass().then(() => {
          if (!signal.aborted) schedule();
        });
      },
      intervalMs * (0.95 + random() / 10),
    );
    timer.unref();
  }
  schedule();

  return () => {
    ending.abort();
    clearTimeout(timer);
  };
}
