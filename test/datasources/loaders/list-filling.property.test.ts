import type { ReadResult } from '../../../src/datasources/cache/entity-cache.js';
import type { UpstreamClient } from '../../../src/datasources/http/upstream-client.js';
import { createResourceReader } from '../../../src/datasources/loaders/resource-reader.js';
import { cardResource, cardsOfAccount } from '../../../src/datasources/loaders/resources.js';
import { createLogger } from '../../../src/observability/logger.js';
import type { Card } from '../../../src/schema/card/card.type.js';
import { fc } from '../../support/fast-check.js';
import { neverStale, type Pass, SlowStore, type System, VersionedApi } from '../cache/history.js';
import { createLocalCache } from '../cache/local-cache.js';
import { CARD } from '../wire/wire-examples.js';

const IDS = ['c1', 'c2', 'c3'];
/** As the datasources name what a card's mutation touches: lists first. */
const TAGS = ['cards', 'account:p1:cards', 'card:c1'];

/** The API writes its version as the name on the card. */
function versionOf(result: ReadResult<Card | null | undefined> | undefined): number {
  if (!result || 'error' in result) throw result?.error ?? new Error('no result');
  return Number(result.value?.name);
}

type Way = 'alone' | 'in a batch' | 'in the list' | 'below its account';
const WAYS: readonly Way[] = ['alone', 'in a batch', 'in the list', 'below its account'];

/** A cache in front of the API, and the ways that lead through it to one card. */
function createReader(api: VersionedApi, pass: Pass) {
  const { cache, metrics } = createLocalCache({
    valueStore: new SlowStore(pass),
    generationStore: new SlowStore(pass),
  });
  const client: UpstreamClient = {
    async call({ route, readItems }) {
      const version = await api.get();
      const cards = IDS.map((id) => ({ ...CARD, id, accountId: 'p1', name: `${version}` }));
      if (readItems) return { status: 200, body: await readItems(groupsOf(cards)), bytes: 1 };
      return { status: 200, body: route === '/cards/{id}' ? cards[0] : cards, bytes: 1 };
    },
  };
  const logger = createLogger({ level: 'silent' });
  const reader = createResourceReader({ client, cache, metrics, logger, onUnknownValue: () => {} });
  const read: Record<Way, () => Promise<number>> = {
    alone: async () => versionOf((await reader.readMany(cardResource, ['c1'], { mayList: false }))[0]),
    'in a batch': async () => versionOf((await reader.readMany(cardResource, IDS, { mayList: true }))[0]),
    'in the list': async () => versionOf({ value: (await reader.readList(cardResource)).get('c1') }),
    'below its account': async () => {
      const [list] = await reader.readChildren(cardsOfAccount, ['p1'], { mayList: true });
      return versionOf(list && 'value' in list ? { value: list.value.items[0] } : list);
    },
  };
  return { cache, read };
}

/** Reads by every way in turn; writes as the datasources do. */
function everyWay(api: VersionedApi, pass: Pass): System {
  const { cache, read } = createReader(api, pass);
  let turn = 0;
  return {
    read() {
      turn += 1;
      return read[WAYS[turn % WAYS.length] as Way]();
    },
    async write() {
      const version = await api.change();
      await cache.invalidate(TAGS);
      return version;
    },
  };
}

async function* groupsOf(items: unknown[]): AsyncGenerator<unknown[]> {
  yield items;
}

describe('cards by every way that leads to them, while they change', () => {
  it('are never those before a change that was answered', async () => {
    await fc.assert(neverStale(everyWay), { numRuns: 100 });
  });

  // A reader that comes between two steps of an invalidation fills the card from the list that it finds.
  it.each([
    { order: 'lists first', steps: [['cards', 'account:p1:cards'], ['card:c1']], left: 1 },
    { order: 'the card first', steps: [['card:c1'], ['cards', 'account:p1:cards']], left: 0 },
  ])('invalidated with $order: a reader in between leaves version $left behind', async ({ steps, left }) => {
    const inOrder: Pass = async () => {};
    const api = new VersionedApi(inOrder);
    const { cache, read } = createReader(api, inOrder);
    await read['in the list']();
    await api.change();
    for (const tags of steps) {
      await cache.invalidate(tags);
      await read.alone();
    }
    expect(await read.alone()).toBe(left);
  });
});
