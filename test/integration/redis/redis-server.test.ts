import { describeWithRedis, findRedisServer, type RedisServer, startRedisServer } from '../../support/redis.js';
import { closeAfterAll } from '../../support/teardown.js';

describe('looking for Redis', () => {
  it('takes the path that is given, or nothing when that leads nowhere', () => {
    expect(findRedisServer({ REDIS_SERVER_PATH: process.execPath })).toBe(process.execPath);
    expect(findRedisServer({ REDIS_SERVER_PATH: '/nowhere/redis-server', PATH: process.env.PATH })).toBeUndefined();
  });

  it('looks through the path otherwise', () => {
    expect(findRedisServer({ PATH: '/nowhere' })).toBeUndefined();
    expect(findRedisServer({})).toBeUndefined();
  });
});

describeWithRedis('a Redis of a test', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedisServer();
    closeAfterAll(redis.close);
  });

  it('forgets everything when it is restarted', async () => {
    await redis.command('SET', 'name', 'värde');
    expect([await redis.command('GET', 'name'), await redis.command('STRLEN', 'name')]).toEqual(['värde', '6']);
    await redis.restart();
    expect(await redis.command('GET', 'name')).toBe('');
  });

  it('comes back with its last snapshot when asked to', async () => {
    await redis.command('SET', 'name', 'old');
    await redis.command('SAVE');
    await redis.command('SET', 'name', 'new');
    await redis.restart({ from: 'snapshot' });
    expect(await redis.command('GET', 'name')).toBe('old');
    await redis.restart();
    expect(await redis.command('GET', 'name')).toBe('');
  });

  it('hangs while it is stopped, and answers what it was asked meanwhile', async () => {
    redis.stop();
    const answer = redis.command('ECHO', 'later');
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 100, 'nothing yet'))]);
    redis.resume();
    expect([first, await answer]).toEqual(['nothing yet', 'later']);
  });

  it('refuses connections when it was killed', async () => {
    await redis.kill();
    await expect(redis.command('PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await redis.restart();
    expect(await redis.command('PING')).toBe('PONG');
  });

  it('answers reads and refuses writes while it is full', async () => {
    await redis.command('SET', 'name', 'value');
    await redis.fill();
    expect(await redis.command('GET', 'name')).toBe('value');
    await expect(redis.command('SET', 'name', 'other')).rejects.toThrow(/^OOM/);
    await redis.drain();
    await redis.command('SET', 'name', 'other');
  });
});
