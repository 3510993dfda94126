import { setImmediate as nextPass } from 'node:timers/promises';
import { EventLoopPacer } from '../../../src/datasources/http/event-loop-pacer.js';

describe('EventLoopPacer', () => {
  it('gives those that wait one turn each, in the order they came, one in each pass of the event loop', async () => {
    const pacer = new EventLoopPacer({ turnMs: 0 });
    const order: string[] = [];
    const job = async (name: string) => {
      for (let times = 0; times < 3; times += 1) {
        await pacer.nextTurn();
        order.push(name);
      }
    };
    const jobs = Promise.all([job('a'), job('b'), job('c')]);
    let passes = 0;
    while (order.length < 9) {
      await nextPass();
      passes += 1;
      expect(order.length).toBeLessThanOrEqual(passes);
    }
    await jobs;
    expect(order.join('')).toBe('abcabcabc');
  });

  it('counts the work of all jobs in a pass as one turn', async () => {
    const pacer = new EventLoopPacer({ turnMs: 0 });
    expect(pacer.isTurnOver()).toBe(true);
    const patient = new EventLoopPacer({ turnMs: 60_000 });
    expect([patient.isTurnOver(), patient.isTurnOver()]).toEqual([false, false]);
    await nextPass();
    expect(patient.isTurnOver()).toBe(false);
  });

  it('resolves a wait that nothing came before', async () => {
    await expect(new EventLoopPacer({ turnMs: 1_000 }).nextTurn()).resolves.toBeUndefined();
  });
});
