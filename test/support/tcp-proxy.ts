import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

export type Direction = 'toServer' | 'toClient';

/** What happens to the bytes of one direction. Read anew for every chunk, so a change takes effect at once. */
export interface Link {
  /** How much later each chunk arrives, in milliseconds. Chunks of one connection never overtake each other. */
  delayMs: () => number;
  /**
   * Nothing arrives. Not lost: a network that loses packets has TCP send them again, so what was kept back arrives when
   * the direction is opened again, unless the connection is gone by then.
   */
  isBlackHole: boolean;
}

/** A proxy between a program and a server on this machine which can do what networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that are open. */
  readonly connections: number;
  /** Changes one direction, or both; what is not named stays. */
  set(change: Partial<Link>, direction?: Direction): void;
  /** Whether new connections are refused (reset right after they were accepted). */
  setRefusing(isRefusing: boolean): void;
  /** Resets every open connection (RST, not an orderly end). */
  resetAll(): void;
  /** Everything as at the start: no delays, nothing kept back, nobody refused. */
  heal(): void;
  close(): Promise<void>;
}

const NO_DELAY = () => 0;

interface Pair {
  flush(): void;
  reset(): void;
}

export async function startTcpProxy(target: { port: number; host?: string }): Promise<TcpProxy> {
  const { port: targetPort, host: targetHost = '127.0.0.1' } = target;
  const links: Record<Direction, Link> = {
    toServer: { delayMs: NO_DELAY, isBlackHole: false },
    toClient: { delayMs: NO_DELAY, isBlackHole: false },
  };
  const pairs = new Set<Pair>();
  let isRefusing = false;

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => {});
    if (isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const server = createConnection({ port: targetPort, host: targetHost, allowHalfOpen: true });
    client.setNoDelay(true);
    server.setNoDelay(true);
    const lanes = [
      createLane({ from: client, to: server, link: links.toServer }),
      createLane({ from: server, to: client, link: links.toClient }),
    ];
    const pair: Pair = {
      flush: () => lanes.forEach((lane) => void lane.flush()),
      reset() {
        pairs.delete(pair);
        for (const lane of lanes) lane.stop();
        if (!client.destroyed) client.resetAndDestroy();
        if (!server.destroyed) server.resetAndDestroy();
      },
    };
    pairs.add(pair);
    // Also when the server cannot be reached: then the client is reset, as a refused connection would be.
    server.on('error', pair.reset);
    client.on('error', pair.reset);
    const forgetWhenOver = () => {
      if (client.destroyed && server.destroyed) pairs.delete(pair);
    };
    client.on('close', forgetWhenOver);
    server.on('close', forgetWhenOver);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
  });

  function set(change: Partial<Link>, direction?: Direction): void {
    for (const name of direction ? [direction] : (['toServer', 'toClient'] as const))
      Object.assign(links[name], change);
    for (const pair of pairs) pair.flush();
  }

  function resetAll(): void {
    for (const pair of [...pairs]) pair.reset();
  }

  return {
    port: (listener.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    set,
    setRefusing(value) {
      isRefusing = value;
    },
    resetAll,
    heal() {
      isRefusing = false;
      set({ delayMs: NO_DELAY, isBlackHole: false });
    },
    async close() {
      resetAll();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

/** Carries the bytes of one direction of one connection, in their order; the end of the stream travels with them. */
function createLane({ from, to, link }: { from: Socket; to: Socket; link: Link }) {
  const queue: { bytes: Buffer | 'end'; dueAtMs: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lastDueAtMs = 0;

  function flush(): void {
    clearTimeout(timer);
    if (link.isBlackHole) return;
    for (let first = queue[0]; first; first = queue[0]) {
      const waitMs = first.dueAtMs - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(flush, waitMs);
        return;
      }
      queue.shift();
      if (to.destroyed) continue;
      if (first.bytes === 'end') to.end();
      else to.write(first.bytes);
    }
  }

  function push(bytes: Buffer | 'end'): void {
    lastDueAtMs = Math.max(lastDueAtMs, performance.now() + link.delayMs());
    queue.push({ bytes, dueAtMs: lastDueAtMs });
    if (queue.length === 1) flush();
  }

  from.on('data', push);
  from.on('end', () => push('end'));
  return {
    flush,
    stop() {
      clearTimeout(timer);
      queue.length = 0;
    },
  };
}
