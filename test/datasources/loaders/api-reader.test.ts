import type { UpstreamCall, UpstreamClient } from '../../../src/datasources/http/upstream-client.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { createApiReader } from '../../../src/datasources/loaders/api-reader.js';
import { cardResource, cardsOfAccount } from '../../../src/datasources/loaders/resources.js';
import { CARD } from '../wire/wire-examples.js';
import { createCountingApi } from './counting-api.js';

const aCard = (number: number) => ({ ...CARD, id: `c${number}` });

/** An API whose list comes in groups, and which notes how many were taken and whether the rest was let go of. */
function aListInGroups(groups: unknown[][]) {
  const seen = { taken: 0, isClosed: false };
  async function* bytes() {
    try {
      for (const group of groups) {
        seen.taken += 1;
        yield group;
      }
    } finally {
      seen.isClosed = true;
    }
  }
  const client: UpstreamClient = {
    async call({ readItems }: UpstreamCall) {
      if (!readItems) throw new Error('a list is read as it arrives');
      return { status: 200, body: await readItems(bytes()), bytes: 1 };
    },
  };
  return { seen, api: createApiReader({ client, onUnknownValue: () => {} }) };
}

const THREE_GROUPS = [[aCard(0), aCard(1)], [aCard(2), aCard(3)], [aCard(4)]];

describe('reading a list from the API', () => {
  it.each([5, 6, Number.POSITIVE_INFINITY])(
    'reads all of it when it has no more than %p entities',
    async (maxEntities) => {
      const { api, seen } = aListInGroups(THREE_GROUPS);
      const list = await api.loadList(cardResource, { maxEntities });
      expect(list.items.map(({ id }) => id)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
      expect(seen.taken).toBe(3);
    },
  );

  it.each([
    [4, 3],
    [3, 2],
    [1, 1],
    [0, 1],
  ])(
    'gives up after more than %i entities, having taken %i groups, and lets go of the rest',
    async (maxEntities, taken) => {
      const { api, seen } = aListInGroups(THREE_GROUPS);
      const reading = api.loadList(cardResource, { maxEntities });
      await expect(reading).rejects.toMatchObject({ kind: 'too-large', route: '/cards' });
      await expect(reading).rejects.toBeInstanceOf(UpstreamFailure);
      expect(seen).toEqual({ taken, isClosed: true });
    },
  );

  it('has nothing against an empty one', async () => {
    const { api } = aListInGroups([]);
    expect((await api.loadList(cardResource, { maxEntities: 0 })).length).toBe(0);
  });

  it('fails with the first element that cannot be understood', async () => {
    const { api, seen } = aListInGroups([[aCard(0)], [{ id: 'c1' }], [aCard(2)]]);
    await expect(api.loadList(cardResource, { maxEntities: 9 })).rejects.toThrow(/^card\.\w+ is not/);
    expect(seen).toEqual({ taken: 2, isClosed: true });
  });
});

describe('reading one entity or what is below it from the API', () => {
  it.each([404, 410])('takes HTTP %i for: there is none', async (status) => {
    const absent = new UpstreamFailure({ kind: 'status', route: '/any', status });
    const { client } = createCountingApi({ '/cards/c1': absent, '/accounts/p1/cards': absent });
    const api = createApiReader({ client, onUnknownValue: () => {} });
    expect(await api.readFresh(cardResource, 'c1')).toBeNull();
    expect((await api.readChildrenFresh(cardsOfAccount, 'p1')).items).toEqual([]);
  });

  it.each([400, 401, 403, 409, 500, 503])('fails with HTTP %i', async (status) => {
    const failure = new UpstreamFailure({ kind: 'status', route: '/any', status });
    const { client } = createCountingApi({ '/cards/c1': failure, '/accounts/p1/cards': failure });
    const api = createApiReader({ client, onUnknownValue: () => {} });
    await expect(api.readFresh(cardResource, 'c1')).rejects.toBe(failure);
    await expect(api.readChildrenFresh(cardsOfAccount, 'p1')).rejects.toBe(failure);
  });
});

describe('an answer about another entity than was asked for', () => {
  const { client } = createCountingApi({ '/cards/c1': aCard(2) });
  const api = createApiReader({ client, onUnknownValue: () => {} });

  it('is not believed', async () => {
    await expect(api.readFresh(cardResource, 'c1')).rejects.toMatchObject({ kind: 'invalid', route: '/cards/{id}' });
  });

  it('is not taken for the result of a mutation', () => {
    expect(api.decodeAnswer(cardResource, aCard(2), 'c1')).toBeNull();
    expect(api.decodeAnswer(cardResource, aCard(2), 'c2')).toMatchObject({ id: 'c2' });
  });
});
