import { createResourceReader } from '../../../src/datasources/loaders/resource-reader.js';
import { accountResource, cardResource, cardsOfAccount } from '../../../src/datasources/loaders/resources.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createLocalCache } from '../cache/local-cache.js';
import { ACCOUNT, CARD } from '../wire/wire-examples.js';
import { createCountingApi } from './counting-api.js';

const TTL_MS = 30_000;
const END_USER = { mayList: false };

const ACTIVE = { ...CARD, id: 'active', accountId: 'p1' };
const ISSUING = { ...CARD, id: 'issuing', accountId: 'p2', status: 'issuing' };
const PENDING = { ...ACCOUNT, id: 'pending', status: 'pending' };

function setUp() {
  const { client, asked } = createCountingApi({
    '/cards': [ACTIVE, ISSUING],
    '/cards/active': ACTIVE,
    '/cards/issuing': ISSUING,
    '/accounts/p1/cards': [ACTIVE],
    '/accounts/p2/cards': [ISSUING],
    '/accounts': [PENDING],
    '/accounts/pending': PENDING,
  });
  const { cache, metrics } = createLocalCache({ ttlMs: TTL_MS });
  const logger = createLogger({ level: 'silent' });
  const createNode = () => {
    const reader = createResourceReader({ client, cache, metrics, logger, onUnknownValue: () => {} });
    return {
      list: () => reader.readList(cardResource),
      accounts: () => reader.readList(accountResource),
      account: (id: string) => reader.readMany(accountResource, [id], END_USER),
      card: (id: string) => reader.readMany(cardResource, [id], END_USER),
      below: (id: string) => reader.readChildren(cardsOfAccount, [id], END_USER),
    };
  };
  /** What the API was asked for since the last time. */
  const newlyAsked = () => asked.splice(0);
  return { node: createNode(), otherNode: createNode(), newlyAsked };
}

type Node = ReturnType<typeof setUp>['node'];
const aWhile = (ms: number) => jest.advanceTimersByTime(ms);

describe('a value that was filled from a list', () => {
  beforeEach(() => {
    // Only the clocks stand still: what the streams of answers need goes on.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each<[string, (node: Node) => Promise<unknown>, string]>([
    ['an entity', (node) => node.card('active'), '/cards/active'],
    ['the children of one parent', (node) => node.below('p1'), '/accounts/p1/cards'],
  ])('is as old as the list: %s', async (_, read, path) => {
    const { node, newlyAsked } = setUp();
    await node.list();
    aWhile(TTL_MS - 1_000);
    await read(node);
    aWhile(999);
    await read(node);
    expect(newlyAsked()).toEqual(['/cards']);
    aWhile(2);
    await read(node);
    expect(newlyAsked()).toEqual([path]);
    aWhile(TTL_MS - 1_000);
    await read(node);
    expect(newlyAsked()).toEqual([]);
  });

  it.each<[string, (node: Node) => Promise<unknown>, (node: Node) => Promise<unknown>, string]>([
    ['a card that is being issued', (node) => node.list(), (node) => node.card('issuing'), '/cards/issuing'],
    ['an account with such a card', (node) => node.list(), (node) => node.below('p2'), '/accounts/p2/cards'],
    [
      'an account that is being opened',
      (node) => node.accounts(),
      (node) => node.account('pending'),
      '/accounts/pending',
    ],
  ])('is not taken from a list of two seconds ago when it changes by itself: %s', async (_, fill, read, path) => {
    const { node, newlyAsked } = setUp();
    await fill(node);
    newlyAsked();
    aWhile(1_999);
    await read(node);
    expect(newlyAsked()).toEqual([]);
    aWhile(2);
    await read(node);
    expect(newlyAsked()).toEqual([path]);
    aWhile(1_999);
    await read(node);
    expect(newlyAsked()).toEqual([]);
    aWhile(2);
    await read(node);
    expect(newlyAsked()).toEqual([path]);
  });

  it('is handed out and not kept when another node has read the list, whose age is then not known', async () => {
    const { node, otherNode, newlyAsked } = setUp();
    await node.list();
    aWhile(TTL_MS - 1_000);
    expect(await otherNode.card('active')).toMatchObject([{ value: { id: 'active' } }]);
    expect(newlyAsked()).toEqual(['/cards']);
    aWhile(1_001);
    await otherNode.card('active');
    expect(newlyAsked()).toEqual(['/cards/active']);
  });

  it('is not taken from a list of unknown age when it changes by itself', async () => {
    const { node, otherNode, newlyAsked } = setUp();
    await node.list();
    await otherNode.card('issuing');
    await otherNode.below('p2');
    expect(newlyAsked()).toEqual(['/cards', '/cards/issuing', '/accounts/p2/cards']);
  });
});
