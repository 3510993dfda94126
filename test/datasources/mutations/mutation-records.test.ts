import { createLocalMutationRecords } from '../../../src/datasources/mutations/mutation-records.js';
import {
  createSharedMutationRecords,
  type RecordStore,
} from '../../../src/datasources/mutations/shared-mutation-records.js';
import { MutationState } from '../../../src/schema/mutation-outcome/mutation-state.enum.js';
import { aRecord } from './record-builder.js';
import { itKeepsRecords } from './records-contract.js';

const now = () => new Date();

describe('records in memory', () => {
  const records = createLocalMutationRecords({ now });
  itKeepsRecords(() => [records, records]);

  it('are bounded: the one that was used longest ago makes room', async () => {
    const few = createLocalMutationRecords({ now, maxRecords: 2 });
    for (const id of ['a', 'b', 'c']) await few.swap(id, { holders: [], next: aRecord({ entityId: id }) });
    expect((await few.read(['a', 'b', 'c'])).map(({ entityId }) => entityId)).toEqual(['b', 'c']);
  });
});

/** Rows of a store that can be away, compared and set as `SWAP_SCRIPT` does; that itself is proven against a real Redis. */
function aStore() {
  const rows = new Map<string, string>();
  let isAway = false;
  const store: RecordStore = {
    keyv: {
      getMany: (async (ids: string[]) => {
        if (isAway) throw new Error('away');
        return ids.map((id) => (rows.has(id) ? JSON.parse(rows.get(id) as string).value : undefined));
      }) as RecordStore['keyv']['getMany'],
    },
    async evaluate(id, [row = '', , ...holders]) {
      if (isAway) throw new Error('away');
      const seen = rows.get(id);
      if (seen !== undefined && !holders.includes(JSON.parse(seen).value.holder)) return seen;
      if (row === '') rows.delete(id);
      else rows.set(id, row);
      return null;
    },
  };
  return { store, rows, setAway: (value: boolean) => (isAway = value) };
}

describe('records in a shared store that goes away', () => {
  const claim = aRecord({ state: MutationState.IN_FLIGHT, entityId: null, holder: 'run' });
  const done = aRecord({ holder: 'done' });

  it('are kept here meanwhile, known to be incomplete, and handed in when it is back', async () => {
    const { store, rows, setAway } = aStore();
    const [here, there] = [1, 2].map(() => createSharedMutationRecords({ store, now }));
    setAway(true);
    expect(await here?.swap('k', { holders: [], next: claim })).toEqual({ seen: null, isComplete: false });
    expect(await here?.swap('k', { holders: [], next: done })).toEqual({ seen: claim, isComplete: false });
    await here?.swap('k', { holders: ['run'], next: done });
    expect(await here?.read(['k'])).toEqual([done]);
    await expect(there?.read(['k'])).rejects.toThrow('away');
    await here?.handIn();
    setAway(false);
    expect(rows.size).toBe(0);
    await here?.handIn();
    expect(await there?.read(['k'])).toEqual([done]);
    expect(await here?.read(['k'])).toEqual([done]);
  });

  it('end what was begun before it went, also when nobody hands in but the next who asks', async () => {
    const { store, setAway } = aStore();
    const [here, there] = [1, 2].map(() => createSharedMutationRecords({ store, now }));
    await here?.swap('k', { holders: [], next: claim });
    setAway(true);
    await here?.swap('k', { holders: ['run'], next: done });
    setAway(false);
    expect((await there?.swap('k', { holders: [], next: claim }))?.seen).toEqual(claim);
    expect((await here?.swap('k', { holders: [], next: claim }))?.seen).toEqual(done);
    expect((await there?.swap('k', { holders: [], next: claim }))?.seen).toEqual(done);
  });

  it('give way to another gateway that has taken over meanwhile', async () => {
    const { store, setAway } = aStore();
    const [here, there] = [1, 2].map(() => createSharedMutationRecords({ store, now }));
    await here?.swap('k', { holders: [], next: claim });
    setAway(true);
    await here?.swap('k', { holders: ['run'], next: done });
    setAway(false);
    const taken = { ...claim, holder: 'other run' };
    await there?.swap('k', { holders: ['run'], next: taken });
    await here?.handIn();
    expect(await here?.read(['k'])).toEqual([taken]);
  });

  it('that were taken away meanwhile are gone', async () => {
    const { store, setAway } = aStore();
    const here = createSharedMutationRecords({ store, now });
    setAway(true);
    await here.swap('k', { holders: [], next: claim });
    await here.swap('k', { holders: ['run'], next: null });
    expect(await here.swap('k', { holders: [], next: done })).toEqual({ seen: null, isComplete: false });
  });

  it('are forgotten after a day here too', async () => {
    const { store, setAway } = aStore();
    let atMs = Date.now();
    const here = createSharedMutationRecords({ store, now: () => new Date(atMs) });
    setAway(true);
    await here.swap('k', { holders: [], next: done });
    atMs += 24 * 3_600_000 + 1;
    expect(await here.swap('k', { holders: [], next: claim })).toEqual({ seen: null, isComplete: false });
  });
});
