import { startApiSandbox } from '../../support/api-sandbox.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import type { Caller, GraphqlAnswer } from '../../support/graphql-client.js';
import { describeWithRedis, type RedisServer, startRedisServer } from '../../support/redis.js';
import { closeAfterAll } from '../../support/teardown.js';
import { startTokenIssuer, type TestTokenIssuer } from '../../support/token-issuer.js';

const READ = { query: '{ cards(first: 9) { nodes { id } } }' };
const COST = 10;
const remainingOf = ({ body }: GraphqlAnswer) =>
  (body as { extensions?: { cost?: { remaining?: number } } }).extensions?.cost?.remaining;

const until = async (isDone: () => Promise<boolean>) => {
  while (!(await isDone())) await new Promise((wake) => setTimeout(wake, 50));
};

describeWithRedis('budgets in a Redis that gateways share', () => {
  let redis: RedisServer;
  let left: TestGateway;
  let right: TestGateway;
  let issuer: TestTokenIssuer;
  let callers = 0;

  /** Nobody has spent anything of its budget yet. */
  const aCaller = async () => {
    callers += 1;
    const customerId = `00000000-0000-4000-8000-${String(callers).padStart(12, '0')}`;
    return { customerId, token: await issuer.issue({ customerId }) };
  };
  const keys = async () => Number(await redis.command('DBSIZE'));
  const fallbacks = async ({ url }: TestGateway) =>
    Number(/^gateway_rate_limit_fallbacks_total (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);

  /** Does it with a fresh caller, once more if a slow answer of the Redis made a gateway count by itself meanwhile. */
  async function whileShared<T>(act: (caller: Caller) => Promise<T>): Promise<T> {
    for (;;) {
      const before = [await fallbacks(left), await fallbacks(right)];
      const result = await act(await aCaller());
      const after = [await fallbacks(left), await fallbacks(right)];
      if (String(before) === String(after)) return result;
    }
  }

  /** Until the gateway spends from the Redis again. */
  const isSharing = async (gateway: TestGateway) => {
    const before = await fallbacks(gateway);
    await gateway.post(READ, await aCaller());
    return (await fallbacks(gateway)) === before;
  };

  beforeAll(async () => {
    redis = await startRedisServer();
    closeAfterAll(redis.close);
    const api = await startApiSandbox();
    issuer = await startTokenIssuer();
    const env = { ...issuer.env, REDIS_URL: redis.url, RATE_LIMIT: '100' };
    [left, right] = await Promise.all([startTestGateway({ api, env }), startTestGateway({ api, env })]);
    await until(() => isSharing(left));
    await until(() => isSharing(right));
  });

  it('are one, whichever gateway is asked', async () => {
    const remaining = await whileShared(async (caller) => [
      remainingOf(await left.post(READ, caller)),
      remainingOf(await right.post(READ, caller)),
      remainingOf(await left.post(READ, caller)),
    ]);
    expect(remaining).toEqual([100 - COST, 100 - 2 * COST, 100 - 3 * COST]);
  });

  it('give what they have and no more, when both gateways spend at once', async () => {
    const answers = await whileShared((caller) =>
      Promise.all(Array.from({ length: 30 }, (_, index) => (index % 2 ? left : right).post(READ, caller))),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  it('take nothing for what they refuse', async () => {
    const [refused, granted] = await whileShared(async (caller) => {
      await left.post({ query: '{ cards(first: 94) { nodes { id } } }' }, caller);
      return [await right.post(READ, caller), await left.post({ query: '{ viewer { subject } }' }, caller)] as const;
    });
    expect([refused.status, refused.body.errors?.[0]?.extensions]).toMatchObject([
      429,
      { remaining: 5, requested: COST },
    ]);
    expect(remainingOf(granted)).toBe(4);
  });

  it('end by themselves, and hold no subject and no address', async () => {
    const caller = await aCaller();
    await left.post(READ, caller);
    await left.post({ query: '{ __typename }' }, { token: null });
    const names: string[] = [];
    for (let index = 0; index < 3 * (await keys()); index += 1) names.push(await redis.command('RANDOMKEY'));
    const budgets = names.filter((name) => name.includes(':budget-'));
    expect(budgets.length).toBeGreaterThan(0);
    for (const name of budgets) {
      expect(Number(await redis.command('PTTL', name))).toBeGreaterThan(0);
      expect(name).not.toContain(caller.customerId);
      expect(name).not.toContain('127.0.0.1');
    }
  });

  it.each<[string, () => Promise<void>, () => Promise<void>]>([
    ['dies', () => redis.kill(), () => redis.restart()],
    ['hangs', async () => redis.stop(), async () => redis.resume()],
    ['is full', () => redis.fill(), () => redis.drain()],
  ])('are in the memory of each gateway while the Redis %s, and no request fails', async (_, fail, mend) => {
    const caller = await aCaller();
    await fail();
    const answers: GraphqlAnswer[] = [];
    while ((await left.post(READ, caller)).status === 200) answers.push(await right.post(READ, caller));
    // Each gateway gives a whole budget, and at most what the other way still gave before it was noticed.
    expect(answers.length).toBeGreaterThanOrEqual(9);
    expect(answers.length).toBeLessThanOrEqual(20);
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
    expect(await fallbacks(left)).toBeGreaterThan(0);
    await mend();
    await until(() => isSharing(left));
    await until(() => isSharing(right));
  });
});
