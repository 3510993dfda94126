import { createMutationFlights, FlightStillUnderWay } from '../../../src/datasources/mutations/mutation-flights.js';

const FLIGHT = { id: 'k', fingerprint: 'f', waitMs: 60_000 };

/** A flight that lands when told to. */
function aFlight() {
  let land = (_value: string) => {};
  let crash = (_error: Error) => {};
  const landing = new Promise<string>((resolve, reject) => {
    land = resolve;
    crash = reject;
  });
  return { start: jest.fn(() => landing), land: (value: string) => land(value), crash: (error: Error) => crash(error) };
}

describe('flights', () => {
  it('carry the same mutation once, and give all who asked meanwhile what came out', async () => {
    const flights = createMutationFlights();
    const { start, land } = aFlight();
    const all = [1, 2, 3].map(() => flights.fly(FLIGHT, start));
    land('answer');
    expect(await Promise.all(all)).toEqual([
      { value: 'answer', isJoined: false },
      { value: 'answer', isJoined: true },
      { value: 'answer', isJoined: true },
    ]);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('share a failure too, and begin anew after it', async () => {
    const flights = createMutationFlights();
    const { start, crash } = aFlight();
    const all = [flights.fly(FLIGHT, start), flights.fly(FLIGHT, start)];
    crash(new Error('away'));
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.fly(FLIGHT, async () => 'later')).toEqual({ value: 'later', isJoined: false });
  });

  it('let another key pass', async () => {
    const flights = createMutationFlights();
    void flights.fly(FLIGHT, aFlight().start);
    expect(await flights.fly({ ...FLIGHT, id: 'other' }, async () => 'own')).toEqual({ value: 'own', isJoined: false });
  });

  it('make another input with the same key wait, and then ask for itself: the records know whose the key is', async () => {
    const flights = createMutationFlights();
    const first = aFlight();
    void flights.fly(FLIGHT, first.start).catch(() => {});
    const start = jest.fn(async () => 'reused');
    const second = flights.fly({ ...FLIGHT, fingerprint: 'other' }, start);
    await new Promise((resolve) => setImmediate(resolve));
    expect(start).not.toHaveBeenCalled();
    first.crash(new Error('whatever became of it'));
    expect(await second).toEqual({ value: 'reused', isJoined: false });
  });

  it.each(['f', 'other'])('are not waited for without end (fingerprint %s)', async (fingerprint) => {
    const flights = createMutationFlights();
    void flights.fly(FLIGHT, aFlight().start);
    await expect(flights.fly({ ...FLIGHT, fingerprint, waitMs: 1 }, async () => '')).rejects.toThrow(
      FlightStillUnderWay,
    );
  });
});
