/** One point in time in the two forms in which the API writes it. */
export interface Instant {
  epochMs: number;
  /** Microseconds, trailing zeros dropped: what reads return. */
  stored: string;
  /** Nanoseconds, always nine digits: what the response to a creation carries. */
  precise: string;
}

/**
 * Writes microseconds since 1970 as the API writes stored times, e.g. `2024-01-12T15:22:30.2762Z`.
 * Source: examples of https://docs.offblocks.xyz/developer-guides/step-by-step-guide/card-authorisations
 */
export function formatMicroseconds(epochMicroseconds: number): string {
  const iso = new Date(Math.floor(epochMicroseconds / 1000)).toISOString();
  const fraction = `${iso.slice(20, 23)}${pad3(epochMicroseconds % 1000)}`.replace(/0+$/, '');
  return fraction === '' ? `${iso.slice(0, 19)}Z` : `${iso.slice(0, 19)}.${fraction}Z`;
}

/**
 * Hands out instants that strictly increase, also when the clock stands still, so that `createdAt` orders entities.
 * The digits below the clock's millisecond are made up. Creations are answered with nanoseconds and later read with
 * microseconds, cut off and not rounded:
 * https://docs.offblocks.xyz/developer-guides/step-by-step-guide/card-issuance
 */
export class InstantSource {
  readonly #clock: () => Date;
  #lastMicroseconds = 0;
  #count = 0;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  next(): Instant {
    this.#count += 1;
    const fromClock = this.#clock().getTime() * 1000 + ((this.#count * 379) % 1000);
    this.#lastMicroseconds = Math.max(fromClock, this.#lastMicroseconds + 1);
    return toInstant({ epochMicroseconds: this.#lastMicroseconds, nanoseconds: ((this.#count * 613) % 999) + 1 });
  }
}

function toInstant({ epochMicroseconds, nanoseconds }: { epochMicroseconds: number; nanoseconds: number }): Instant {
  const epochMs = Math.floor(epochMicroseconds / 1000);
  const seconds = new Date(epochMs).toISOString().slice(0, 23);
  return {
    epochMs,
    stored: formatMicroseconds(epochMicroseconds),
    precise: `${seconds}${pad3(epochMicroseconds % 1000)}${pad3(nanoseconds)}Z`,
  };
}

function pad3(value: number): string {
  return String(value).padStart(3, '0');
}
