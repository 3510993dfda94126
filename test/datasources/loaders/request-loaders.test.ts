import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { createRequestLoaders } from '../../../src/datasources/loaders/request-loaders.js';
import { createResourceReader } from '../../../src/datasources/loaders/resource-reader.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createLocalCache } from '../cache/local-cache.js';
import { CARD } from '../wire/wire-examples.js';
import { createCountingApi } from './counting-api.js';

/** Without a cache, so that what is saved is saved by the loaders. */
function setUp(answers: Readonly<Record<string, unknown>>) {
  const { client, asked } = createCountingApi(answers);
  const { cache, metrics } = createLocalCache({ ttlMs: 0 });
  const logger = createLogger({ level: 'silent' });
  const reader = createResourceReader({ client, cache, metrics, logger, onUnknownValue: () => {} });
  return { loaders: createRequestLoaders(reader, { mayList: true }), asked };
}
const aCard = (id: string, accountId = 'p1') => ({ ...CARD, id, accountId });

describe('the loaders of a request', () => {
  it('ask for one entity once, however often it is wanted', async () => {
    const { loaders, asked } = setUp({ '/cards/c1': aCard('c1') });
    await Promise.all([loaders.card.load('c1'), loaders.card.load('c1')]);
    await loaders.card.load('c1');
    expect(asked).toEqual(['/cards/c1']);
  });

  it('answer what is wanted at the same time with one list', async () => {
    const ids = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
    const { loaders, asked } = setUp({ '/cards': ids.map((id) => aCard(id, `p-${id}`)) });
    expect((await loaders.card.loadMany(ids)).map((card) => card && 'id' in card && card.id)).toEqual(ids);
    const lists = await Promise.all(ids.map((id) => loaders.cardsOfAccount.load(`p-${id}`)));
    expect(lists.map(({ items }) => items.map(({ id }) => id))).toEqual(ids.map((id) => [id]));
    expect(asked).toEqual(['/cards', '/cards']);
  });

  it('read a whole list once', async () => {
    const { loaders, asked } = setUp({ '/cards': [aCard('c1')] });
    await Promise.all([loaders.cards.load('all'), loaders.cards.load('all')]);
    expect(asked).toEqual(['/cards']);
  });

  it('fail for the key that failed, with what it failed with', async () => {
    const away = new UpstreamFailure({ kind: 'unreachable', route: '/cards/{id}' });
    const { loaders } = setUp({ '/cards/c1': aCard('c1'), '/cards/c2': away });
    expect(await loaders.card.loadMany(['c1', 'c2', 'c3'])).toEqual([
      expect.objectContaining({ id: 'c1' }),
      away,
      null,
    ]);
  });

  it('read anew after a change', async () => {
    const { loaders, asked } = setUp({ '/cards/c1': aCard('c1'), '/cards': [aCard('c1')] });
    const readAll = async () => {
      await loaders.card.load('c1');
      await loaders.cards.load('all');
    };
    await readAll();
    loaders.clear();
    await readAll();
    expect(asked).toEqual(['/cards/c1', '/cards', '/cards/c1', '/cards']);
  });

  it('know by itself what came below its parent', async () => {
    const { loaders, asked } = setUp({ '/accounts/p1/cards': [aCard('c1'), aCard('c2')] });
    await loaders.cardsOfAccount.load('p1');
    expect((await loaders.card.loadMany(['c2', 'c1'])).map((card) => card && 'id' in card && card.id)).toEqual([
      'c2',
      'c1',
    ]);
    expect(asked).toEqual(['/accounts/p1/cards']);
  });

  it('do not know by itself what came below its parent before a change', async () => {
    let answer = (_: unknown) => {};
    const cards = new Promise((resolve) => {
      answer = resolve;
    });
    const { loaders, asked } = setUp({ '/accounts/p1/cards': () => cards, '/cards/c1': aCard('c1') });
    const reading = loaders.cardsOfAccount.load('p1');
    await new Promise(setImmediate);
    loaders.clear();
    answer([aCard('c1')]);
    await reading;
    await loaders.card.load('c1');
    expect(asked).toEqual(['/accounts/p1/cards', '/cards/c1']);
  });
});
