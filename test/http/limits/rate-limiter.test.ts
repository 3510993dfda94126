import type { SharedStore } from '../../../src/datasources/cache/cache-stores.js';
import type { GatewayError } from '../../../src/errors/gateway-error.js';
import { createRateLimiter, networkOf } from '../../../src/http/limits/rate-limiter.js';

const aCaller = (callerId: string | null = 'somebody', address = '192.0.2.1') => ({ callerId, address });

function aLimiter(shared: SharedStore | null = null) {
  const clock = { nowMs: 1_000_000 };
  const fallbacks: unknown[] = [];
  const limiter = createRateLimiter({
    limit: 100,
    shared,
    now: () => clock.nowMs,
    onFallback: (error) => fallbacks.push(error),
  });
  return { limiter, clock, fallbacks };
}

/** A store that answers as it is told, and what it was asked and told. */
function aStore(answer: () => Promise<unknown>, isUp = () => true) {
  const commands: (readonly string[])[] = [];
  const failures: string[] = [];
  const store: SharedStore = {
    command(args) {
      commands.push(args);
      return answer();
    },
    keyOf: (namespace, name) => `gateway:${namespace}:${name}`,
    isUp,
    reportFailure: () => void failures.push('failure'),
    deadlineMs: 20,
  };
  return { store, commands, failures };
}

describe('the rate limit', () => {
  it('tells what an operation was charged and what is left', async () => {
    const { limiter, clock } = aLimiter();
    expect(await limiter.charge(aCaller(), 'query', 30)).toEqual({
      requested: 30,
      limit: 100,
      remaining: 70,
      resetSeconds: 60,
    });
    clock.nowMs += 500;
    expect(await limiter.charge(aCaller(), 'query', 30)).toMatchObject({ remaining: 40, resetSeconds: 60 });
  });

  it('refuses with 429, the code, and when to come back', async () => {
    const { limiter, clock } = aLimiter();
    await limiter.charge(aCaller(), 'query', 90);
    clock.nowMs += 17_400;
    const error = (await limiter.charge(aCaller(), 'query', 11).catch((thrown: unknown) => thrown)) as GatewayError;
    expect(error.extensions).toEqual({
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfterSeconds: 43,
      requested: 11,
      limit: 100,
      remaining: 10,
      http: { status: 429, headers: new Map([['retry-after', '43']]) },
    });
    clock.nowMs += 42_600;
    await expect(limiter.charge(aCaller(), 'query', 100)).resolves.toMatchObject({ remaining: 0 });
  });

  it('stops no mutation for reads, and no read for mutations', async () => {
    const { limiter } = aLimiter();
    await limiter.charge(aCaller(), 'query', 100);
    await expect(limiter.charge(aCaller(), 'change', 100)).resolves.toMatchObject({ remaining: 0 });
    await expect(limiter.charge(aCaller(), 'query', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(limiter.charge(aCaller(), 'change', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('counts callers by their ID wherever they call from, and others by address', async () => {
    const { limiter } = aLimiter();
    await limiter.charge(aCaller('a', '192.0.2.1'), 'query', 100);
    await expect(limiter.charge(aCaller('a', '192.0.2.2'), 'query', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(limiter.charge(aCaller('b', '192.0.2.1'), 'query', 100)).resolves.toBeDefined();
    await expect(limiter.charge(aCaller(null, '192.0.2.1'), 'query', 100)).resolves.toBeDefined();
    await expect(limiter.charge(aCaller(null, '192.0.2.1'), 'query', 1)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    await expect(limiter.charge(aCaller(null, '192.0.2.2'), 'query', 100)).resolves.toBeDefined();
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('takes %j for a part of the network %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('spends from the shared store under names that tell of nobody', async () => {
    const { store, commands } = aStore(async () => [30, 60_000]);
    const { limiter, fallbacks } = aLimiter(store);
    expect(await limiter.charge(aCaller('opaque'), 'change', 30)).toMatchObject({ remaining: 70, resetSeconds: 60 });
    expect(commands).toEqual([
      ['EVAL', expect.any(String), '1', 'gateway:budget-change:opaque', '30', '60', '100', '60'],
    ]);
    expect(fallbacks).toEqual([]);
  });

  it('believes the shared store when it refuses', async () => {
    const { store } = aStore(async () => [130, 12_001]);
    const { limiter } = aLimiter(store);
    await expect(limiter.charge(aCaller(), 'query', 50)).rejects.toMatchObject({
      extensions: { code: 'RATE_LIMITED', remaining: 20, retryAfterSeconds: 13 },
    });
  });

  it('asks no store about callers without a token', async () => {
    const { store, commands } = aStore(async () => [1, 60_000]);
    const { limiter } = aLimiter(store);
    await limiter.charge(aCaller(null), 'query', 1);
    expect(commands).toEqual([]);
  });

  it.each([
    [
      'is known to be away',
      aStore(
        async () => [1, 1],
        () => false,
      ),
      0,
      0,
    ],
    ['refuses the command', aStore(async () => Promise.reject(new Error('NOPERM'))), 1, 0],
    ['never answers', aStore(() => new Promise(() => {})), 1, 1],
  ])('goes on in memory when the shared store %s', async (_, { store, commands, failures }, asked, reported) => {
    const { limiter, fallbacks } = aLimiter(store);
    expect(await limiter.charge(aCaller(), 'query', 30)).toMatchObject({ remaining: 70 });
    expect([commands.length, failures.length, fallbacks.length]).toEqual([asked, reported, 1]);
    await expect(limiter.charge(aCaller(), 'query', 71)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});
