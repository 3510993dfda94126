/** What a flight came to, and whether this caller was the one to start it. */
export interface Landing<T> {
  value: T;
  isJoined: boolean;
}

/** The wait for somebody else's flight took too long. */
export class FlightStillUnderWay extends Error {}

/**
 * Mutations that this process has under way, by the key that the API sees. The same one asked for meanwhile is not carried
 * out beside it: it waits, and is given what came out, a failure too.
 */
export interface MutationFlights {
  /** Rejects with what `start` rejects with, or with `FlightStillUnderWay` after `waitMs`. */
  fly<T>(flight: { id: string; fingerprint: string; waitMs: number }, start: () => Promise<T>): Promise<Landing<T>>;
}

export function createMutationFlights(): MutationFlights {
  const running = new Map<string, { fingerprint: string; landing: Promise<unknown> }>();

  return {
    async fly<T>(flight: { id: string; fingerprint: string; waitMs: number }, start: () => Promise<T>) {
      const { id, fingerprint, waitMs } = flight;
      const giveUpAtMs = performance.now() + waitMs;
      for (;;) {
        const other = running.get(id);
        if (!other) break;
        const landing = waitFor(other.landing as Promise<T>, giveUpAtMs - performance.now());
        if (other.fingerprint === fingerprint) return { value: await landing, isJoined: true };
        // With another input: which of the two owns the key is in the records, once that one has landed.
        await landing.catch((error: unknown) => {
          if (error instanceof FlightStillUnderWay) throw error;
        });
      }
      const landing = start().finally(() => running.delete(id));
      running.set(id, { fingerprint, landing });
      return { value: await landing, isJoined: false };
    },
  };
}

function waitFor<T>(landing: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new FlightStillUnderWay()), Math.max(0, ms));
  });
  return Promise.race([landing, timeout]).finally(() => clearTimeout(timer));
}
