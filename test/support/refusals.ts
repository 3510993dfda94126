import type { RunningSandbox } from '../../sandbox/sandbox.js';

/** What a sandbox refused for want of a good token or signature, over restarts and resets of its counters. */
export interface Refusals {
  /** Announces that the test makes the sandbox refuse so many requests. */
  expect(expected: Partial<RefusalCounts>): void;
  total(): RefusalCounts;
  /** Sets the counters of the sandbox to zero, but remembers what it has refused so far. */
  resetStats(): void;
  /** Fails the test unless all that was refused was announced. */
  assertAnnounced(): void;
}

export interface RefusalCounts {
  tokens: number;
  signatures: number;
}

export function createRefusals(sandboxOf: () => RunningSandbox): Refusals {
  const expected: RefusalCounts = { tokens: 0, signatures: 0 };
  let earlier: RefusalCounts = { tokens: 0, signatures: 0 };
  const reasons = new Set<string>();

  function total(): RefusalCounts {
    const { refusedTokens, refusedSignatures } = sandboxOf().stats();
    for (const reason of Object.keys(refusedSignatures.byReason)) reasons.add(reason);
    return {
      tokens: earlier.tokens + refusedTokens,
      signatures: earlier.signatures + refusedSignatures.total,
    };
  }

  return {
    expect({ tokens = 0, signatures = 0 }) {
      expected.tokens += tokens;
      expected.signatures += signatures;
    },
    total,
    resetStats() {
      earlier = total();
      sandboxOf().resetStats();
    },
    assertAnnounced() {
      const refused = total();
      // With the reasons, so that a failure tells which part of the proof was at fault.
      expect({ refused, reasons: [...reasons] }).toEqual({
        refused: expected,
        reasons: expected.signatures > 0 ? [...reasons] : [],
      });
    },
  };
}
