import { withDeadline } from './with-deadline.js';

/** Which other gateways share the store, as far as this one has to know: whose silence means that the cache cannot be trusted. */
export interface NodeRegister {
  /**
   * Says that this node is there and, unless it is behind with its renewals, alive; and looks who else is. One round trip.
   * Rejects when that is not acknowledged within the deadline.
   */
  beat(options: { isBehind: boolean }): Promise<void>;
  /** Keys to read together with generations: the value of each is there as long as that node has been alive lately. */
  peerKeys(): readonly string[];
  /** How many other nodes there are, by what the last heartbeat that was acknowledged has told of them. */
  peers(): { alive: number; silent: number };
  /** Milliseconds since this node last said that it is alive, acknowledged or not; since its start, if it never did. */
  sinceAliveMs(): number;
  /** Takes this node off the register, so that nobody waits for it. */
  leave(): Promise<void>;
}

export interface NodeRegisterOptions {
  nodeId: string;
  /** Sends one command to the store; rejects when it is not acknowledged. */
  command: (args: readonly string[]) => Promise<unknown>;
  /** As `RedisConnection.epoch`: another server has another clock. */
  epoch: () => string | null;
  /** The full key in the store for a name in the namespace of the register or of the generations. */
  registerKey: (name: string) => string;
  generationKey: (name: string) => string;
  /** Makes all cached values unreachable, on every node; rejects when that is not acknowledged. */
  dropEverything: () => Promise<unknown>;
  /** For a whole heartbeat. */
  deadlineMs: number;
  /** How long a node counts as alive after it has said so, on the clock of the store. */
  aliveMs: number;
  /** How long a node that fell silent without a word is missed. */
  missedMs: number;
  now?: () => number;
}

/** What is known of another node. Replaced with all that is learned of it: the same object means that nothing was. */
interface Peer {
  isAlive: boolean;
  /** When it was last seen alive, on the clock of this process. */
  aliveAt: number;
}

const aliveName = (nodeId: string) => `~alive:${nodeId}`;
/** As Keyv writes a value that does not expire by the clock of a node; the store lets it expire by its own. */
const ALIVE = JSON.stringify({ value: '1' });
const KEYS_OF_A_PEER = 3;

/**
 * A node that is cut off from the store cannot make known what it has changed. So every node keeps saying that it is alive,
 * and readers look, in the very command that reads the generations, whether all the others are: while one is silent the
 * cache is passed by. A writer whose renewal is not acknowledged waits until it has been silent for that long
 * (`createSharedGenerations`). Who is missed for too long is given up, and with it all that was cached before. See
 * docs/adr/0006.
 */
export function createNodeRegister(options: NodeRegisterOptions): NodeRegister {
  const { nodeId, command, epoch, dropEverything, registerKey, generationKey } = options;
  const { deadlineMs, aliveMs, missedMs, now = () => performance.now() } = options;
  const peers = new Map<string, Peer>();
  let aliveAt = now();
  /** Clock of the store, in milliseconds, with the moment of this process at which it was at least that. */
  let storeClock: { epoch: string | null; timeMs: number; at: number } | null = null;
  let isGivingUp = false;

  const nodesKey = registerKey('nodes');
  const memberKey = (id: string) => registerKey(`member:${id}`);
  const leftKey = (id: string) => registerKey(`left:${id}`);
  const keysOf = (id: string) => [memberKey(id), leftKey(id), generationKey(aliveName(id))];

  /** Forgets nodes that nobody will hear of again. First what they may have changed and not made known: all of the cache. */
  async function giveUp(lost: ReadonlyMap<string, Peer>): Promise<void> {
    if (lost.size === 0 || isGivingUp) return;
    isGivingUp = true;
    try {
      await withDeadline(dropEverything(), deadlineMs);
      // Unless it was heard of meanwhile.
      const gone = [...lost].filter(([id, peer]) => peers.get(id) === peer).map(([id]) => id);
      for (const id of gone) peers.delete(id);
      if (gone.length > 0) await command(['SREM', nodesKey, ...gone]);
    } catch {
      // It is still missed then, and the next heartbeat tries again; a name that stays on the register is found there.
    } finally {
      isGivingUp = false;
    }
  }

  /** `rows` are the values of `keysOf` for each of `asked`. */
  function learn(asked: readonly string[], rows: readonly unknown[], members: readonly string[]): void {
    const lost = new Map<string, Peer>();
    for (const [index, id] of asked.entries()) {
      const [member, left, alive] = rows.slice(index * KEYS_OF_A_PEER);
      const peer = peers.get(id);
      if (!peer) continue;
      if (left) peers.delete(id);
      else if (alive) peers.set(id, { isAlive: true, aliveAt: now() });
      // Seen by this node, it is missed even if the store knows nothing of it: it may have come back empty.
      else if (member || now() - peer.aliveAt <= missedMs) peers.set(id, { ...peer, isAlive: false });
      else lost.set(id, peer);
    }
    // Who is new counts as silent until the next heartbeat has asked after it.
    for (const id of members) {
      if (id !== nodeId && !asked.includes(id)) peers.set(id, { isAlive: false, aliveAt: Number.NEGATIVE_INFINITY });
    }
    void giveUp(lost);
  }

  return {
    async beat({ isBehind }) {
      const sentAt = now();
      const present = epoch();
      // Of this server, and not from before a failure: what answers now may be another one.
      const clock = storeClock?.epoch === present ? storeClock : null;
      storeClock = null;
      let answeredAt = sentAt;
      // An end in absolute time: a command that the network holds up must not tell of a life that is long over.
      const aliveUntilMs = clock && Math.ceil(clock.timeMs + (sentAt - clock.at) + aliveMs);
      const isAlive = !isBehind && aliveUntilMs !== null;
      // Acknowledged or not: it may have been carried out.
      if (isAlive) aliveAt = sentAt;
      const asked = [...peers.keys()];
      const readTime = command(['TIME']).finally(() => {
        answeredAt = now();
      });
      const answers = Promise.all([
        readTime,
        command(['SMEMBERS', nodesKey]),
        asked.length > 0 ? command(['MGET', ...asked.flatMap(keysOf)]) : [],
        command(['SET', memberKey(nodeId), '1', 'PX', String(missedMs)]),
        command(['SADD', nodesKey, nodeId]),
        ...(isAlive ? [command(['SET', generationKey(aliveName(nodeId)), ALIVE, 'PXAT', String(aliveUntilMs)])] : []),
      ]);
      const [time, members, rows] = await withDeadline(answers, deadlineMs);
      const [seconds, microseconds] = (time as (string | number)[]).map(Number);
      const timeMs = (seconds ?? 0) * 1_000 + (microseconds ?? 0) / 1_000;
      storeClock = { epoch: present, timeMs, at: answeredAt };
      learn(asked, rows as unknown[], members as string[]);
    },
    peerKeys: () => [...peers.keys()].map(aliveName),
    peers() {
      const alive = [...peers.values()].filter(({ isAlive }) => isAlive).length;
      return { alive, silent: peers.size - alive };
    },
    sinceAliveMs: () => now() - aliveAt,
    async leave() {
      await Promise.all([
        command(['SET', leftKey(nodeId), '1', 'PX', String(missedMs * 2)]),
        command(['SREM', nodesKey, nodeId]),
      ]);
    },
  };
}
