import type { Resync, ResyncedKind } from '../../../src/events/resync/resync.js';
import { startResyncTimer } from '../../../src/events/resync/resync-timer.js';
import { createLocalTurns, type ResyncTurns } from '../../../src/events/resync/resync-turns.js';
import { createLogger } from '../../../src/observability/logger.js';

const START = Date.parse('2026-11-20T12:00:00Z');
const HOUR_MS = 3_600_000;

/** A timer that goes off at once, until so many passes are over; and what it did. */
async function runPasses(count: number, run: (pass: number) => readonly ResyncedKind[], turns?: ResyncTurns) {
  let passes = 0;
  let atOnce = 0;
  const since: (string | null)[] = [];
  const outcomes: string[] = [];
  const logs: { level: string; changed?: number }[] = [];
  const resync: Resync = {
    async run(request) {
      atOnce += 1;
      expect(atOnce).toBe(1);
      since.push(request.since.toISOString());
      await new Promise(setImmediate);
      atOnce -= 1;
      return run(passes);
    },
  };
  await new Promise<void>((resolve) => {
    const stop = startResyncTimer({
      resync,
      turns: turns ?? createLocalTurns({ intervalMs: HOUR_MS, firstReachMs: 2 * HOUR_MS }),
      intervalMs: 0,
      logger: createLogger({ level: 'info', destination: { write: (line) => void logs.push(JSON.parse(line)) } }),
      now: () => new Date(START + passes * HOUR_MS),
      onPass(outcome) {
        outcomes.push(outcome);
        passes += 1;
        if (passes < count) return;
        stop();
        resolve();
      },
    });
  });
  return { since, outcomes, logs };
}

const found: ResyncedKind[] = [{ kind: 'card', listed: 5, changed: 2 }];

describe('the timer of resynchronisations', () => {
  it('looks back as far as something can be cached, then to where the last pass began', async () => {
    const { since, outcomes } = await runPasses(3, () => found);
    expect(since).toEqual(['2026-11-20T10:00:00.000Z', '2026-11-20T12:00:00.000Z', '2026-11-20T13:00:00.000Z']);
    expect(outcomes).toEqual(['done', 'done', 'done']);
  });

  it('makes up for a pass that failed with the next', async () => {
    const { since, outcomes, logs } = await runPasses(4, (pass) => {
      if (pass === 1 || pass === 2) throw new Error('away');
      return found;
    });
    expect(since).toEqual([
      '2026-11-20T10:00:00.000Z',
      '2026-11-20T12:00:00.000Z',
      '2026-11-20T12:00:00.000Z',
      '2026-11-20T12:00:00.000Z',
    ]);
    expect(outcomes).toEqual(['done', 'failed', 'failed', 'done']);
    expect(logs.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  it('does nothing when it is the turn of another node, or when that cannot be found out', async () => {
    const answers: (() => Promise<Date | null>)[] = [
      async () => null,
      async () => {
        throw new Error('the store is away');
      },
      async () => new Date(START),
    ];
    const finished: Date[] = [];
    const turns: ResyncTurns = {
      take: () => (answers.shift() ?? (async () => null))(),
      async finish(startedAt) {
        finished.push(startedAt);
      },
    };
    const { since, outcomes } = await runPasses(3, () => found, turns);
    expect(outcomes).toEqual(['skipped', 'failed', 'done']);
    expect(since).toHaveLength(1);
    expect(finished).toEqual([new Date(START + 2 * HOUR_MS)]);
  });
});
