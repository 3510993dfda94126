import { setTimeout as sleep } from 'node:timers/promises';
import { createRedisConnection, type RedisConnection } from '../../../src/datasources/cache/redis-connection.js';
import { createLogger } from '../../../src/observability/logger.js';
import { describeWithRedis, type RedisServer, startRedisServer } from '../../support/redis.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';
import { closeAfterAll } from '../../support/teardown.js';

const logs: string[] = [];
const logger = createLogger({ level: 'info', destination: { write: (line) => void logs.push(line) } });

function connect(url: string, scope = 'one'): RedisConnection {
  const connection = createRedisConnection({ url, scope, logger });
  closeAfterAll(connection.close);
  return connection;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 10_000; !(await condition()); await sleep(1))
    if (performance.now() > deadline) throw new Error('it never happened');
}

async function untilConnected(connection: RedisConnection, otherThan: string | null = null): Promise<string> {
  await until(() => connection.epoch() !== null && connection.epoch() !== otherThan);
  return connection.epoch() as string;
}

/** Resolves with how long the call took to fail. */
async function failureTimeOf(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await expect(call()).rejects.toThrow();
  return performance.now() - startedAt;
}

/** What a call may take that fails at once; a deadline or a reconnection is far longer. */
const AT_ONCE_MS = 1_000;

