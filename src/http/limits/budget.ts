/** What is left of a budget after a request to spend from it. */
export interface BudgetState {
  /** Whether the points were taken; if not, none were. */
  readonly isGranted: boolean;
  readonly remaining: number;
  /** Until the whole budget is there again. */
  readonly resetMs: number;
}

/** Points for each of many keys, the same for all, whole again when its window ends; a window begins with the first spending. */
export interface Budget {
  /** Takes all of the points or none. Rejects when the store behind it fails. */
  spend(key: string, points: number): Promise<BudgetState>;
}

export interface BudgetOptions {
  /** Points in a window. */
  limit: number;
  windowMs: number;
}
