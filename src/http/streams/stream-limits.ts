/** Bounds of the connections for live updates. */
export interface StreamLimits {
  /** Connections of one caller, over all transports. */
  connectionsPerPrincipal: number;
  /** Connections of one address that have not shown a token yet. */
  connectionsPerAddress: number;
  /** Connections of this node. */
  connections: number;
  /** Subscriptions of one connection. */
  subscriptionsPerConnection: number;
  /** Longest message of a client. */
  maxMessageBytes: number;
  /** What may wait on one connection for a client that does not read. */
  maxBufferedBytes: number;
  /** How long a client may take to show its token. */
  initTimeoutMs: number;
  /** Pause between signs of life; a client that answers none of them for that long is gone. */
  keepAliveMs: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  connectionsPerPrincipal: 20,
  connectionsPerAddress: 500,
  connections: 10_000,
  subscriptionsPerConnection: 50,
  maxMessageBytes: 100_000,
  maxBufferedBytes: 1_000_000,
  initTimeoutMs: 5_000,
  keepAliveMs: 15_000,
};

/** Counts by name, for caps. */
export class ConnectionCounts {
  readonly #counts = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** One more under that name unless there are `most` already; then undefined. The function that comes back takes it away again, once. */
  take(name: string, most: number): (() => void) | undefined {
    const count = this.#counts.get(name) ?? 0;
    if (count >= most) return undefined;
    this.#counts.set(name, count + 1);
    this.#total += 1;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#total -= 1;
      const left = (this.#counts.get(name) ?? 1) - 1;
      if (left === 0) this.#counts.delete(name);
      else this.#counts.set(name, left);
    };
  }
}
