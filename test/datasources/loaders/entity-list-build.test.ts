import { EventLoopPacer } from '../../../src/datasources/http/event-loop-pacer.js';
import { EntityList } from '../../../src/datasources/loaders/entity-list.js';
import { sortBySortKey, sortKeyOf } from '../../../src/schema/pagination/sort-key.js';
import { fc } from '../../support/fast-check.js';

interface Entity {
  id: string;
  createdAt: string | null;
  parentId: string | null;
}

const parentIdOf = ({ parentId }: Entity) => parentId;
const pacer = new EventLoopPacer({ turnMs: 0 });

function anEntity(number: number): Entity {
  const createdAt = `2024-01-12T14:${String((number * 7) % 60).padStart(2, '0')}:00.${String(number).padStart(6, '0')}Z`;
  return { id: `id-${number}`, createdAt, parentId: number % 5 === 0 ? null : `parent-${number % 3}` };
}

/** More than one step, and more than one merge. */
const MANY = Array.from({ length: 5_000 }, (_, index) => anEntity((index * 2_741) % 5_000));

const instant = fc.oneof(
  fc.constantFrom(
    null,
    '',
    'yesterday',
    '2024-01-12T15:05:46Z',
    '2024-01-12T15:05:46.1Z',
    '2024-01-12T15:05:46.100000+00:00',
  ),
  fc.constantFrom('2024-01-12T15:05:46.100000Z', '2024-01-12T15:05:46.100000999Z', '2024-01-12T15:05:60.5Z'),
  fc.nat({ max: 9 }).map((digit) => `2024-01-12T15:05:46.00000${digit}Z`),
);
const entity: fc.Arbitrary<Entity> = fc.record({
  id: fc.constantFrom('a', 'b', 'B', 'ab', 'z~', '0'),
  createdAt: instant,
  parentId: fc.constantFrom('p', 'q', '__proto__', null),
});

async function* streamOf<T>(pieces: readonly (readonly T[])[]): AsyncGenerator<readonly T[]> {
  yield* pieces;
}

describe('EntityList at size', () => {
  it('built in pieces is the list that the constructor makes, whatever the order and the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(entity, { maxLength: 6 }), { maxLength: 6 }), async (pieces) => {
        const expected = new EntityList(pieces.flat());
        for (const source of [pieces, streamOf(pieces)]) {
          const list = await EntityList.build(source, { pacer });
          expect(list.items.map((item) => pieces.flat().indexOf(item))).toEqual(
            expected.items.map((item) => pieces.flat().indexOf(item)),
          );
          for (const { id } of expected.items) expect(list.get(id)).toBe(expected.get(id));
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['shuffled', MANY],
    ['in order', sortBySortKey(MANY)],
    ['in reverse order', sortBySortKey(MANY).reverse()],
    ['in order but for the last', [...sortBySortKey(MANY).slice(1), sortBySortKey(MANY)[0] as Entity]],
    ['all of one instant', MANY.map((item) => ({ ...item, createdAt: '2024-01-12T15:05:46Z' }))],
    [
      'of mixed precision',
      MANY.map((item, index) => (index % 3 ? item : { ...item, createdAt: '2024-01-12T14:30:00.5Z' })),
    ],
  ])('sorts a long list %s as sortBySortKey does, and leaves its input alone', async (_, entities) => {
    const before = [...entities];
    const list = await EntityList.build([entities.slice(0, 3), entities.slice(3)], { pacer });
    expect(list.items).toEqual(sortBySortKey(entities));
    expect(entities).toEqual(before);
    expect(list.length).toBe(5_000);
  });

  it('keeps equal entities in the order they came, however many', async () => {
    const twins = MANY.map((item, index) => ({ ...item, id: 'twin', createdAt: anEntity(index % 2).createdAt }));
    const list = await EntityList.build([twins], { pacer });
    const sorted = sortBySortKey(twins);
    expect(list.items.every((item, index) => item === sorted[index])).toBe(true);
  });

  it('finds entities by ID, and nothing for an ID that is not in it', async () => {
    for (const list of [new EntityList(MANY), await EntityList.build([MANY], { pacer })]) {
      expect(list.get('id-4999')).toEqual(anEntity(4_999));
      expect(list.get('id-5000')).toBeUndefined();
      expect(list.get('__proto__')).toBeUndefined();
    }
  });

  it('finds the children of each parent in order, prepared or not, and none without a parent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entity, { maxLength: 20 }), async (entities) => {
        const list = new EntityList(entities);
        for (const parentId of ['p', 'q', '__proto__', 'null', 'constructor']) {
          const expected = list.items.filter((item) => item.parentId === parentId);
          expect(list.childrenOf('relation', parentIdOf, parentId)).toEqual(expected);
        }
      }),
    );
    const list = await EntityList.build([MANY], { pacer });
    await list.prepareChildren('relation', parentIdOf, { pacer });
    const children = list.childrenOf('relation', parentIdOf, 'parent-1');
    expect(children).toEqual(list.items.filter(({ parentId }) => parentId === 'parent-1'));
    expect(new EntityList(children, { isSorted: true }).items).toEqual(children);
  });

  it('makes an index once, for all who ask at the same time and later', async () => {
    const list = await EntityList.build([MANY], { pacer });
    let calls = 0;
    const counted = (item: Entity) => {
      calls += 1;
      return item.parentId;
    };
    await Promise.all([list.prepareChildren('r', counted, { pacer }), list.prepareChildren('r', counted, { pacer })]);
    await list.prepareChildren('r', counted, { pacer });
    list.childrenOf('r', counted, 'parent-1');
    list.childrenOf('r', counted, 'parent-2');
    expect(calls).toBe(MANY.length);
    list.childrenOf('other', () => 'x', 'x');
    expect(list.childrenOf('r', counted, 'parent-1')).toHaveLength(
      list.items.filter((i) => i.parentId === 'parent-1').length,
    );
  });

  it('hands out children that can be changed without changing the list, and items that cannot', () => {
    const list = new EntityList(MANY);
    (list.childrenOf('relation', parentIdOf, 'parent-1') as Entity[]).pop();
    expect(list.childrenOf('relation', parentIdOf, 'parent-1')).toHaveLength(
      MANY.filter((i) => i.parentId === 'parent-1').length,
    );
    expect(Object.isFrozen(list.items)).toBe(true);
  });

  it('fails with what its pieces fail with', async () => {
    async function* pieces() {
      yield [anEntity(1)];
      throw new Error('truncated');
    }
    await expect(EntityList.build(pieces(), { pacer })).rejects.toThrow('truncated');
  });

  it('leaves the event loop to others while it sorts and indexes', async () => {
    let passes = 0;
    let isRunning = true;
    const count = () => {
      passes += 1;
      if (isRunning) setImmediate(count);
    };
    setImmediate(count);
    const list = await EntityList.build([MANY], { pacer });
    const afterBuild = passes;
    await list.prepareChildren('relation', parentIdOf, { pacer });
    isRunning = false;
    expect(afterBuild).toBeGreaterThan(10);
    expect(passes).toBeGreaterThan(afterBuild + 3);
    expect(list.items.map(sortKeyOf)).toEqual(MANY.map(sortKeyOf).sort());
  });
});
