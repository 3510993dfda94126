import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveMetrics } from '../../observability/live-metrics.js';
import type { LiveEntity, Selection } from './live-entity.js';
import type { LiveHub } from './live-hub.js';

/** Live updates for one caller. */
export interface LiveFeed {
  /** The states of what is selected as they change, as far as this caller may see them at that moment. */
  watch(selection: Selection): AsyncIterableIterator<LiveEntity>;
}

export interface LiveFeedOptions {
  hub: Pick<LiveHub, 'watch'>;
  /** Decides anew for each event, from what the cache says then; rejects when that cannot be read. */
  isVisible(selection: Selection, entity: LiveEntity): Promise<boolean>;
  metrics: Pick<LiveMetrics, 'deliveries'>;
  retryDelaysMs?: readonly number[];
}

const RETRY_DELAYS_MS = [250, 1_000, 4_000];

export function createLiveFeed(options: LiveFeedOptions): LiveFeed {
  const { hub, isVisible, metrics, retryDelaysMs = RETRY_DELAYS_MS } = options;

  async function decide(selection: Selection, entity: LiveEntity): Promise<boolean> {
    for (const delayMs of retryDelaysMs) {
      try {
        return await isVisible(selection, entity);
      } catch {
        await sleep(delayMs, undefined, { ref: false });
      }
    }
    return isVisible(selection, entity);
  }

  return {
    watch(selection) {
      const states = hub.watch(selection);
      return {
        async next() {
          for (;;) {
            const result = await states.next();
            if (result.done) return result;
            // Where it cannot be decided, the stream ends with an error: nothing is shown unseen, nothing left out unsaid.
            const isShown = await decide(selection, result.value).catch(async (error: unknown) => {
              await states.return?.();
              throw error;
            });
            metrics.deliveries.inc({ result: isShown ? 'sent' : 'hidden' });
            if (isShown) return result;
          }
        },
        return: async () => {
          await states.return?.();
          return { value: undefined, done: true };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}
