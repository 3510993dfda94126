import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { createResourceReader } from '../../../src/datasources/loaders/resource-reader.js';
import {
  authorisationResource,
  cardResource,
  cardsOfAccount,
  transactionsOfCard,
} from '../../../src/datasources/loaders/resources.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createLocalCache } from '../cache/local-cache.js';
import { CARD, FULL_PAN, TRANSACTION, without } from '../wire/wire-examples.js';
import { createCountingApi } from './counting-api.js';

const PROGRAMME = { mayList: true };
const END_USER = { mayList: false };
const aCard = (id: string, accountId = 'p1') => ({ ...CARD, id, accountId });
const CARDS = [aCard('c1'), aCard('c2'), aCard('c3', 'p2')];
const API_AWAY = new UpstreamFailure({ kind: 'unreachable', route: '/cards' });

function setUp(answers: Readonly<Record<string, unknown>>, ttlMs = 30_000) {
  const api = createCountingApi(answers);
  const { cache, metrics } = createLocalCache({ ttlMs });
  const onUnknownValue = jest.fn();
  const logger = createLogger({ level: 'silent' });
  const reader = createResourceReader({ client: api.client, cache, metrics, logger, onUnknownValue });
  return { ...api, cache, metrics, reader, onUnknownValue };
}

const single = (...cards: typeof CARDS) => Object.fromEntries(cards.map((card) => [`/cards/${card.id}`, card]));
const idsOf = (results: readonly ({ value: { id: string } | null } | { error: unknown })[]) =>
  results.map((result) => ('value' in result ? (result.value?.id ?? null) : 'error'));

