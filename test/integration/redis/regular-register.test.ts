import type { History, Read, State, Write } from '../../../bench/consistency/history.js';
import { findViolations } from '../../../bench/consistency/regular-register.js';

const version = (number: number): State => ({
  version: `v${number}`,
  status: number % 2 === 0 ? 'ACTIVE' : 'INACTIVE',
});
const INITIAL = new Map([['a', version(0)]]);

/** Writes of versions 1, 2, … from one moment to another; without the second there was no answer. */
function writes(...spans: [beganAt: number, answeredAt?: number][]): Write[] {
  return spans.map(([beganAt, answeredAt], index) => ({
    register: 'a',
    beganAt,
    answeredAt: answeredAt ?? null,
    state: answeredAt === undefined ? null : version(index + 1),
  }));
}

function read(beganAt: number, answeredAt: number, saw: State): Read {
  return { register: 'a', beganAt, answeredAt, saw };
}

function kindsOf(history: Partial<History>): string[] {
  return findViolations({ initial: INITIAL, writes: [], reads: [], ...history }).map(({ kind }) => kind);
}

/** From 10 to 20 version 1 was written, from 30 to 40 version 2. */
const TWO_WRITES = writes([10, 20], [30, 40]);

describe('a regular register', () => {
  it.each<[string, Read]>([
    ['the initial state before any write', read(1, 2, version(0))],
    ['the initial state while the first write is under way', read(5, 15, version(0))],
    ['the state of a write that is under way', read(12, 14, version(1))],
    ['the state of a write that began before the read was answered', read(5, 15, version(1))],
    ['the old state in a read that began before the answer and ended after it', read(15, 25, version(0))],
    ['the old state in a read that began with the answer, since neither came first', read(20, 25, version(0))],
    ['the last acknowledged state', read(21, 29, version(1))],
    ['any state that overlaps a long read: the first', read(15, 50, version(0))],
    ['any state that overlaps a long read: the one between', read(15, 50, version(1))],
    ['any state that overlaps a long read: the last', read(15, 50, version(2))],
    ['the last state long after', read(1_000, 1_001, version(2))],
    ['as much of the state as could be seen', read(1_000, 1_001, { status: 'ACTIVE' })],
  ])('may show %s', (_, shown) => {
    expect(kindsOf({ writes: TWO_WRITES, reads: [shown] })).toEqual([]);
  });

  it.each<[string, string, Read]>([
    ['the state before an acknowledged write', 'stale', read(21, 22, version(0))],
    ['a state two writes old', 'stale', read(41, 42, version(0))],
    ['a part of a state that was replaced', 'stale', read(41, 42, { status: 'INACTIVE' })],
    ['the state before an acknowledged write while another is under way', 'stale', read(31, 32, version(0))],
    ['what was not yet sent to be written', 'early', read(1, 9, version(1))],
    ['the state of the write after the next', 'early', read(12, 14, version(2))],
    ['what nobody ever wrote', 'unknown', read(12, 14, { version: 'v9' })],
    ['a mixture of two states', 'unknown', read(12, 14, { version: 'v1', status: 'ACTIVE' })],
  ])('never shows %s', (_, kind, shown) => {
    expect(kindsOf({ writes: TWO_WRITES, reads: [shown] })).toEqual([kind]);
  });

  it('lets a write without an answer take effect at any time, or never', () => {
    const history = { writes: writes([10, 20], [30]) };
    const later = [read(31, 32, version(1)), read(1_000, 1_001, version(2)), read(2_000, 2_001, version(1))];
    expect(kindsOf({ ...history, reads: later })).toEqual([]);
    expect(kindsOf({ ...history, reads: [read(25, 29, version(0)), read(22, 29, version(7))] })).toEqual([
      'stale',
      'unknown',
    ]);
  });

  it('says how far behind a stale read was and how long the answer had been there', () => {
    const [violation] = findViolations({
      initial: INITIAL,
      writes: TWO_WRITES,
      reads: [{ ...read(45, 46, version(0)), via: 'card' }],
    });
    expect(violation).toMatchObject({ kind: 'stale', behind: 2, lateMs: 25, read: { via: 'card' } });
  });

  it('looks at each register by itself, and takes writes in any order', () => {
    const other = { register: 'b', beganAt: 1, answeredAt: 2, state: version(5) };
    const history: History = {
      initial: new Map([...INITIAL, ['b', version(0)]]),
      writes: [...TWO_WRITES].reverse().concat(other),
      reads: [
        read(41, 42, version(2)),
        { ...read(41, 42, version(5)), register: 'b' },
        { ...read(41, 42, version(0)), register: 'b' },
      ],
    };
    expect(findViolations(history).map(({ kind, read: { register } }) => [kind, register])).toEqual([['stale', 'b']]);
  });

  it.each<[string, Partial<History>]>([
    ['writes that overlap', { writes: writes([10, 20], [15, 25]) }],
    ['a write after one without an answer', { writes: writes([10], [30, 40]) }],
    ['a read of an unknown register', { reads: [{ ...read(1, 2, version(0)), register: 'z' }] }],
    ['a write of an unknown register', { writes: [{ register: 'z', beganAt: 1, answeredAt: 2, state: version(1) }] }],
  ])('refuses to judge %s', (_, history) => {
    expect(() => kindsOf(history)).toThrow(Error);
  });
});
