import { Flight, settleWithin } from '../../../src/datasources/cache/flight.js';
import { FixedDeadline, reasonOf } from '../../../src/datasources/deadline.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';

const waiters: FixedDeadline[] = [];
function aWaiter(inMs = 60_000): FixedDeadline {
  const waiter = new FixedDeadline(performance.now() + inMs);
  waiters.push(waiter);
  return waiter;
}
afterEach(() => {
  for (const waiter of waiters.splice(0)) waiter.end();
});

describe('work that several wait for', () => {
  it('has the deadline of the most patient', () => {
    const flight = new Flight();
    const [early, late] = [aWaiter(1_000), aWaiter(2_000)];
    flight.join(late);
    flight.join(early);
    expect(flight.at).toBe(late.at);
  });

  it('goes on while one waits, and is given up with the last', () => {
    const flight = new Flight();
    const [one, other] = [aWaiter(), aWaiter()];
    flight.join(one);
    flight.join(other);
    one.cancel();
    expect(flight.signal.aborted).toBe(false);
    other.cancel();
    expect(reasonOf(flight.signal).kind).toBe('cancelled');
  });

  it('is not kept alive by one who joins twice', () => {
    const flight = new Flight();
    const one = aWaiter();
    flight.join(one);
    flight.join(one);
    one.cancel();
    expect(flight.signal.aborted).toBe(true);
  });

  it('is never given up when somebody waits without end', () => {
    const flight = new Flight();
    const one = aWaiter();
    flight.join(undefined);
    flight.join(one);
    one.cancel();
    expect([flight.signal.aborted, flight.at]).toEqual([false, Number.POSITIVE_INFINITY]);
  });

  it('is given up at once when the only one who asks has gone already', () => {
    const flight = new Flight();
    const one = aWaiter();
    one.cancel();
    flight.join(one);
    expect(flight.signal.aborted).toBe(true);
  });

  it('cannot be given up once it has ended', () => {
    const flight = new Flight();
    const one = aWaiter();
    flight.join(one);
    flight.land();
    one.cancel();
    expect(flight.signal.aborted).toBe(false);
  });
});

describe('waiting no longer than the deadline', () => {
  const late = (reason: UpstreamFailure) => `late: ${reason.kind}`;
  const never = new Promise<string>(() => {});

  it('takes what has arrived, and says of the rest that it is late', async () => {
    const waiter = aWaiter(30);
    expect(await settleWithin([Promise.resolve('a'), 'b', never], waiter, late)).toEqual(['a', 'b', 'late: timeout']);
  });

  it('takes what has arrived even if the time was over before', async () => {
    const waiter = aWaiter(-1);
    expect(await settleWithin([Promise.resolve('a'), never], waiter, late)).toEqual(['a', 'late: timeout']);
  });

  it('does not look at the deadline when nothing is awaited', async () => {
    expect(await settleWithin(['a', 'b'], aWaiter(-1), late)).toEqual(['a', 'b']);
  });

  it('waits for everything without a deadline', async () => {
    const slow = new Promise<string>((resolve) => setTimeout(() => resolve('slow'), 20));
    expect(await settleWithin([slow], undefined, late)).toEqual(['slow']);
  });
});
