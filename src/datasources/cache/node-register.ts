/** Which other gateways share the store, as far as this one has to know: whose silence means that the cache cannot be trusted. */
export interface NodeRegister {
  /** Says that this node is there and, unless it is behind with its renewals, alive. Rejects when that is not acknowledged. */
  beat(options: { isBehind: boolean }): Promise<void>;
  /** Keys to read together with generations: the value of each is there as long as that node has been alive lately. */
  peerKeys(): readonly string[];
  /** Milliseconds since this node last said that it is alive, acknowledged or not; since its start, if it never did. */
  sinceAliveMs(): number;
  /** Takes this node off the register, so that nobody waits for it. */
  leave(): Promise<void>;
}

export interface NodeRegisterOptions {
  nodeId: string;
  /** Sends one command to the store; rejects when it is not acknowledged. */
  command: (args: readonly string[]) => Promise<unknown>;
  /** The full key in the store for a name in the namespace of the register or of the generations. */
  registerKey: (name: string) => string;
  generationKey: (name: string) => string;
  /** How long a node counts as alive after it has said so, on the clock of the store. */
  aliveMs: number;
  /** How long a node that fell silent is missed. Longer than any value lives. */
  missedMs: number;
  now?: () => number;
}

/** How long a node is still asked after that the store knows nothing of: long enough for all to say again that they are there. */
const FORGOTTEN_MS = 5_000;

const aliveName = (nodeId: string) => `~alive:${nodeId}`;
/** As Keyv writes a value that does not expire by the clock of a node; the store lets it expire by its own. */
const ALIVE = JSON.stringify({ value: '1' });

/**
 * A node that is cut off from the store cannot make known what it has changed. So every node keeps saying that it is alive,
 * and readers look, in the very command that reads the generations, whether all the others are: while one is silent the
 * cache is passed by. A writer whose renewal is not acknowledged waits until it has been silent for that long
 * (`createSharedGenerations`). See docs/adr/0006.
 */
export function createNodeRegister(options: NodeRegisterOptions): NodeRegister {
  const { nodeId, command, registerKey, generationKey, aliveMs, missedMs, now = () => performance.now() } = options;
  const peers = new Map<string, number>();
  let aliveAt = now();
  /** Clock of the store, in milliseconds, with the moment of this process at which it was at least that. */
  let storeClock: { timeMs: number; at: number } | null = null;

  const memberKey = (id: string) => registerKey(`member:${id}`);
  const leftKey = (id: string) => registerKey(`left:${id}`);

  async function lookAround(): Promise<void> {
    const members = (await command(['SMEMBERS', registerKey('nodes')])) as string[];
    // Those seen before are asked after too: a store that came back empty has forgotten them, not they it.
    const ids = [...new Set([...members, ...peers.keys()])].filter((id) => id !== nodeId);
    if (ids.length === 0) return;
    const rows = (await command(['MGET', ...ids.flatMap((id) => [memberKey(id), leftKey(id)])])) as (string | null)[];
    for (const [index, id] of ids.entries()) {
      const [member, left] = [rows[index * 2], rows[index * 2 + 1]];
      if (member && !left) peers.set(id, now());
      // The key of a member outlives its last word by `missedMs` already; the rest is for a store that forgot its keys.
      else if (left || now() - (peers.get(id) ?? Number.NEGATIVE_INFINITY) > FORGOTTEN_MS) {
        peers.delete(id);
        await command(['SREM', registerKey('nodes'), id]);
      }
    }
  }

  return {
    async beat({ isBehind }) {
      const sentAt = now();
      const clock = storeClock;
      let answeredAt = sentAt;
      // An end in absolute time: a command that the network holds up must not tell of a life that is long over.
      const aliveUntilMs = clock && Math.ceil(clock.timeMs + (sentAt - clock.at) + aliveMs);
      const isAlive = !isBehind && aliveUntilMs !== null;
      // Acknowledged or not: it may have been carried out.
      if (isAlive) aliveAt = sentAt;
      const readTime = command(['TIME']).finally(() => {
        answeredAt = now();
      });
      const [time] = await Promise.all([
        readTime,
        command(['SET', memberKey(nodeId), '1', 'PX', String(missedMs)]),
        command(['SADD', registerKey('nodes'), nodeId]),
        ...(isAlive ? [command(['SET', generationKey(aliveName(nodeId)), ALIVE, 'PXAT', String(aliveUntilMs)])] : []),
      ]);
      const [seconds, microseconds] = (time as (string | number)[]).map(Number);
      storeClock = { timeMs: (seconds ?? 0) * 1_000 + (microseconds ?? 0) / 1_000, at: answeredAt };
      await lookAround();
    },
    peerKeys: () => [...peers.keys()].map(aliveName),
    sinceAliveMs: () => now() - aliveAt,
    async leave() {
      await Promise.all([
        command(['SET', leftKey(nodeId), '1', 'PX', String(missedMs * 2)]),
        command(['SREM', registerKey('nodes'), nodeId]),
      ]);
    },
  };
}
