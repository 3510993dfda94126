import { createMutationLedger, type Run, type Turn } from '../../../src/datasources/mutations/mutation-ledger.js';
import {
  createLocalMutationRecords,
  type MutationRecords,
} from '../../../src/datasources/mutations/mutation-records.js';
import { MutationState } from '../../../src/schema/mutation-outcome/mutation-state.enum.js';
import { aRecord } from './record-builder.js';

const { IN_FLIGHT, SUCCEEDED, UNKNOWN } = MutationState;
const ASKED = { id: 'k', owner: 'caller', mutation: 'createCard', clientKey: 'key', fingerprint: 'f' } as const;
const DONE = { state: SUCCEEDED, entityId: 'card-1', userErrors: [] };
const LEASE_MS = 3_000;
const MINUTE = 60_000;

const now = () => new Date();
const onTwoNodes = (records: MutationRecords = createLocalMutationRecords({ now })) => {
  const ledger = () => createMutationLedger({ records, now, waitMs: 8_000, leaseMs: LEASE_MS, longestRunMs: 40_000 });
  return [ledger(), ledger(), records] as const;
};

function runOf(turn: Turn): Run {
  if (turn.kind !== 'run' && turn.kind !== 'look-up') throw new Error(`no run: ${turn.kind}`);
  return turn.run;
}

beforeEach(() => {
  jest.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a gateway that wants a key', () => {
  it('waits while another one carries it out, and hears how it ended', async () => {
    const [one, other] = onTwoNodes();
    const run = runOf(await one.take(ASKED));
    expect([run.wasTried, run.isAlone]).toEqual([false, true]);
    const waiting = other.take(ASKED);
    await jest.advanceTimersByTimeAsync(1_000);
    await run.end(DONE);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await waiting).toMatchObject({ kind: 'replay', record: { entityId: 'card-1' } });
  });

  it('does not wait for ever, however long the other one takes', async () => {
    const [one, other] = onTwoNodes();
    await one.take(ASKED);
    const waiting = other.take(ASKED);
    await jest.advanceTimersByTimeAsync(9_000);
    expect(await waiting).toEqual({ kind: 'in-flight' });
  });

  it('waits no longer than its own time', async () => {
    const [one, other] = onTwoNodes();
    await one.take(ASKED);
    const waiting = other.take(ASKED, 60);
    await jest.advanceTimersByTimeAsync(60);
    expect(await waiting).toEqual({ kind: 'in-flight' });
    expect(await other.take(ASKED, -1)).toEqual({ kind: 'in-flight' });
  });

  it('is told at once that another input has the key', async () => {
    const [one, other] = onTwoNodes();
    await one.take(ASKED);
    expect(await other.take({ ...ASKED, fingerprint: 'other' })).toEqual({ kind: 'reused' });
  });

  it('carries it out itself when the other one has not', async () => {
    const [one, other] = onTwoNodes();
    const run = runOf(await one.take(ASKED));
    const waiting = other.take(ASKED);
    await jest.advanceTimersByTimeAsync(500);
    await run.release();
    await jest.advanceTimersByTimeAsync(500);
    expect(runOf(await waiting).wasTried).toBe(false);
  });
});

describe('a gateway that died', () => {
  /** It took the key, and never renewed its lease. */
  async function abandoned(startedAgoMs: number) {
    const [one, , records] = onTwoNodes();
    const startedAtMs = Date.now() - startedAgoMs;
    const left = { state: IN_FLIGHT, entityId: null, leaseUntilMs: startedAtMs + LEASE_MS, fingerprint: 'f' };
    await records.swap('k', { holders: [], next: aRecord({ ...left, startedAtMs, triedAtMs: startedAtMs }) });
    return { one, records, startedAtMs };
  }

  it('is taken over from once its lease is over, knowing since when the key is in use', async () => {
    const { one, startedAtMs } = await abandoned(100);
    const waiting = one.take(ASKED);
    await jest.advanceTimersByTimeAsync(LEASE_MS + 500);
    const turn = await waiting;
    expect(turn).toMatchObject({ kind: 'run', run: { wasTried: true, startedAtMs, lastTriedAtMs: startedAtMs } });
  });

  it('is taken over from by one of those who wait, and the others wait for that one', async () => {
    const { one, records } = await abandoned(LEASE_MS);
    const [two] = onTwoNodes(records);
    const waiting = [one.take(ASKED), two.take(ASKED)];
    const turn = await Promise.race(waiting);
    await runOf(turn).end(DONE);
    await jest.advanceTimersByTimeAsync(1_000);
    expect((await Promise.all(waiting)).map(({ kind }) => kind).sort()).toEqual(['replay', 'run']);
  });

  it('too long ago for the API to know the key leaves a look-up', async () => {
    const { one, startedAtMs } = await abandoned(55 * MINUTE);
    const turn = await one.take(ASKED);
    expect(turn).toMatchObject({ kind: 'look-up', run: { startedAtMs, lastTriedAtMs: startedAtMs } });
  });
});

describe('a run', () => {
  it('keeps its lease for as long as it takes, up to a bound', async () => {
    const [one, other] = onTwoNodes();
    await one.take(ASKED);
    await jest.advanceTimersByTimeAsync(30_000);
    const waiting = other.take(ASKED);
    await jest.advanceTimersByTimeAsync(8_500);
    expect(await waiting).toEqual({ kind: 'in-flight' });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(runOf(await other.take(ASKED)).wasTried).toBe(true);
  });

  it('that is released leaves nothing, unless an earlier try still leaves it open', async () => {
    const [one, other, records] = onTwoNodes();
    await runOf(await one.take(ASKED)).release();
    expect(await records.read(['k'])).toEqual([]);
    await runOf(await one.take(ASKED)).end({ state: UNKNOWN, entityId: null, userErrors: [] });
    await runOf(await other.take(ASKED)).release();
    expect(await records.read(['k'])).toMatchObject([{ state: UNKNOWN }]);
  });

  it('that has ended cannot be put back in flight by a renewal that was held up on its way', async () => {
    const records = createLocalMutationRecords({ now });
    const late: (() => Promise<unknown>)[] = [];
    let holdsUp = false;
    const [one] = onTwoNodes({
      ...records,
      swap(id, change) {
        if (!holdsUp || change.next?.state !== IN_FLIGHT) return records.swap(id, change);
        late.push(() => records.swap(id, change));
        return Promise.resolve({ seen: null, isComplete: true });
      },
    });
    const run = runOf(await one.take(ASKED));
    holdsUp = true;
    await jest.advanceTimersByTimeAsync(LEASE_MS / 3);
    await run.end(DONE);
    expect(late).toHaveLength(1);
    for (const arrive of late) await arrive();
    expect(await records.read(['k'])).toMatchObject([{ state: SUCCEEDED }]);
  });

  it('that lost its lease does not overwrite what its successor wrote', async () => {
    const [one, other, records] = onTwoNodes();
    const slow = runOf(await one.take(ASKED));
    await jest.advanceTimersByTimeAsync(50_000);
    await runOf(await other.take(ASKED)).end(DONE);
    await slow.end({ state: UNKNOWN, entityId: null, userErrors: [] });
    expect(await records.read(['k'])).toMatchObject([{ state: SUCCEEDED, entityId: 'card-1' }]);
  });

  it('knows whether somebody else may have the key: a shared store that is away cannot tell', async () => {
    const records = createLocalMutationRecords({ now });
    const [one] = onTwoNodes({
      ...records,
      swap: async (id, change) => ({ ...(await records.swap(id, change)), isComplete: false }),
    });
    expect(runOf(await one.take(ASKED)).isAlone).toBe(false);
  });
});
