import { addFigures, parseCacheFigures, shareBetween } from '../../../bench/consistency/cache-figures.js';
import {
  type CacheLook,
  meanShare,
  percentile,
  recoveryOf,
  waitsBetween,
} from '../../../bench/redis-faults/latency.js';

const METRICS = `# TYPE gateway_cache_reads_total counter
gateway_cache_reads_total{resource="card",result="hit"} 30
gateway_cache_reads_total{resource="card",result="miss"} 10
gateway_cache_reads_total{result="hit",resource="cards"} 5
gateway_cache_invalidations_total 7
`;

describe('figures of the cache', () => {
  it('are summed over resources, or read for one', () => {
    expect(parseCacheFigures(METRICS)).toEqual({ hit: 35, miss: 10 });
    expect(parseCacheFigures(METRICS, 'card')).toEqual({ hit: 30, miss: 10 });
    expect(parseCacheFigures(METRICS, 'account')).toEqual({});
    expect(addFigures([{ hit: 1 }, { hit: 2, joined: 3 }])).toEqual({ hit: 3, joined: 3 });
  });

  it('give a share over the time between two looks', () => {
    expect(shareBetween({ hit: 10, miss: 10 }, { hit: 13, miss: 10, joined: 1 }, 'hit')).toBe(0.75);
    expect(shareBetween({ hit: 10 }, { hit: 10 }, 'hit')).toBeNull();
  });
});

describe('waiting times', () => {
  it.each([
    [[], 0.99, null],
    [[7], 0.99, 7],
    [[3, 1, 2], 0.5, 2],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
    [Array.from({ length: 101 }, (_, index) => index + 1), 0.99, 100],
  ])('of %j have the percentile %d at %p', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  it('count from when a request was due, and belong to the time in which it was', () => {
    const sample = (dueAt: number, answeredAt: number) => ({ kind: 'read' as const, dueAt, answeredAt, failure: null });
    expect(waitsBetween([sample(9, 10), sample(10, 300), sample(19, 20), sample(20, 21)], 10, 20)).toEqual([290, 1]);
  });
});

describe('recovery', () => {
  const look = (at: number, hit: number | null, passed: number | null): CacheLook => ({ at, hit, passed });
  const usual = { hit: 0.5, passed: 0.1 };

  it('is there when two looks in a row are as usual', () => {
    const looks = [
      look(90, 0.6, 0.1),
      look(110, 0, 1),
      look(120, 0.5, 0.1),
      look(130, 0, 1),
      look(140, 0.1, 0.2),
      look(150, 0.3, 0.15),
      look(160, 0.4, 0.1),
      look(170, 0.41, 0.1),
    ];
    expect(recoveryOf(looks, 100, usual)).toEqual({ inUseMs: 40, warmMs: 60 });
    expect(meanShare(looks, 'hit', 140, 170)).toBeCloseTo(0.37);
  });

  it('is not there when nothing was seen of it', () => {
    expect(recoveryOf([look(110, 0, 1), look(120, null, null)], 100, usual)).toEqual({ inUseMs: null, warmMs: null });
    expect(meanShare([], 'hit', 0, 100)).toBeNull();
  });
});
