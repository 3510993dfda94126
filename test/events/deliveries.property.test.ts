import { fc } from '../support/fast-check.js';
import { createReceivingNode, type DeliveryPlan, planDeliveries } from './deliveries.js';

/** A small generator of numbers (mulberry32), so that a run can be repeated. */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Sends the deliveries, so many at a time, while the API moves on and readers fill the cache with whatever they catch.
 * A delivery is sent after the change that it tells of, but not before or after any other one.
 */
async function run(plan: DeliveryPlan) {
  const node = createReceivingNode();
  const { deliveries, ids, lastVersion } = planDeliveries(plan);
  const strangers = { read: 0 };
  let isDone = false;
  const reading = (async () => {
    while (!isDone) {
      const id = ids[Math.floor(plan.random() * ids.length)] as string;
      await node.api.reads.read('card', id);
      strangers.read += 1;
      await turn();
    }
  })();
  for (let start = 0; start < deliveries.length; start += 20) {
    const batch = deliveries.slice(start, start + 20);
    for (const { body, version } of batch) if (version !== null) node.advance(String(body.id), version, lastVersion);
    await Promise.all(batch.map(({ body }) => node.deliver(body)));
  }
  isDone = true;
  await reading;
  for (let turns = 0; turns < 200; turns += 1) await turn();
  node.hub.close();
  const regressions = [...node.seen.values()].filter((states) => {
    const versions = states.map(({ updatedAt }) => Date.parse(updatedAt ?? ''));
    const end = states.findIndex(({ status }) => status === 'TERMINATED');
    return (
      versions.some((version, index) => index > 0 && version <= (versions[index - 1] ?? 0)) ||
      (end !== -1 && end < states.length - 1)
    );
  });
  const effectsOfForgeries = [...node.seen.values()]
    .flat()
    .filter((state) => 'maskedPan' in state || !ids.includes(state.id));
  return { node, deliveries, ids, lastVersion, regressions, effectsOfForgeries };
}

async function assertNewest({
  node,
  ids,
  lastVersion,
  regressions,
  effectsOfForgeries,
}: Awaited<ReturnType<typeof run>>) {
  expect(regressions).toEqual([]);
  expect(effectsOfForgeries).toEqual([]);
  for (const id of ids) {
    const newest = node.finalState(id, lastVersion);
    expect(node.seen.get(id)?.at(-1)).toEqual(newest);
    expect(await node.api.reads.read('card', id)).toEqual(newest);
  }
}

describe('deliveries, shuffled, doubled, outdated and forged', () => {
  it('10,000 of them: every card ends in its newest state, for subscribers and in the cache', async () => {
    const result = await run({
      cards: 100,
      changes: 7_600,
      duplicateRate: 0.2,
      staleRate: 0.05,
      forgedRate: 0.08,
      random: numbersOf(7),
    });
    expect(result.deliveries.length).toBeGreaterThan(10_000);
    await assertNewest(result);
    const counts = await result.node.resultCounts();
    expect(counts.duplicate).toBeGreaterThan(1_000);
    expect((counts.accepted ?? 0) + (counts.duplicate ?? 0)).toBe(result.deliveries.length);
  });

  it('in every order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 60 }),
        async (seed, cards, changes) => {
          const rates = { duplicateRate: 0.3, staleRate: 0.2, forgedRate: 0.3 };
          await assertNewest(await run({ cards, changes, ...rates, random: numbersOf(seed) }));
        },
      ),
      { numRuns: 40 },
    );
  });
});
