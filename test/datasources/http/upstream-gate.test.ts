import { FixedDeadline } from '../../../src/datasources/deadline.js';
import { FailureCount } from '../../../src/datasources/http/failure-count.js';
import { UpstreamBreaker } from '../../../src/datasources/http/upstream-breaker.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { createUpstreamGate, type GatePass, type Traffic } from '../../../src/datasources/http/upstream-gate.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createMetrics } from '../../../src/observability/metrics.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const metrics = createMetrics();
  const limits = { consecutive: 2, share: 0.9, minTries: 1_000, windowMs: 10_000 };
  const breaker = new UpstreamBreaker({ count: new FailureCount({ limits }) });
  const bulkheads = { read: { places: 2, queue: 1 }, change: { places: 1, queue: 1 } };
  const gate = createUpstreamGate({ metrics, logger: createLogger({ level: 'silent' }), breaker, bulkheads });
  const sent: string[] = [];
  const ends: Record<string, (error?: Error) => void> = {};
  /** A request that is under way until `ends[name]` is called. */
  const pass = (name: string, traffic: Traffic = 'read', more: Partial<GatePass> = {}) => {
    const passing = gate.pass({ traffic, route: '/cards', tryTimeoutMs: 5_000, ...more }, () => {
      sent.push(name);
      return new Promise<string>((resolve, reject) => {
        ends[name] = (error) => (error ? reject(error) : resolve(name));
      });
    });
    passing.catch(() => {});
    return passing;
  };
  return { gate, metrics, breaker, pass, sent, ends };
}

describe('the way to the API', () => {
  it('has so many places, a queue as long, and refuses the rest at once', async () => {
    const { pass, sent, ends } = setUp();
    const first = pass('a');
    pass('b');
    const queued = pass('c');
    await expect(pass('d')).rejects.toMatchObject({ kind: 'refused', mayHaveHappened: false, retryAfterMs: 1_000 });
    expect(sent).toEqual(['a', 'b']);
    ends.a?.();
    expect(await first).toBe('a');
    await turn();
    expect(sent).toEqual(['a', 'b', 'c']);
    ends.c?.();
    expect(await queued).toBe('c');
  });

  it('keeps places for changes that no read can take, and the other way round', async () => {
    const { pass, sent } = setUp();
    for (const name of ['a', 'b', 'c', 'd']) pass(name);
    pass('change', 'change');
    expect(sent).toEqual(['a', 'b', 'change']);
  });

  it('lets whoever waits leave when nobody waits for him, and the next one in', async () => {
    const { pass, sent, ends } = setUp();
    pass('a');
    pass('b');
    const deadline = new FixedDeadline(performance.now() + 60_000);
    const queued = pass('c', 'read', { signal: deadline.signal });
    deadline.cancel();
    await expect(queued).rejects.toMatchObject({ kind: 'cancelled', mayHaveHappened: false });
    ends.a?.();
    await turn();
    expect(sent).toEqual(['a', 'b']);
    pass('d');
    expect(sent).toEqual(['a', 'b', 'd']);
  });

  it('fails what waits in the queue as well, once the API is found to be away', async () => {
    const { pass, sent, ends, metrics } = setUp();
    const away = new UpstreamFailure({ kind: 'unreachable', route: '/cards' });
    const passing = [pass('a'), pass('b'), pass('c')];
    ends.a?.(away);
    ends.b?.(away);
    const results = await Promise.allSettled(passing);
    expect(results.map((result) => (result as PromiseRejectedResult).reason.kind)).toEqual([
      'unreachable',
      'unreachable',
      'refused',
    ]);
    expect(sent).toEqual(['a', 'b']);
    expect((await metrics.upstreamRefusals.get()).values).toMatchObject([
      { labels: { traffic: 'read', reason: 'breaker' } },
    ]);
  });

  it('shows what it is doing', async () => {
    const { pass, metrics, breaker } = setUp();
    for (const name of ['a', 'b', 'c', 'd']) pass(name);
    pass('change', 'change');
    await turn();
    const text = await metrics.registry.metrics();
    expect(breaker.state).toBe('closed');
    expect(text).toContain('gateway_upstream_breaker_state 0');
    expect(text).toContain('gateway_upstream_running{traffic="read"} 2');
    expect(text).toContain('gateway_upstream_queued{traffic="read"} 1');
    expect(text).toContain('gateway_upstream_running{traffic="change"} 1');
    expect(text).toContain('gateway_upstream_refusals_total{traffic="read",reason="bulkhead"} 1');
  });
});
