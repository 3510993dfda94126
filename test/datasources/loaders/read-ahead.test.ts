import { setTimeout as sleep } from 'node:timers/promises';
import type { Generations } from '../../../src/datasources/cache/generations.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { type BatchPlan, planBatch } from '../../../src/datasources/loaders/batch-plan.js';
import { createResourceReader } from '../../../src/datasources/loaders/resource-reader.js';
import { cardResource, cardsOfAccount } from '../../../src/datasources/loaders/resources.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createLocalCache } from '../cache/local-cache.js';
import { CARD } from '../wire/wire-examples.js';
import { createCountingApi } from './counting-api.js';

const PROGRAMME = { mayList: true };
const AHEAD: BatchPlan = { choice: 'ahead', maxEntities: 1_000 };
const CARDS = Array.from({ length: 40 }, (_, n) => ({ ...CARD, id: `c${n}`, accountId: `p${n % 20}` }));
const idOf = (n: number) => `c${n}`;

/** With a plan that keeps what it was asked, and answers as told. */
function setUp(options: { answers?: Record<string, unknown>; listLifeMs?: number; generations?: Generations } = {}) {
  const { answers = {}, listLifeMs = 30_000, generations } = options;
  const single = Object.fromEntries(CARDS.map((card) => [`/cards/${card.id}`, card]));
  const api = createCountingApi({ '/cards': CARDS, ...single, ...answers });
  const { cache, metrics } = createLocalCache({ ttlMs: listLifeMs, ...(generations && { generations }) });
  const plan = jest.fn<BatchPlan, Parameters<typeof planBatch>>(planBatch);
  const logger = createLogger({ level: 'silent' });
  const reader = createResourceReader({ ...api, cache, metrics, logger, onUnknownValue: () => {}, listLifeMs, plan });
  const read = async (from: number, options = PROGRAMME) => {
    const results = await reader.readMany(cardResource, [idOf(from), idOf(from + 1)], options);
    return results.map((result) => ('value' in result ? (result.value?.id ?? null) : 'error'));
  };
  const told = () => plan.mock.calls.at(-1)?.[0];
  const untilListIsKept = () => until(() => cache.peek({ key: 'list:cards', tags: ['cards'], resource: 'cards' }));
  return { ...api, cache, metrics, plan, reader, read, told, lately: () => told()?.lately, untilListIsKept };
}

/** For what nobody waits for. */
async function until(condition: () => unknown): Promise<void> {
  while (!(await condition())) await sleep(1);
}
/** For what is not to happen. */
const aMoment = () => sleep(20);

it('reads the batch one by one, and the list beside it for what is asked for next', async () => {
  const { plan, read, reader, asked, metrics, untilListIsKept } = setUp();
  plan.mockReturnValueOnce(AHEAD);
  expect(await read(0)).toEqual(['c0', 'c1']);
  await untilListIsKept();
  expect([...asked].sort()).toEqual(['/cards', '/cards/c0', '/cards/c1']);
  expect(await read(2)).toEqual(['c2', 'c3']);
  const [children] = await reader.readChildren(cardsOfAccount, ['p7'], PROGRAMME);
  expect(children && 'value' in children && children.value.items.map(({ id }) => id).sort()).toEqual(['c27', 'c7']);
  expect(asked).toHaveLength(3);
  const { values } = await metrics.batchPlans.get();
  expect(values.map(({ labels, value }) => [labels.choice, value])).toEqual([['ahead', 1]]);
});

it('answers the batch without waiting for the list, and without caring whether it comes', async () => {
  const away = new UpstreamFailure({ kind: 'unreachable', route: '/cards' });
  let fail = () => {};
  const answer = () =>
    new Promise((_, reject) => {
      fail = () => reject(away);
    });
  const { plan, read, asked } = setUp({ answers: { '/cards': answer } });
  plan.mockReturnValueOnce(AHEAD);
  expect(await read(0)).toEqual(['c0', 'c1']);
  await until(() => asked.includes('/cards'));
  fail();
  await aMoment();
  plan.mockReturnValueOnce({ choice: 'single' });
  expect(await read(2)).toEqual(['c2', 'c3']);
  expect(asked.filter((path) => path === '/cards')).toHaveLength(1);
});

it('gives the list up at its bound, and takes it for longer from then on', async () => {
  const { plan, read, asked, told, cache } = setUp();
  plan.mockReturnValueOnce({ choice: 'ahead', maxEntities: 30 });
  await read(0);
  plan.mockReturnValue({ choice: 'single' });
  await until(async () => {
    await cache.invalidate(['card:c2', 'card:c3']);
    await read(2);
    return told()?.listSize === 60;
  });
  expect(asked.filter((path) => path === '/cards')).toHaveLength(1);
});

describe('while the list could not be kept', () => {
  /** As it is while Redis is away, or a card is being changed. */
  const passedBy: Generations = {
    read: async (tags) => new Map(tags.map((name) => [name, null])),
    announce: async () => {},
    renew: async () => true,
  };

  it('does not read it', async () => {
    const { plan, read, asked } = setUp({ generations: passedBy });
    plan.mockReturnValueOnce(AHEAD);
    await read(0);
    await aMoment();
    expect(asked).toEqual(['/cards/c0', '/cards/c1']);
  });

  it('keeps nobody from it who asks for it at that moment', async () => {
    const answer = async () => {
      await sleep(10);
      return CARDS;
    };
    const { plan, read, reader } = setUp({ generations: passedBy, answers: { '/cards': answer } });
    plan.mockReturnValueOnce(AHEAD);
    const first = reader.readList(cardResource);
    // While one load is under way, whoever comes shares the next.
    await read(0);
    const second = reader.readList(cardResource);
    expect((await Promise.all([first, second])).map(({ length }) => length)).toEqual([CARDS.length, CARDS.length]);
  });
});

describe('the plan is told', () => {
  it('what single reads have cost since the list was last read, by callers who may cause one', async () => {
    const { plan, read, reader, lately, cache, untilListIsKept } = setUp();
    plan.mockReturnValue({ choice: 'single' });
    await read(0);
    expect(lately()).toEqual({ spentMs: 0, hasPaid: true });
    await read(2, { mayList: false });
    await read(4);
    const { spentMs } = lately() ?? { spentMs: 0 };
    expect(spentMs).toBe(2);
    await reader.readChildren(cardsOfAccount, ['p18', 'p19'], PROGRAMME);
    expect(lately()?.spentMs).toBeGreaterThan(spentMs);

    plan.mockReturnValueOnce(AHEAD);
    await read(6);
    await untilListIsKept();
    await read(8);
    await cache.invalidate(['cards']);
    await read(10);
    expect(lately()).toEqual({ spentMs: 0, hasPaid: expect.any(Boolean) });
  });

  it('nothing of that where lists are not kept', async () => {
    const { read, lately } = setUp({ listLifeMs: 0 });
    await read(0);
    await read(2);
    expect(lately()).toBeNull();
  });
});
