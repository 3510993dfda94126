/** What befalls the first request, by name; and what is asked of the sandbox for it, for one account. */
export const FAULTS = {
  'timeout before commit': { kind: 'hang' },
  'drop after commit': { kind: 'drop-after-commit' },
  reset: { kind: 'reset' },
  '502 after commit': { kind: 'status-after-commit', status: 502 },
  '503 after commit': { kind: 'status-after-commit', status: 503 },
  '504 after commit': { kind: 'status-after-commit', status: 504 },
  /** Begins after the gateway has given up waiting: its repetitions meet a key that is in flight. */
  '409 in flight': { kind: 'latency' },
  'token expiry': null,
  /** Executed; the gateway is killed before it hears of it, and started again. */
  'gateway killed': { kind: 'hang-after-commit' },
  /** With an answer that is lost on top. */
  'Redis down': { kind: 'drop-after-commit' },
} as const;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** How the client goes on. */
export const REPEATS = ['at once', 'later', 'to another node', 'ten at once', 'other payload', 'other caller'] as const;
export type Repeat = (typeof REPEATS)[number];

export interface Cell {
  fault: FaultName;
  repeat: Repeat;
}

/** Every cell of the matrix whose fault is one of these. */
export function cellsOf(faults: readonly FaultName[]): Cell[] {
  return faults.flatMap((fault) => REPEATS.map((repeat) => ({ fault, repeat })));
}