describeWithRedis('a connection to the shared Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedisServer();
    closeAfterAll(redis.close);
  });

  it('keeps what one scope stores from every other, and shares it within one', async () => {
    const [ours, theirs, alsoOurs] = [
      connect(redis.url, 'ours'),
      connect(redis.url, 'theirs'),
      connect(redis.url, 'ours'),
    ];
    await Promise.all([ours, theirs, alsoOurs].map((connection) => untilConnected(connection)));
    await ours.keyv('value').set('card:1', 'ours', 60_000);
    expect(await alsoOurs.keyv('value').get('card:1')).toBe('ours');
    expect(await theirs.keyv('value').get('card:1')).toBeUndefined();
    expect(await theirs.keyv('value').getMany(['card:1'])).toEqual([undefined]);
    await theirs.keyv('value').set('card:1', 'theirs', 60_000);
    expect(await ours.keyv('value').getMany(['card:1'])).toEqual(['ours']);
  });

  it('keeps apart what namespaces of a scope store', async () => {
    const connection = connect(redis.url, 'namespaces');
    await untilConnected(connection);
    await connection.keyv('value').set('card:1', 'a value', 60_000);
    await connection.keyv('generation').set('card:1', 'a generation', 60_000);
    expect(await connection.keyv('value').get('card:1')).toBe('a value');
    expect(await connection.keyv('generation').get('card:1')).toBe('a generation');
  });

  it('names what it stores so that an operator can tell whose it is, and lets it expire', async () => {
    const connection = connect(redis.url, 'naming');
    await untilConnected(connection);
    const keyv = connection.keyv('generation');
    await keyv.setMany([{ key: 'card:1', value: 'a', ttl: 60_000 }]);
    await keyv.set('card:2', 'b', 60_000);
    for (const id of [1, 2]) {
      const key = `offblocks-gateway:naming:generation:card:${id}`;
      expect(await redis.command('EXISTS', key)).toBe('1');
      expect(Number(await redis.command('PTTL', key))).toBeGreaterThan(50_000);
    }
  });

  it('reports from a write whether the store has accepted it: a full one refuses', async () => {
    const full = await startRedisServer();
    closeAfterAll(full.close);
    const connection = connect(full.url);
    await untilConnected(connection);
    const keyv = connection.keyv('value');
    await keyv.set('before', 1, 60_000);
    await full.fill();
    await expect(keyv.set('one', 'x'.repeat(100), 60_000)).rejects.toThrow();
    await expect(
      keyv.setMany([
        { key: 'one', value: 'x', ttl: 60_000 },
        { key: 'two', value: 'x', ttl: 60_000 },
      ]),
    ).rejects.toThrow();
    expect(await keyv.getMany(['before', 'one', 'two'])).toEqual([1, undefined, undefined]);
    await full.drain();
    await keyv.set('one', 1, 60_000);
    expect(await keyv.get('one')).toBe(1);
  });

  it('knows no epoch and fails every call at once while there is no server, and connects when there is one', async () => {
    const late = await startRedisServer({ isRunning: false });
    closeAfterAll(late.close);
    const connection = connect(late.url);
    const keyv = connection.keyv('value');
    expect(connection.epoch()).toBeNull();
    await sleep(50);
    for (const call of [
      () => keyv.set('x', 1, 1_000),
      () => keyv.setMany([{ key: 'x', value: 1, ttl: 1_000 }]),
      () => keyv.get('x'),
      () => keyv.getMany(['x']),
    ])
      expect(await failureTimeOf(call)).toBeLessThan(AT_ONCE_MS);
    expect(connection.epoch()).toBeNull();
    await late.restart();
    await untilConnected(connection);
    expect(await keyv.get('x')).toBeUndefined();
  });

  it('queues nothing: a write of the time without a server never arrives', async () => {
    const server = await startRedisServer();
    closeAfterAll(server.close);
    const connection = connect(server.url);
    const before = await untilConnected(connection);
    const keyv = connection.keyv('value');
    await server.kill();
    const call = keyv.set('x', 'of the outage', 60_000);
    await expect(call).rejects.toThrow();
    await server.restart();
    await untilConnected(connection, before);
    await sleep(50);
    expect(await keyv.get('x')).toBeUndefined();
  });

  it('is of another epoch after a restart, even when the server brings its old data back', async () => {
    const server = await startRedisServer();
    closeAfterAll(server.close);
    const [connection, other] = [connect(server.url), connect(server.url)];
    const first = await untilConnected(connection);
    expect(await untilConnected(other)).toBe(first);
    await connection.keyv('generation').set('card:1', 'old', 60_000);
    await server.command('SAVE');
    await server.restart({ from: 'snapshot' });
    const second = await untilConnected(connection, first);
    expect(await connection.keyv('generation').get('card:1')).toBe('old');
    expect(await untilConnected(other, first)).toBe(second);
  });

  it('forgets the epoch when the connection breaks, and finds the same one when it is the same server', async () => {
    const proxy = await startTcpProxy({ port: redis.port });
    closeAfterAll(proxy.close);
    const connection = connect(`redis://127.0.0.1:${proxy.port}`);
    const before = await untilConnected(connection);
    // Refused at first, so that the time without a connection is long enough to be seen.
    proxy.setRefusing(true);
    proxy.resetAll();
    await until(() => connection.epoch() === null);
    proxy.setRefusing(false);
    expect(await untilConnected(connection)).toBe(before);
  });

  it('makes a new connection on request, whatever hangs in the old one', async () => {
    const server = await startRedisServer();
    closeAfterAll(server.close);
    const connection = connect(server.url);
    const before = await untilConnected(connection);
    const keyv = connection.keyv('value');
    const clientsBefore = await server.command('CLIENT', 'LIST');
    connection.reconnect();
    expect(connection.epoch()).toBeNull();
    expect(await failureTimeOf(() => keyv.get('x'))).toBeLessThan(AT_ONCE_MS);
    connection.reconnect();
    expect(await untilConnected(connection)).toBe(before);
    await keyv.set('x', 1, 60_000);
    const clientsAfter = await server.command('CLIENT', 'LIST');
    const connectionsIn = (list: string) => list.split('\n').filter((line) => !line.includes('cmd=client'));
    expect(connectionsIn(clientsAfter).length).toBeLessThanOrEqual(connectionsIn(clientsBefore).length);
  });

  it('says once that the server is away, however often it tries, and never with the password', async () => {
    const server = await startRedisServer({ options: { requirepass: 'planted-password' }, isRunning: false });
    closeAfterAll(server.close);
    logs.length = 0;
    const connection = connect(`redis://:planted-password@127.0.0.1:${server.port}`);
    await sleep(400);
    expect(connection.epoch()).toBeNull();
    expect(logs.filter((line) => line.includes('cannot be reached'))).toHaveLength(1);
    const wrong = connect(`redis://:planted-wrong-password@127.0.0.1:${redis.port}`);
    await sleep(100);
    expect(wrong.epoch()).toBeNull();
    expect(logs.join('')).not.toContain('planted');
  });

  it('does not come back to life for a call that comes after its end', async () => {
    const server = await startRedisServer();
    closeAfterAll(server.close);
    const connection = connect(server.url);
    await untilConnected(connection);
    const keyv = connection.keyv('value');
    await connection.close();
    for (const call of [
      () => keyv.set('x', 1, 1_000),
      () => keyv.setMany([{ key: 'x', value: 1, ttl: 1_000 }]),
      () => keyv.get('x'),
      () => keyv.getMany(['x']),
      () => connection.command(['PING']),
    ])
      expect(await failureTimeOf(call)).toBeLessThan(AT_ONCE_MS);
    await sleep(50);
    expect(await server.command('CLIENT', 'LIST')).not.toMatch(/\n.*\n/);
  });

  it('leaves nothing open when it is closed while it is being made', async () => {
    const server = await startRedisServer();
    closeAfterAll(server.close);
    for (const ticks of [0, 1, 2, 5]) {
      const connection = connect(server.url);
      for (let tick = 0; tick < ticks; tick += 1) await new Promise(setImmediate);
      await connection.close();
      expect(connection.epoch()).toBeNull();
    }
    await sleep(50);
    expect(await server.command('CLIENT', 'LIST')).not.toMatch(/\n.*\n/);
  });

  it('ends for good when closed, connected or not, and stays closed when asked to reconnect', async () => {
    const connected = connect(redis.url);
    await untilConnected(connected);
    await connected.close();
    connected.reconnect();
    await sleep(50);
    expect(connected.epoch()).toBeNull();
    await connected.close();

    const absent = await startRedisServer({ isRunning: false });
    closeAfterAll(absent.close);
    const trying = connect(absent.url);
    await sleep(30);
    await trying.close();
    await absent.restart();
    await sleep(700);
    expect(await absent.command('CLIENT', 'LIST')).not.toMatch(/\n.*\n/);
  });
});