describe('reading entities by ID', () => {
  it('asks for one by itself', async () => {
    const { reader, asked } = setUp(single(aCard('c1')));
    expect(idsOf(await reader.readMany(cardResource, ['c1'], PROGRAMME))).toEqual(['c1']);
    expect(asked).toEqual(['/cards/c1']);
  });

  it('asks for a large batch with one list, and matches by ID whatever the order', async () => {
    const { reader, asked } = setUp({ '/cards': Array.from({ length: 10 }, (_, n) => aCard(`c${n}`)) });
    const ids = ['c9', 'c1', 'c5', 'c3', 'c0', 'c7'];
    expect(idsOf(await reader.readMany(cardResource, ids, PROGRAMME))).toEqual(ids);
    expect(asked).toEqual(['/cards']);
  });

  it('asks again for nothing that a list has brought', async () => {
    const { reader, asked } = setUp({ '/cards': CARDS });
    await reader.readList(cardResource);
    expect(idsOf(await reader.readMany(cardResource, ['c2'], END_USER))).toEqual(['c2']);
    expect(idsOf(await reader.readMany(cardResource, ['c3', 'c1'], PROGRAMME))).toEqual(['c3', 'c1']);
    expect(asked).toEqual(['/cards']);
  });

  it('asks by itself for what a list leaves out, and believes a 404', async () => {
    const { reader, asked } = setUp({ '/cards': CARDS, ...single(aCard('hidden')) });
    await reader.readList(cardResource);
    expect(idsOf(await reader.readMany(cardResource, ['c1', 'hidden', 'none'], PROGRAMME))).toEqual([
      'c1',
      'hidden',
      null,
    ]);
    expect(asked).toEqual(['/cards', '/cards/hidden', '/cards/none']);
  });

  it('never lists for a caller who is limited to one customer', async () => {
    const { reader, asked } = setUp({ '/cards': CARDS, ...single(...CARDS) });
    const ids = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'];
    await reader.readMany(cardResource, ids, END_USER);
    expect(asked).toEqual(ids.map((id) => `/cards/${id}`));
  });

  it('reads one by one where the API has no list', async () => {
    const { reader, asked } = setUp({});
    const ids = ['1', '2', '3', '4', '5', '6', '7'];
    expect(idsOf(await reader.readMany(authorisationResource, ids, PROGRAMME))).toEqual(ids.map(() => null));
    expect(asked).toEqual(ids.map((id) => `/authorisations/${id}`));
  });

  it('gives up a list that is longer than it is worth, reads one by one, and does not try again', async () => {
    const many = Array.from({ length: 2_000 }, (_, n) => aCard(`c${n}`));
    const { reader, asked, cache, metrics } = setUp({ '/cards': many, ...single(...many.slice(0, 6)) });
    const ids = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'];
    await reader.readMany(cardResource, ids, PROGRAMME);
    await cache.invalidate(['cards', ...ids.map((id) => `card:${id}`)]);
    await reader.readMany(cardResource, ids, PROGRAMME);
    const singles = ids.map((id) => `/cards/${id}`);
    expect(asked).toEqual(['/cards', ...singles, ...singles]);
    const { values } = await metrics.batchPlans.get();
    expect(values.map(({ labels, value }) => [labels.resource, labels.choice, value])).toEqual([
      ['card', 'list', 1],
      ['card', 'single', 1],
    ]);
  });

  it('falls back to single reads when the list cannot be had', async () => {
    const { reader, asked } = setUp({ '/cards': API_AWAY, ...single(...CARDS) });
    const ids = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
    expect(idsOf(await reader.readMany(cardResource, ids, PROGRAMME))).toEqual(['c1', 'c2', 'c3', null, null, null]);
    expect(asked).toHaveLength(7);
  });

  it('fails for the ID whose read fails, and for no other', async () => {
    const { reader } = setUp({ ...single(aCard('c1')), '/cards/c2': API_AWAY });
    const results = await reader.readMany(cardResource, ['c1', 'c2', 'c3'], END_USER);
    expect(idsOf(results)).toEqual(['c1', 'error', null]);
    expect(results[1]).toEqual({ error: API_AWAY });
  });

  it('hands out frozen entities: they are shared by all requests', async () => {
    const { reader } = setUp({ '/cards': CARDS, ...single(aCard('c1')) });
    const [result] = await reader.readMany(cardResource, ['c1'], END_USER);
    expect(Object.isFrozen(result && 'value' in result && result.value)).toBe(true);
    expect((await reader.readList(cardResource)).items.every((card) => Object.isFrozen(card))).toBe(true);
  });

  it.each([404, 410])('takes HTTP %i for: there is none', async (status) => {
    const { reader } = setUp({ '/cards/c1': new UpstreamFailure({ kind: 'status', route: '/cards/{id}', status }) });
    expect(await reader.readFresh(cardResource, 'c1')).toBeNull();
  });

  it.each([undefined, null, [], without(CARD, 'status')])(
    'fails as invalid on the answer %#, and repeats nothing of it',
    async (body) => {
      const { reader } = setUp({ '/cards/c1': body });
      const [result] = await reader.readMany(cardResource, ['c1'], END_USER);
      expect(result).toMatchObject({ error: { kind: 'invalid', route: '/cards/{id}' } });
      expect(String((result as { error: Error }).error.cause)).not.toMatch(/123e4567|530518/);
    },
  );
});

