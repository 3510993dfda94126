import { SharedPasses } from '../../../src/datasources/cache/shared-passes.js';

function setUp() {
  const passes = new SharedPasses<number>();
  const loads: ((value: number) => void)[] = [];
  const load = () => new Promise<number>((resolve) => loads.push(resolve));
  return { passes, loads, read: (key = 'list:cards') => passes.run(key, load) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('loads that pass the cache by', () => {
  it('are never joined once they have begun: who comes later shares the next one', async () => {
    const { loads, read } = setUp();
    const first = read();
    const later = [read(), read(), read()];
    expect(loads).toHaveLength(1);
    loads[0]?.(1);
    expect(await first).toBe(1);
    await turn();
    expect(loads).toHaveLength(2);
    const latest = read();
    loads[1]?.(2);
    expect(await Promise.all(later)).toEqual([2, 2, 2]);
    await turn();
    expect(loads).toHaveLength(3);
    loads[2]?.(3);
    expect(await latest).toBe(3);
  });

  it('begin at once when nobody loads', async () => {
    const { loads, read } = setUp();
    for (let i = 0; i < 3; i += 1) {
      const reading = read();
      expect(loads).toHaveLength(i + 1);
      loads[i]?.(i);
      expect(await reading).toBe(i);
      await turn();
    }
  });

  it('of different keys do not wait for each other', () => {
    const { loads, read } = setUp();
    void read('list:cards');
    void read('list:accounts');
    expect(loads).toHaveLength(2);
  });
});
