import { createExplanation, readerFor } from '../../../src/datasources/loaders/explanation.js';
import { createResourceReader } from '../../../src/datasources/loaders/resource-reader.js';
import { cardResource, cardsOfAccount } from '../../../src/datasources/loaders/resources.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createLocalCache } from '../cache/local-cache.js';
import { CARD } from '../wire/wire-examples.js';
import { createCountingApi } from './counting-api.js';

describe('an explanation', () => {
  it('is empty for an operation that cost nothing', () => {
    expect(createExplanation().summary()).toEqual({ calls: [], cache: {}, batches: [] });
  });

  it('lists the requests in the order in which they ended, with milliseconds to one decimal', () => {
    const { trace, summary } = createExplanation();
    trace.request({ method: 'GET', path: '/v1/cards/1', status: 200, durationMs: 12.3456, bytes: 700 });
    trace.request({ method: 'GET', path: '/v1/cards/2', status: null, durationMs: 0.04, bytes: 0 });
    expect(summary().calls).toEqual([
      { method: 'GET', path: '/v1/cards/1', status: 200, milliseconds: 12.3, bytes: 700 },
      { method: 'GET', path: '/v1/cards/2', status: null, milliseconds: 0, bytes: 0 },
    ]);
  });

  it('counts reads of the cache by tag and result', () => {
    const { trace, summary } = createExplanation();
    for (const result of ['miss', 'hit', 'hit', 'joined', 'passed'] as const)
      trace.cacheRead({ tag: 'card:1', result });
    trace.cacheRead({ tag: 'cards', result: 'miss' });
    expect(summary().cache).toEqual({ 'card:1': { miss: 1, hit: 2, joined: 1, passed: 1 }, cards: { miss: 1 } });
  });

  it('tells how batches were carried out', () => {
    const { trace, summary } = createExplanation();
    trace.batch({ resource: 'card', size: 8, listSize: null, choice: 'list' });
    trace.batch({ resource: 'account', size: 2, listSize: 900, choice: 'single' });
    expect(summary().batches).toEqual([
      { resource: 'card', size: 8, listSize: null, choice: 'list' },
      { resource: 'account', size: 2, listSize: 900, choice: 'single' },
    ]);
  });
});

describe('the reader of a request that is explained', () => {
  function setUp() {
    const { client } = createCountingApi({ '/cards/c1': { ...CARD, id: 'c1' }, '/accounts/p1/cards': [CARD] });
    const call = jest.spyOn(client, 'call');
    const { cache, metrics } = createLocalCache();
    const logger = createLogger({ level: 'silent' });
    return { call, reader: createResourceReader({ client, cache, metrics, logger, onUnknownValue: () => {} }) };
  }

  it('tells of the reads that pass the cache by', async () => {
    const { call, reader } = setUp();
    const { trace } = createExplanation();
    const traced = readerFor(reader, { trace });
    await traced.readFresh(cardResource, 'c1');
    await traced.readChildrenFresh(cardsOfAccount, 'p1');
    expect(call.mock.calls.map(([, observe]) => observe)).toEqual([trace.request, trace.request]);
  });
});
