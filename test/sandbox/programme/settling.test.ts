import { Settling } from '../../../sandbox/programme/settling.js';

describe('Settling', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function start(delayMs: number) {
    const settling = new Settling(delayMs);
    const done: string[] = [];
    settling.later(() => {
      done.push('capturing');
      settling.later(() => done.push('captured'));
    });
    return { settling, done };
  }

  it('does every step, and those that follow from it, when it is drained without a delay', () => {
    const { settling, done } = start(0);
    expect(done).toEqual([]);
    settling.drain();
    expect(done).toEqual(['capturing', 'captured']);
  });

  it('does each step so much later with a delay', () => {
    const { settling, done } = start(30);
    settling.drain();
    jest.advanceTimersByTime(29);
    expect(done).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(done).toEqual(['capturing']);
    jest.advanceTimersByTime(30);
    expect(done).toEqual(['capturing', 'captured']);
  });

  it('forgets what has not happened yet', () => {
    const { settling, done } = start(30);
    settling.stop();
    jest.advanceTimersByTime(100);
    expect(done).toEqual([]);
  });
});
