import { randomUUID } from 'node:crypto';
import type { MutationRecords } from '../../../src/datasources/mutations/mutation-records.js';
import { createRedisMutationRecords } from '../../../src/datasources/mutations/record-stores.js';
import { createLogger } from '../../../src/observability/logger.js';
import { aRecord } from '../../datasources/mutations/record-builder.js';
import { itKeepsRecords } from '../../datasources/mutations/records-contract.js';
import { describeWithRedis, type RedisServer, startRedisServer } from '../../support/redis.js';
import { closeAfterAll } from '../../support/teardown.js';

const logger = createLogger({ level: 'silent' });
const now = () => new Date();

function recordsOn({ url: redisUrl }: RedisServer, apiKey = 'key'): MutationRecords {
  const programme = { baseUrl: new URL('https://api.example.com/v1'), apiKey };
  const records = createRedisMutationRecords({ redisUrl, programme, logger, now });
  closeAfterAll(records.close);
  return records;
}

const isKnown = async (records: MutationRecords, id: string) => (await records.read([id]).catch(() => [])).length > 0;

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describeWithRedis('records of mutations in Redis', () => {
  let redis: RedisServer;
  let pair: readonly [MutationRecords, MutationRecords];
  beforeAll(async () => {
    redis = await startRedisServer();
    closeAfterAll(redis.close);
    pair = [recordsOn(redis), recordsOn(redis)];
  });

  itKeepsRecords(() => pair);

  it('are not shared with the gateways of another programme', async () => {
    const id = randomUUID();
    await pair[0].swap(id, { holders: [], next: aRecord() });
    expect(await recordsOn(redis, 'other key').read([id])).toEqual([]);
  });

  it('leave the store by themselves', async () => {
    const id = randomUUID();
    await pair[0].swap(id, { holders: [], next: aRecord() });
    const [key = ''] = (await redis.command('EVAL', `return redis.call('KEYS', '*${id}')[1]`, '0')).split('\n');
    const ttlMs = Number(await redis.command('PTTL', key));
    expect(ttlMs).toBeGreaterThan(23 * 3_600_000);
    expect(ttlMs).toBeLessThanOrEqual(24 * 3_600_000);
  });

  it.each<[string, (server: RedisServer) => Promise<void>, (server: RedisServer) => Promise<void>]>([
    ['gone', (server) => server.kill(), (server) => server.restart()],
    ['hung', async (server) => server.stop(), async (server) => server.resume()],
    ['full', (server) => server.fill(), (server) => server.drain()],
  ])('that is %s costs no mutation its answer, and is told afterwards', async (_, fail, mend) => {
    const own = await startRedisServer();
    closeAfterAll(own.close);
    const [here, there] = [recordsOn(own), recordsOn(own)];
    const [before, meanwhile] = [randomUUID(), randomUUID()];
    const claim = aRecord({ holder: 'run' });
    await until(async () => (await here.swap(before, { holders: ['run'], next: claim })).isComplete);

    await fail(own);
    await until(async () => !(await here.swap(meanwhile, { holders: ['run'], next: claim })).isComplete);
    await here.swap(before, { holders: ['run'], next: aRecord({ holder: 'done' }) });
    await here.swap(meanwhile, { holders: ['run'], next: aRecord({ holder: 'done' }) });
    expect((await here.swap(meanwhile, { holders: [], next: claim })).seen).toMatchObject({ holder: 'done' });

    await mend(own);
    // Without anybody asking for them: with its next heartbeats.
    await until(() => isKnown(there, meanwhile));
    await until(async () => (await there.read([before])).some(({ holder }) => holder === 'done'));
  });

  it('are there for a gateway that starts while Redis is away, once it is there', async () => {
    const late = await startRedisServer({ isRunning: false });
    closeAfterAll(late.close);
    const records = recordsOn(late);
    expect(await records.swap('k', { holders: [], next: aRecord() })).toEqual({ seen: null, isComplete: false });
    await late.restart();
    const other = recordsOn(late);
    await until(() => isKnown(other, 'k'));
  });
});