describe('reading what is below a parent', () => {
  it('asks for the children of one parent by themselves', async () => {
    const { reader, asked } = setUp({ '/accounts/p1/cards': CARDS.slice(0, 2) });
    const [result] = await reader.readChildren(cardsOfAccount, ['p1'], PROGRAMME);
    expect(result && 'value' in result && result.value.items.map(({ id }) => id)).toEqual(['c1', 'c2']);
    expect(asked).toEqual(['/accounts/p1/cards']);
  });

  it('answers a large batch from one list of all, and parents without children with none', async () => {
    const { reader, asked } = setUp({ '/cards': CARDS });
    const results = await reader.readChildren(cardsOfAccount, ['p2', 'p9', 'p1', 'p3', 'p4', 'p5'], PROGRAMME);
    const ids = results.map((result) => 'value' in result && result.value.items.map(({ id }) => id));
    expect(ids).toEqual([['c3'], [], ['c1', 'c2'], [], [], []]);
    expect(asked).toEqual(['/cards']);
  });

  it('takes a parent that does not exist for one without children', async () => {
    const { reader } = setUp({});
    const [result] = await reader.readChildren(cardsOfAccount, ['p1'], END_USER);
    expect(result && 'value' in result && result.value.items).toEqual([]);
  });

  it('keeps lists that grow by themselves for a moment only', async () => {
    const { reader, asked } = setUp({ '/cards/c1/transactions': [TRANSACTION] });
    const nowMs = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(nowMs);
    await reader.readChildren(transactionsOfCard, ['c1'], PROGRAMME);
    clock.mockReturnValue(nowMs + 1_500);
    await reader.readChildren(transactionsOfCard, ['c1'], PROGRAMME);
    expect(asked).toHaveLength(1);
    clock.mockReturnValue(nowMs + 2_001);
    await reader.readChildren(transactionsOfCard, ['c1'], PROGRAMME);
    expect(asked).toHaveLength(2);
    clock.mockRestore();
  });

  it('fails when one of the children cannot be understood: half a list would look like a whole one', async () => {
    const { reader } = setUp({ '/accounts/p1/cards': [aCard('c1'), { id: 'c2' }] });
    const [result] = await reader.readChildren(cardsOfAccount, ['p1'], END_USER);
    expect(result).toMatchObject({
      error: { kind: 'invalid', cause: { message: expect.stringMatching(/^card\.\w+ is not/) } },
    });
  });
});

describe('reading a whole list', () => {
  it('asks once while it is fresh, and again after an invalidation', async () => {
    const { reader, asked, cache } = setUp({ '/cards': CARDS });
    expect((await reader.readList(cardResource)).length).toBe(3);
    await reader.readList(cardResource);
    expect(asked).toEqual(['/cards']);
    await cache.invalidate(['cards']);
    await reader.readList(cardResource);
    expect(asked).toEqual(['/cards', '/cards']);
  });

  it('throws what the read failed with', async () => {
    const { reader } = setUp({ '/cards': API_AWAY });
    await expect(reader.readList(cardResource)).rejects.toBe(API_AWAY);
  });

  it.each([{}, null, undefined, 'cards'])('fails as invalid when the answer is %p and not an array', async (body) => {
    const { reader } = setUp({ '/cards': body });
    await expect(reader.readList(cardResource)).rejects.toMatchObject({ kind: 'invalid', route: '/cards' });
  });
});

describe('past the cache', () => {
  it('reads anew each time and stores nothing', async () => {
    const { reader, asked } = setUp({ ...single(aCard('c1')), '/accounts/p1/cards': CARDS });
    for (let i = 0; i < 2; i += 1) {
      await reader.readFresh(cardResource, 'c1');
      await reader.readChildrenFresh(cardsOfAccount, 'p1');
    }
    await reader.readMany(cardResource, ['c1'], END_USER);
    expect(asked).toHaveLength(5);
  });

  it('decodes the answer of a change, and takes an empty or foreign one for none', () => {
    const { reader, onUnknownValue } = setUp({});
    expect(reader.decodeAnswer(cardResource, { ...CARD, pan: FULL_PAN, status: 'frozen' })).toMatchObject({
      status: 'UNKNOWN',
    });
    expect(onUnknownValue.mock.calls).toEqual([['CardStatus', 'frozen']]);
    for (const body of [undefined, null, '', {}, { challenge: 'x' }]) {
      expect(reader.decodeAnswer(cardResource, body)).toBeNull();
      expect(() => reader.decodeCreated(cardResource, body)).toThrow(UpstreamFailure);
    }
    expect(reader.decodeCreated(cardResource, CARD).id).toBe(CARD.id);
  });
});
