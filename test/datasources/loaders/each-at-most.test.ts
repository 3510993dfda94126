import { startEach } from '../../../src/datasources/loaders/each-at-most.js';
import { fc } from '../../support/fast-check.js';

describe('each at most', () => {
  it('runs each item once, never more at a time than allowed, and answers in order whatever ends first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer(), { maxLength: 12 }),
        async (scheduler, limit, items) => {
          let running = 0;
          let most = 0;
          const seen: number[] = [];
          const work = startEach(limit, items, async (item) => {
            seen.push(item);
            running += 1;
            most = Math.max(most, running);
            await scheduler.schedule(Promise.resolve(), String(item));
            running -= 1;
            return `of ${item}`;
          });
          expect(await scheduler.waitFor(Promise.all(work))).toEqual(items.map((item) => `of ${item}`));
          expect(seen).toEqual(items);
          expect(most).toBe(Math.min(limit, items.length));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('starts the next as soon as one ends, and does not wait for the slowest', async () => {
    const started: string[] = [];
    let endSlow = () => {};
    const work = startEach(2, ['slow', 'a', 'b', 'c'], async (item) => {
      started.push(item);
      if (item === 'slow') await new Promise<void>((resolve) => (endSlow = resolve));
      return item;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual(['slow', 'a', 'b', 'c']);
    expect(await Promise.all(work.slice(1))).toEqual(['a', 'b', 'c']);
    endSlow();
    expect(await Promise.all(work)).toEqual(['slow', 'a', 'b', 'c']);
  });
});
