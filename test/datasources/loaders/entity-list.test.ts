import { EntityList } from '../../../src/datasources/loaders/entity-list.js';

const anEntity = (id: string, createdAt: string | null, parentId: string | null = null) => ({
  id,
  createdAt,
  parentId,
});
const A = anEntity('a', '2024-01-12T14:32:26.2Z', 'p1');
const B = anEntity('b', '2024-01-12T14:32:26.123456789Z', 'p2');
const C = anEntity('c', '2024-01-12T14:32:26.123456788Z', 'p1');
const D = anEntity('d', '2024-01-12T14:32:26.200Z');
const NEVER = anEntity('n', null, 'p1');

describe('EntityList', () => {
  it('is in the order of creation, to the microsecond, then of ID; what has no date comes first', () => {
    const ordered = ['n', 'b', 'c', 'a', 'd'];
    for (const entities of [
      [A, B, C, D, NEVER],
      [NEVER, D, C, B, A],
      [D, NEVER, A, C, B],
    ]) {
      expect(new EntityList(entities).items.map(({ id }) => id)).toEqual(ordered);
    }
  });

  it('is immutable, and leaves what it was made from as it was', () => {
    const entities = [A, B];
    const list = new EntityList(entities);
    expect(Object.isFrozen(list.items)).toBe(true);
    expect(entities).toEqual([A, B]);
    entities.push(C);
    expect(list.length).toBe(2);
  });

  it('finds by ID', () => {
    const list = new EntityList([A, B]);
    expect([list.get('b'), list.get('a'), list.get('z'), list.get('constructor')]).toEqual([
      B,
      A,
      undefined,
      undefined,
    ]);
  });

  it('finds what is below a parent in its own order, from an index that is made once', () => {
    const list = new EntityList([A, B, C, D, NEVER]);
    const parentIdOf = jest.fn(({ parentId }: typeof A) => parentId);
    expect(list.childrenOf('parents', parentIdOf, 'p1').map(({ id }) => id)).toEqual(['n', 'c', 'a']);
    expect(list.childrenOf('parents', parentIdOf, 'p2').map(({ id }) => id)).toEqual(['b']);
    expect(list.childrenOf('parents', parentIdOf, 'p3')).toEqual([]);
    expect(parentIdOf).toHaveBeenCalledTimes(5);
  });

  it('keeps the indexes of several relations apart', () => {
    const list = new EntityList([A, B]);
    expect(list.childrenOf('parents', ({ parentId }) => parentId, 'p1')).toEqual([A]);
    expect(list.childrenOf('names', ({ id }) => id, 'b')).toEqual([B]);
  });

  it('can be empty', () => {
    const list = new EntityList<typeof A>([]);
    expect([list.length, list.get('a'), list.childrenOf('parents', ({ parentId }) => parentId, 'p1')]).toEqual([
      0,
      undefined,
      [],
    ]);
  });
});
