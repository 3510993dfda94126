import type { RedisServer } from '../../test/support/redis.js';
import type { TcpProxy } from '../../test/support/tcp-proxy.js';

export interface FaultTarget {
  redis: RedisServer;
  /** Between each gateway and Redis. */
  proxies: readonly TcpProxy[];
}

/** One way in which Redis, or the way to it, lets the gateways down. */
export interface Fault {
  name: string;
  /** Redis is not there when the gateways start; `begin` has nothing to do then. */
  isDownAtStart?: boolean;
  /** Over as soon as it has begun: recovery is measured from its beginning. */
  isMomentary?: boolean;
  begin(target: FaultTarget): Promise<void>;
  /** Mends it. From here on recovery is measured. */
  end(target: FaultTarget): Promise<void>;
}

const SLOW_MS = 300;
/** On average. Never even: in step with a heartbeat, resets would always meet it or never. */
const RESET_INTERVAL_MS = 200;

const restartEmpty = ({ redis }: FaultTarget) => redis.restart({ from: 'nothing' });
const heal = async ({ proxies }: FaultTarget) => proxies.forEach((proxy) => void proxy.heal());

export const FAULTS: readonly Fault[] = [
  { name: 'killed', begin: ({ redis }) => redis.kill(), end: restartEmpty },
  { name: 'hung', begin: async ({ redis }) => redis.stop(), end: async ({ redis }) => redis.resume() },
  {
    name: 'slow by 300 ms',
    begin: async ({ proxies }) => proxies.forEach((proxy) => void proxy.set({ delayMs: () => SLOW_MS }, 'toClient')),
    end: heal,
  },
  { name: 'full, noeviction', begin: ({ redis }) => redis.fill(), end: ({ redis }) => redis.drain() },
  {
    name: 'demoted to a replica',
    // Of a primary that does not exist: it goes on answering reads with what it has, and refuses writes.
    begin: async ({ redis }) => void (await redis.command('REPLICAOF', '127.0.0.1', '1')),
    end: async ({ redis }) => void (await redis.command('REPLICAOF', 'NO', 'ONE')),
  },
  resetting('connections reset', ({ proxies }) => proxies),
  {
    name: 'flushed',
    isMomentary: true,
    begin: async ({ redis }) => void (await redis.command('FLUSHALL')),
    end: async () => {},
  },
  { name: 'restarted empty', isMomentary: true, begin: restartEmpty, end: async () => {} },
  {
    name: 'restarted from an old snapshot',
    isMomentary: true,
    // `prepare` has taken the snapshot, so the generations in it are those from before the writes since.
    begin: ({ redis }) => redis.restart({ from: 'snapshot' }),
    end: async () => {},
  },
  {
    name: 'acknowledgements lost',
    // Commands arrive and are carried out, but nobody hears of it.
    begin: async ({ proxies }) => proxies.forEach((proxy) => void proxy.set({ isBlackHole: true }, 'toClient')),
    end: heal,
  },
  { name: 'down at start', isDownAtStart: true, begin: async () => {}, end: restartEmpty },
  // These part the gateways from each other: one cannot tell Redis what it changed, the other still reaches it.
  {
    name: 'one gateway cut off',
    begin: async ({ proxies }) => {
      proxies[0]?.setRefusing(true);
      proxies[0]?.resetAll();
    },
    end: heal,
  },
  {
    name: 'one gateway in a black hole',
    begin: async ({ proxies }) => proxies[0]?.set({ isBlackHole: true }),
    end: heal,
  },
  resetting("one gateway's connection reset", ({ proxies }) => proxies.slice(0, 1)),
];

function resetting(name: string, of: (target: FaultTarget) => readonly TcpProxy[]): Fault {
  let timer: NodeJS.Timeout | undefined;
  return {
    name,
    async begin(target) {
      const reset = () => {
        for (const proxy of of(target)) proxy.resetAll();
        timer = setTimeout(reset, RESET_INTERVAL_MS * (0.5 + Math.random()));
      };
      reset();
    },
    async end() {
      clearTimeout(timer);
    },
  };
}

/** Before the load of every fault: what "an old snapshot" is. */
export async function prepare({ redis }: FaultTarget): Promise<void> {
  await redis.command('SAVE');
}
