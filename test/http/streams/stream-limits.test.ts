import { ConnectionCounts } from '../../../src/http/streams/stream-limits.js';

describe('counts of connections', () => {
  it('go up to the cap of each name, and down again once for each', () => {
    const counts = new ConnectionCounts();
    const [one, other] = [counts.take('a', 2), counts.take('a', 2)];
    expect([counts.take('a', 2), counts.total]).toEqual([undefined, 2]);
    expect(counts.take('b', 2)).toBeDefined();
    one?.();
    one?.();
    expect(counts.total).toBe(2);
    expect(counts.take('a', 2)).toBeDefined();
    expect(counts.take('a', 2)).toBeUndefined();
    other?.();
    expect(counts.take('a', 2)).toBeDefined();
  });

  it('refuse everybody where the cap is zero', () => {
    expect(new ConnectionCounts().take('a', 0)).toBeUndefined();
  });
});
