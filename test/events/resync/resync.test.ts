import { openApi } from '../../../src/commands/open-api.js';
import { parseEnv } from '../../../src/config/parse-env.js';
import { createResync, ResyncError } from '../../../src/events/resync/resync.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createMetrics } from '../../../src/observability/metrics.js';
import { startApiSandbox } from '../../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../../support/demo-programme.js';
import { startOddApi } from '../../support/odd-api.js';
import { closeAfterAll } from '../../support/teardown.js';

const ISSUER = { AUTH_JWKS_URL: 'https://i.example/jwks', AUTH_ISSUER: 'https://i.example/', AUTH_AUDIENCE: 'gateway' };
const EVERYTHING_SINCE = new Date('2000-01-01T00:00:00Z');

/** A resynchronisation with this API, and what it did. */
function resyncWith(env: Record<string, string>, { isAcknowledged = true }: { isAcknowledged?: boolean } = {}) {
  const logs: string[] = [];
  const invalidated: string[] = [];
  const told: string[] = [];
  const logger = createLogger({ level: 'warn', destination: { write: (line) => void logs.push(line) } });
  const api = openApi({
    config: parseEnv({ ...env, ...ISSUER }),
    metrics: createMetrics(),
    logger,
    now: () => new Date(),
  });
  closeAfterAll(api.close);
  const cache = {
    async invalidate(tags: readonly string[]) {
      expect(told).not.toEqual(expect.arrayContaining([...tags]));
      invalidated.push(...tags);
      return isAcknowledged;
    },
  };
  const resync = createResync({ client: api.client, cache, onInvalidated: (tags) => void told.push(...tags), logger });
  return { resync, invalidated, told, logs };
}

describe('a resynchronisation', () => {
  it('invalidates and tells of what has changed since, cascades too, and of nothing else', async () => {
    const api = await startApiSandbox();
    const { resync, invalidated, told } = resyncWith(api.env);
    const account = firstOf(demoProgramme().accounts, ({ status }) => status === 'active');
    const cards = demoProgramme().cards.filter(
      ({ accountId, status }) => accountId === account.id && status === 'active',
    );
    const before = new Date(Date.now() + 60_000);
    expect(await resync.run({ since: before })).toEqual([
      { kind: 'customer', listed: demoProgramme().customers.length, changed: 0 },
      { kind: 'account', listed: demoProgramme().accounts.length, changed: 0 },
      { kind: 'card', listed: demoProgramme().cards.length, changed: 0 },
    ]);
    expect([invalidated, told]).toEqual([[], []]);

    await fetch(`${api.running.adminUrl}/accounts/${account.id}/suspend`, { method: 'POST' });
    const kinds = await resync.run({ since: new Date() });
    expect(kinds.map(({ kind, changed }) => [kind, changed])).toEqual([
      ['customer', 0],
      ['account', 1],
      ['card', cards.length],
    ]);
    expect(cards.length).toBeGreaterThan(0);
    expect(invalidated).toEqual([
      'accounts',
      `customer:${account.customerId}:accounts`,
      `account:${account.id}`,
      'cards',
      `account:${account.id}:cards`,
      ...cards.map(({ id }) => `card:${id}`),
    ]);
    expect(told).toEqual(invalidated);
  });

  it('allows for a minute between its clock and that of the API', async () => {
    const api = await startOddApi();
    const since = new Date('2026-11-20T12:00:00Z');
    const aCustomer = (id: string, updatedAt: string) => ({
      id,
      externalId: id,
      chainId: 'eip155:300:0xab',
      status: 'active',
      createdAt: updatedAt,
      updatedAt,
    });
    api.answers.set('GET /customers', {
      body: [aCustomer('late', '2026-11-20T11:59:00Z'), aCustomer('early', '2026-11-20T11:58:59.999999Z')],
    });
    api.answers.set('GET /accounts', { body: [] });
    api.answers.set('GET /cards', { body: [] });
    const { resync, told } = resyncWith(api.env);
    await resync.run({ since });
    expect(told).toEqual(['customers', 'customer:late']);
  });

  it('does what it can when one list fails, and says which', async () => {
    const api = await startApiSandbox();
    api.running.injectFault({ method: 'GET', path: '/accounts', fault: { kind: 'status', status: 404 } });
    const { resync, told } = resyncWith(api.env);
    const failure: unknown = await resync.run({ since: EVERYTHING_SINCE }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ResyncError);
    expect((failure as ResyncError).kinds).toEqual(['account']);
    expect(told).toEqual(expect.arrayContaining(['customers', 'cards']));
    expect(told).not.toContain('accounts');
  });

  it('tells nobody of what the store has not acknowledged', async () => {
    const api = await startApiSandbox();
    const { resync, told, invalidated } = resyncWith(api.env, { isAcknowledged: false });
    await expect(resync.run({ since: EVERYTHING_SINCE })).rejects.toMatchObject({
      kinds: ['customer', 'account', 'card'],
    });
    expect(invalidated.length).toBeGreaterThan(3);
    expect(told).toEqual([]);
  });

  it('leaves out what it cannot read, and says how many', async () => {
    const api = await startOddApi();
    const at = '2026-11-20T12:00:00Z';
    const customer = {
      id: 'c',
      externalId: 'x',
      chainId: 'eip155:300:0xab',
      status: 'active',
      createdAt: at,
      updatedAt: at,
    };
    api.answers.set('GET /customers', { body: [{ id: 'bad' }, customer, null] });
    api.answers.set('GET /accounts', { body: [] });
    api.answers.set('GET /cards', { body: [] });
    const { resync, told, logs } = resyncWith(api.env);
    expect(await resync.run({ since: EVERYTHING_SINCE })).toMatchObject([
      { kind: 'customer', listed: 3, changed: 1 },
      {},
      {},
    ]);
    expect(told).toEqual(['customers', 'customer:c']);
    expect(logs.map((line) => JSON.parse(line))).toMatchObject([{ resource: 'customer', unreadable: 2 }]);
  });

  it('does nothing any more once it is told to end', async () => {
    const api = await startApiSandbox();
    const { resync, invalidated } = resyncWith(api.env);
    const ending = new AbortController();
    const run = resync.run({ since: EVERYTHING_SINCE, signal: ending.signal });
    ending.abort();
    await expect(run).rejects.toThrow();
    expect(invalidated).toEqual([]);
  });
});
