import { createStoreHealth, type StoreHealth, type StoreState } from '../../../src/datasources/cache/store-health.js';
import { fc } from '../../support/fast-check.js';

const INTERVAL_MS = 100;
const SETTLE_MS = 1_500;

interface HeldBeat {
  succeed(): void;
  fail(): void;
}

/** A breaker whose heartbeats are answered by hand and whose time passes by hand. */
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

function setUp() {
  const beats: HeldBeat[] = [];
  const states: StoreState[] = [];
  const heard: StoreState[] = [];
  const health = createStoreHealth({
    beat: () =>
      new Promise<void>((resolve, reject) => {
        beats.push({ succeed: resolve, fail: () => reject(new Error('not acknowledged')) });
      }),
    intervalMs: INTERVAL_MS,
    settleMs: SETTLE_MS,
    now: () => Date.now(),
    onChange: (state) => states.push(state),
  });
  health.onHeartbeat(() => heard.push(health.state()));
  /** The heartbeat that is under way ends, and the next one leaves when it is due. */
  async function answer(how: keyof HeldBeat, takingMs = 0) {
    await pass(takingMs);
    beats.at(-1)?.[how]();
    await pass(INTERVAL_MS);
  }
  return { health, beats, states, heard, answer };
}

async function untilUp({ health, answer }: { health: StoreHealth; answer: (how: 'succeed') => Promise<void> }) {
  while (health.state() !== 'up') await answer('succeed');
}

describe('what a node thinks of the shared store', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is nothing good before the first heartbeat got through', async () => {
    const { health, beats } = setUp();
    expect([health.state(), beats.length]).toEqual(['down', 1]);
    await pass(700);
    expect([health.state(), health.downForMs()]).toEqual(['down', 700]);
  });

  it('is that it settles, until it has answered for long enough', async () => {
    const { health, answer, states } = setUp();
    await answer('succeed');
    expect([health.state(), health.downForMs()]).toEqual(['settling', 0]);
    while (states.length < 2) {
      expect(health.state()).toBe('settling');
      await answer('succeed');
    }
    expect([health.state(), Date.now() >= SETTLE_MS]).toEqual(['up', true]);
    await pass(INTERVAL_MS);
    expect(states).toEqual(['settling', 'up']);
  });

  it.each([0, 14])('begins to settle anew after a heartbeat that failed (%i heartbeats later)', async (before) => {
    const { health, answer } = setUp();
    for (let i = 0; i <= before; i += 1) await answer('succeed');
    expect(health.state()).toBe('settling');
    await answer('fail');
    expect(health.state()).toBe('down');
    for (let i = 0; i < SETTLE_MS / INTERVAL_MS; i += 1) {
      await answer('succeed');
      expect(health.state()).toBe('settling');
    }
    await answer('succeed');
    expect(health.state()).toBe('up');
  });

  it('is not good because of a heartbeat that had left before the time was over, however late it is answered', async () => {
    const { health, answer } = setUp();
    await answer('succeed');
    await answer('succeed', 5 * SETTLE_MS);
    expect(health.state()).toBe('settling');
    await answer('succeed');
    expect(health.state()).toBe('up');
  });

  it('turns bad with one failed heartbeat, counted from when it failed', async () => {
    const { health, answer, beats } = setUp();
    await untilUp({ health, answer });
    await pass(40);
    expect(health.downForMs()).toBe(0);
    beats.at(-1)?.fail();
    await pass(0);
    expect([health.state(), health.downForMs()]).toEqual(['down', 0]);
    await pass(60);
    expect(health.downForMs()).toBe(60);
    await answer('fail');
    expect(health.downForMs()).toBe(160);
  });

  it('turns bad at once with a call that failed, and the time is not counted anew by further ones', async () => {
    const { health, answer, states } = setUp();
    await untilUp({ health, answer });
    health.reportFailure();
    expect(health.state()).toBe('down');
    await pass(30);
    health.reportFailure();
    expect(health.downForMs()).toBe(30);
    expect(states.at(-1)).toBe('down');
    await answer('succeed');
    expect([health.state(), health.downForMs()]).toEqual(['settling', 0]);
    health.reportFailure();
    expect(health.state()).toBe('down');
  });

  it('is told to who listens after each heartbeat that got through, the state already being the new one', async () => {
    const { heard, answer } = setUp();
    await answer('fail');
    expect(heard).toEqual([]);
    await answer('succeed');
    await answer('fail');
    await answer('succeed');
    expect(heard).toEqual(['settling', 'settling']);
  });
});

describe('heartbeats', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('never run two at a time, however long one takes', async () => {
    const { beats, answer } = setUp();
    await pass(10 * INTERVAL_MS);
    expect(beats).toHaveLength(1);
    await answer('succeed');
    expect(beats).toHaveLength(2);
  });

  it.each(['succeed', 'fail'] as const)('go on after one that ended (%s)', async (how) => {
    const { beats, answer } = setUp();
    for (let i = 1; i <= 5; i += 1) {
      expect(beats).toHaveLength(i);
      await answer(how);
    }
  });

  it.each(['under way', 'due'])('end when stopped while one is %s', async (when) => {
    const { health, beats, answer } = setUp();
    if (when === 'due') {
      beats.at(-1)?.succeed();
      await pass(INTERVAL_MS / 2);
    }
    health.stop();
    await answer('succeed');
    await pass(10 * INTERVAL_MS);
    expect(beats).toHaveLength(1);
  });

  it('are so frequent that an outage is noticed within an interval and a deadline, however slow the last answer was', async () => {
    const deadlineMs = INTERVAL_MS;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 500 }),
        fc.array(fc.nat({ max: deadlineMs }), { minLength: 1 }),
        async (atMs, waysMs) => {
          jest.clearAllTimers();
          const startedAt = Date.now();
          const outageAt = startedAt + atMs;
          let beats = 0;
          const health = createStoreHealth({
            // The store answers what reaches it before the outage; each answer is on its way for as long as a call may last.
            async beat() {
              const isAnswered = Date.now() < outageAt;
              const afterMs = isAnswered ? (waysMs[beats++ % waysMs.length] ?? 0) : deadlineMs;
              await new Promise((resolve) => setTimeout(resolve, afterMs));
              if (!isAnswered) throw new Error('no answer');
            },
            intervalMs: INTERVAL_MS,
            settleMs: 0,
            now: () => Date.now(),
          });
          await pass(atMs);
          for (let leftMs = INTERVAL_MS + deadlineMs; leftMs > 0 && health.state() !== 'down'; leftMs -= 1)
            await pass(1);
          expect(health.state()).toBe('down');
          health.stop();
        },
      ),
      { numRuns: 30 },
    );
  });
});
