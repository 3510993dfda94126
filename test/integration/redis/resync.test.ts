import { resync } from '../../../src/commands/resync.js';
import { createRedisConnection } from '../../../src/datasources/cache/redis-connection.js';
import { createRemoteInvalidation } from '../../../src/datasources/cache/remote-invalidation.js';
import { createSharedTurns } from '../../../src/events/resync/resync-turns.js';
import { createLogger } from '../../../src/observability/logger.js';
import { runInEnv } from '../../commands/command-under-test.js';
import * as op from '../../operations/generated.js';
import { startApiSandbox } from '../../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { describeWithRedis, startRedisServer } from '../../support/redis.js';
import { closeAfterAll } from '../../support/teardown.js';

const silent = createLogger({ level: 'silent' });

/** A node trusts nothing before it has watched its Redis for a while: reads until a read costs the API nothing. */
async function untilCached(gateway: TestGateway, read: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const calls = await gateway.callsOf(read);
    if (Object.keys(calls).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describeWithRedis('npm run resync', () => {
  it('makes every gateway on the same Redis show what no webhook has told of', async () => {
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    const api = await startApiSandbox();
    const env = { REDIS_URL: redis.url, CACHE_TTL_SECONDS: '86400' };
    const gateways = [await startTestGateway({ api, env }), await startTestGateway({ api, env })];
    const account = firstOf(demoProgramme().accounts, ({ status }) => status === 'active');
    const cards = demoProgramme().cards.filter(
      ({ accountId, status }) => accountId === account.id && status === 'active',
    );
    const card = firstOf(cards, () => true);
    const look = async (gateway: TestGateway) => {
      const [one, all, below] = [
        await gateway.run(op.CardDocument, { id: card.id }),
        await gateway.run(op.CardsDocument, { last: 500 }),
        await gateway.run(op.AccountCardsDocument, { id: account.id }),
      ];
      const listed = all.cards.nodes.find(({ id }) => id === card.id);
      const child = below.account?.cards?.find(({ id }) => id === card.id);
      return [one.card?.status, listed?.status, child?.status];
    };
    for (const gateway of gateways) await untilCached(gateway, () => look(gateway));

    await fetch(`${api.running.adminUrl}/accounts/${account.id}/suspend`, { method: 'POST' });
    // Without this the test could not fail: nobody has told the gateways.
    for (const gateway of gateways) expect(await look(gateway)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);

    const { exitCode, out, error } = await runInEnv(resync, { api, env, args: ['--since', '1h'] });
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    expect(out).toContain(`card      ${demoProgramme().cards.length} listed, ${cards.length} changed`);
    for (const gateway of gateways) expect(await look(gateway)).toEqual(['INACTIVE', 'INACTIVE', 'INACTIVE']);
    // The command is no gateway: nobody misses it, and the cache goes on.
    for (const gateway of gateways) await untilCached(gateway, () => look(gateway));
  });

  it('fails when Redis is away, rather than say that it is done', async () => {
    const redis = await startRedisServer();
    await redis.kill();
    const api = await startApiSandbox();
    const env = { REDIS_URL: redis.url };
    const { exitCode, out, error } = await runInEnv(resync, { api, env, args: ['--since', '9999d'] });
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(error).toContain('Is Redis there? Run it again.');
    await redis.close();
  });
});

describeWithRedis('how far npm run resync looks back', () => {
  it.each([
    { ttlSeconds: 86_400, args: ['--since', '1h'], hours: 24 },
    { ttlSeconds: 30, args: ['--since', '1h'], hours: 1 },
    { ttlSeconds: 30, args: ['--since', '3d'], hours: 72 },
    { ttlSeconds: 30, args: [], hours: 48 },
  ])('is $hours hours with $args and values that live $ttlSeconds s', async ({ ttlSeconds, args, hours }) => {
    const redis = await startRedisServer();
    const api = await startApiSandbox({ seed: 'empty' });
    const env = { REDIS_URL: redis.url, CACHE_TTL_SECONDS: String(ttlSeconds) };
    const before = Date.now();
    const { exitCode, out } = await runInEnv(resync, { api, env, args });
    const after = Date.now();
    expect(exitCode).toBe(0);
    const since = Date.parse(/since (\S+) is read anew/.exec(out)?.[1] ?? '');
    expect(since).toBeGreaterThanOrEqual(before - hours * 3_600_000);
    expect(since).toBeLessThanOrEqual(after - hours * 3_600_000);
    await redis.close();
  });
});

describe('npm run resync, wrongly used', () => {
  it.each([
    { args: ['--since', 'yesterday'], exitCode: 2, error: /--since must be an instant/ },
    { args: ['--since', '2026-11-20T12:00:00'], exitCode: 2, error: /with its time zone/ },
    { args: ['--since', '2999-01-01T00:00:00Z'], exitCode: 2, error: /in the future/ },
    { args: ['all'], exitCode: 2, error: /all/ },
    { args: [], exitCode: 78, error: /REDIS_URL is not set/ },
  ])('ends with $exitCode for $args', async ({ args, exitCode, error }) => {
    const api = await startApiSandbox();
    expect(await runInEnv(resync, { api, args })).toMatchObject({
      exitCode,
      out: '',
      error: expect.stringMatching(error),
    });
    expect(api.running.stats().totalRequests).toBe(0);
  });

  it('explains itself', async () => {
    expect(await runInEnv(resync, { args: ['--help'] })).toMatchObject({ exitCode: 0, error: '' });
  });
});

describeWithRedis('the turns of several nodes', () => {
  it('fall to one node in each interval, and go on where the last pass began', async () => {
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    const settings = { intervalMs: 3_600_000, firstReachMs: 60_000 };
    const nodes = [1, 2, 3].map(() => {
      const connection = createRedisConnection({ url: redis.url, scope: 'one', logger: silent });
      closeAfterAll(connection.close);
      return { connection, turns: createSharedTurns(connection, settings) };
    });
    while (nodes.some(({ connection }) => connection.epoch() === null))
      await new Promise((wake) => setTimeout(wake, 10));
    const takeAll = async (now: Date) =>
      (await Promise.all(nodes.map(({ turns }) => turns.take(now)))).filter((since) => since);

    const first = new Date('2026-11-20T12:00:00Z');
    expect(await takeAll(first)).toEqual([new Date('2026-11-20T11:59:00Z')]);
    expect(await takeAll(first)).toEqual([]);
    await nodes[0]?.turns.finish(first);
    const key = nodes[0]?.connection.keyOf('resync', 'turn') ?? '';
    expect(Number(await redis.command('PTTL', key))).toBeGreaterThan(3_000_000);
    await redis.command('DEL', key);
    expect(await takeAll(new Date('2026-11-20T13:00:00Z'))).toEqual([first]);
    await redis.close();
    await expect(nodes[0]?.turns.take(first)).rejects.toThrow();
  });
});

describeWithRedis('an invalidation from outside', () => {
  it('is acknowledged as soon as the store is there, and gives up when it is not', async () => {
    const redis = await startRedisServer({ isRunning: false });
    closeAfterAll(redis.close);
    const programme = { baseUrl: new URL('http://127.0.0.1/'), apiKey: 'one' };
    const impatient = createRemoteInvalidation({ redisUrl: redis.url, programme, logger: silent, patienceMs: 50 });
    const patient = createRemoteInvalidation({ redisUrl: redis.url, programme, logger: silent, patienceMs: 60_000 });
    closeAfterAll(impatient.close);
    closeAfterAll(patient.close);
    expect(await impatient.invalidate(['card:a'])).toBe(false);
    expect(await impatient.invalidate([])).toBe(true);
    const pending = patient.invalidate(['card:a', 'cards']);
    await redis.restart();
    expect(await pending).toBe(true);
    expect(Number(await redis.command('EXISTS', patient.redis.keyOf('generation', 'card:a')))).toBe(1);
    expect(await patient.invalidate(Array.from({ length: 1_001 }, (_, index) => `card:${index}`))).toBe(true);
    expect(Number(await redis.command('EXISTS', patient.redis.keyOf('generation', 'card:5')))).toBe(0);
    expect(Number(await redis.command('EXISTS', patient.redis.keyOf('generation', 'everything')))).toBe(1);
  });
});
