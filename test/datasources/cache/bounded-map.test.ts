import { BoundedMap } from '../../../src/datasources/cache/bounded-map.js';
import { fc } from '../../support/fast-check.js';

const byLength = (maxWeight: number) => new BoundedMap<string>({ maxWeight, weigh: (value) => value.length });

describe('BoundedMap', () => {
  it('forgets what was set longest ago once it holds too much', () => {
    const map = new BoundedMap<number>({ maxWeight: 2 });
    map.set('a', 1).set('b', 2).set('c', 3);
    expect([...map]).toEqual([
      ['b', 2],
      ['c', 3],
    ]);
  });

  it('takes a read as use', () => {
    const map = new BoundedMap<number>({ maxWeight: 2 });
    map.set('a', 1).set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([...map.keys()]).toEqual(['a', 'c']);
  });

  it('weighs values, and frees as many as a heavy one needs', () => {
    const map = byLength(5);
    map.set('a', 'x').set('b', 'xx').set('c', 'xx');
    expect(map.weight).toBe(5);
    map.set('d', 'xxxx');
    expect([...map.keys()]).toEqual(['d']);
    expect(map.weight).toBe(4);
  });

  it('forgets what was used longest ago as far as it has expired, whether or not there is room', () => {
    let now = 0;
    const map = new BoundedMap<number>({ maxWeight: 10, isExpired: (expires) => expires < now });
    map.set('a', 1).set('b', 1).set('c', 5).set('d', 1);
    now = 2;
    map.set('e', 9);
    expect([...map.keys()]).toEqual(['c', 'd', 'e']);
    now = 6;
    map.set('f', 9);
    expect([[...map.keys()], map.weight]).toEqual([['e', 'f'], 2]);
  });

  it('counts a value that is replaced once', () => {
    const map = byLength(10);
    map.set('a', 'xxx').set('a', 'x');
    expect([map.weight, map.size]).toEqual([1, 1]);
  });

  it('keeps one value that exceeds the bound by itself, until the next comes', () => {
    const map = byLength(3);
    map.set('a', 'xxxx');
    expect(map.get('a')).toBe('xxxx');
    map.set('b', 'x');
    expect([...map.keys()]).toEqual(['b']);
  });

  it('is lighter by what is deleted, and empty when cleared', () => {
    const map = byLength(10);
    map.set('a', 'xx').set('b', 'xxx');
    expect([map.delete('a'), map.delete('a'), map.weight]).toEqual([true, false, 3]);
    map.clear();
    expect([map.weight, map.size, map.get('b')]).toEqual([0, 0, undefined]);
  });

  it('weighs what its values weigh and never more than its bound, whatever is done', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key, value: fc.string({ maxLength: 4 }) }),
      fc.record({ do: fc.constantFrom('get' as const, 'delete' as const), key, value: fc.constant('') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const map = byLength(6);
        for (const { do: operation, key: name, value } of steps) {
          if (operation === 'set') map.set(name, value);
          else map[operation](name);
          const weight = [...map.values()].reduce((sum, text) => sum + text.length, 0);
          expect(map.weight).toBe(weight);
          expect(weight).toBeLessThanOrEqual(6);
        }
      }),
      { numRuns: 100 },
    );
  });
});
