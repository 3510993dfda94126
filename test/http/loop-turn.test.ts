import { hasRoom, LoopTurn, TURN_LIMITS } from '../../src/http/loop-turn.js';

const { longestMs, fewest } = TURN_LIMITS;

it.each([
  [0, 0, true],
  [fewest - 1, 60_000, true],
  [fewest, longestMs, true],
  [fewest, longestMs + 1, false],
  [100_000, longestMs, true],
])('after %i operations in %i ms there is room: %p', (taken, durationMs, isRoom) => {
  expect(hasRoom(taken, durationMs)).toBe(isRoom);
});

it('counts anew in each turn of the event loop', () => {
  const ends: (() => void)[] = [];
  const turn = new LoopTurn({ limits: { longestMs: 100, fewest: 2 }, afterTurn: (done) => void ends.push(done) });
  expect([0, 50, 100, 101, 5_000].map((now) => turn.admits(now))).toEqual([true, true, true, false, false]);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  expect([5_001, 5_090, 5_102].map((now) => turn.admits(now))).toEqual([true, true, false]);
  expect(ends).toHaveLength(2);
});

it('ends a turn when the event loop has gone round', async () => {
  const turn = new LoopTurn({ limits: { longestMs: 0, fewest: 1 } });
  expect([turn.admits(0), turn.admits(1)]).toEqual([true, false]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(turn.admits(2)).toBe(true);
});
