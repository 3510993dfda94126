import { runExactlyOnce } from '../../../bench/exactly-once/exactly-once-run.js';
import { FAULT_NAMES, REPEATS } from '../../../bench/exactly-once/matrix.js';
import { describeProblems } from '../../../bench/exactly-once/report.js';
import { describeWithRedis } from '../../support/redis.js';

// The same run with a thousand creations and more: `npm run bench:exactly-once`.
describeWithRedis('a card that is created while something breaks', () => {
  it('is created once, and every repetition with its key is given that card, whatever breaks and however it is repeated', async () => {
    const { trials, executions, missing } = await runExactlyOnce({ rounds: 1 });
    expect(trials).toHaveLength(FAULT_NAMES.length * REPEATS.length);
    expect(describeProblems({ trials, executions, missing, elapsedMs: 0 })).toEqual([]);
    // By the count of the API: one mutation for each trial, and one more where another caller had the same key.
    expect(executions).toEqual({ 1: trials.length + FAULT_NAMES.length });
    expect(missing).toBe(0);
    // Faults that nobody notices would prove nothing.
    const unanswered = trials.filter(({ first }) => first.startsWith('open'));
    expect(unanswered.length).toBeGreaterThan(trials.length / 4);
  });
});
