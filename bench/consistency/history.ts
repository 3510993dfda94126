/** What is known of a register: names and values, e.g. `{ status: 'ACTIVE', version: '2024-01-12T15:22:30.2762Z' }`. */
export type State = Readonly<Record<string, string>>;

/** One change of a register. The writes of a register follow one another: it has one writer at a time. */
export interface Write {
  register: string;
  /** Milliseconds of one clock, before the request left. */
  beganAt: number;
  /** After the answer had arrived; null when none did, so that nobody knows whether it was carried out. */
  answeredAt: number | null;
  /** The state it made; null when it was not told. */
  state: State | null;
}

/** One look at a register. */
export interface Read {
  register: string;
  beganAt: number;
  answeredAt: number;
  /** As much of the state as could be seen. */
  saw: State;
  /** Where it was seen, for reports. */
  via?: string;
}

export interface History {
  /** The state of each register before the first write. */
  initial: ReadonlyMap<string, State>;
  writes: readonly Write[];
  reads: readonly Read[];
}

/**
 * - `stale`: the state before a write whose answer had arrived when the read began
 * - `early`: the state of a write that began after the read was answered; the clock or the harness is wrong then
 * - `unknown`: no state that was ever written
 */
export type ViolationKind = 'stale' | 'early' | 'unknown';

export interface Violation {
  kind: ViolationKind;
  read: Read;
  /** For `stale`: how many acknowledged writes it is behind, and how long the oldest of them had been acknowledged. */
  behind: number;
  lateMs: number;
}
