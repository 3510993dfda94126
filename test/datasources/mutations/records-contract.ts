import { randomUUID } from 'node:crypto';
import type { MutationRecords } from '../../../src/datasources/mutations/mutation-records.js';
import { aRecord } from './record-builder.js';

/** What every store of records has to do. `recordsOf` gives two that share what they hold; the same one twice will do. */
export function itKeepsRecords(recordsOf: () => readonly [MutationRecords, MutationRecords]): void {
  it('takes what is new, and gives it back, on either side', async () => {
    const [one, other] = recordsOf();
    const [id, record] = [
      randomUUID(),
      aRecord({ userErrors: [{ type: 'NotFoundError', details: { message: 'ü' } }] }),
    ];
    expect(await one.read([id])).toEqual([]);
    expect(await one.swap(id, { holders: [], next: record })).toEqual({ seen: null, isComplete: true });
    expect(await one.read([randomUUID(), id, randomUUID()])).toEqual([record]);
    expect(await other.read([id])).toEqual([record]);
  });

  it('gives a key to one of many that want it at the same time', async () => {
    const sides = recordsOf();
    const id = randomUUID();
    const claims = Array.from({ length: 20 }, (_, index) => aRecord({ holder: `holder-${index}` }));
    const swaps = await Promise.all(
      claims.map((next, index) => (sides[index % 2] as MutationRecords).swap(id, { holders: [], next })),
    );
    const [winner, ...more] = swaps.flatMap(({ seen }, index) => (seen === null ? [claims[index]] : []));
    expect(more).toEqual([]);
    expect(swaps.filter(({ seen }) => seen !== null).every(({ seen }) => seen?.holder === winner?.holder)).toBe(true);
  });

  it('changes a record for whoever names its holder, and for nobody else', async () => {
    const [one, other] = recordsOf();
    const id = randomUUID();
    const [first, second] = [aRecord({ holder: 'a' }), aRecord({ holder: 'b', entityId: null })];
    await one.swap(id, { holders: [], next: first });
    expect((await other.swap(id, { holders: ['x', 'y'], next: second })).seen).toEqual(first);
    expect((await other.swap(id, { holders: ['x', 'a'], next: second })).seen).toBeNull();
    expect((await one.swap(id, { holders: ['a'], next: first })).seen).toEqual(second);
    expect((await one.swap(id, { holders: ['a'], next: null })).seen).toEqual(second);
    expect((await one.swap(id, { holders: ['b'], next: null })).seen).toBeNull();
    expect(await other.read([id])).toEqual([]);
  });

  it('forgets one a day after its start, however late it was changed', async () => {
    const [one, other] = recordsOf();
    const id = randomUUID();
    const startedAtMs = Date.now() - 24 * 3_600_000 + 30;
    await one.swap(id, { holders: [], next: aRecord({ startedAtMs }) });
    const until = performance.now() + 10_000;
    while ((await other.read([id])).length > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await other.read([id])).toEqual([]);
  });
}
