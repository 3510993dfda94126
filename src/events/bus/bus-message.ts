import { type Changes, ENTITY_KINDS, type EntityRef } from '../../datasources/cache/changed-entities.js';

/**
 * What travels between nodes: who says it, how many messages with changes that node has sent so far (this one included),
 * and which entities to look at. Never what is in them: each node reads through its own cache. Without changes it is a
 * sign of life, which tells a node that has missed a message that it has.
 */
export interface BusMessage {
  nodeId: string;
  sent: number;
  changes: Changes | null;
}

/** More than that in one message, and it is cheaper to look at everything that is watched. */
const MAX_CHANGES = 1_000;

export function encodeBusMessage({ nodeId, sent, changes }: BusMessage): string {
  if (changes === null) return JSON.stringify([nodeId, sent]);
  if (changes === 'everything' || changes.length > MAX_CHANGES) return JSON.stringify([nodeId, sent, 'everything']);
  return JSON.stringify([nodeId, sent, changes.map(({ kind, id }) => [kind, id])]);
}

function parseRef(pair: unknown): EntityRef | null {
  if (!Array.isArray(pair)) return null;
  const [name, id] = pair as unknown[];
  const kind = ENTITY_KINDS.find((known) => known === name);
  return kind !== undefined && typeof id === 'string' ? { kind, id } : null;
}

/** Null for what is no message. A kind that this version does not know is left out: gateways of two versions share a bus. */
export function decodeBusMessage(text: string): BusMessage | null {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(parts)) return null;
  const [nodeId, sent, changes] = parts as unknown[];
  if (typeof nodeId !== 'string' || typeof sent !== 'number' || !Number.isSafeInteger(sent)) return null;
  if (changes === undefined) return { nodeId, sent, changes: null };
  if (changes === 'everything') return { nodeId, sent, changes };
  if (!Array.isArray(changes)) return null;
  return { nodeId, sent, changes: changes.map(parseRef).filter((ref) => ref !== null) };
}

const MAX_NODES = 1_000;

/** Finds out from the numbers of the messages whether some were lost, for each node by itself. */
export class MessageCounts {
  readonly #heard = new Map<string, { sent: number; atMs: number }>();
  readonly #startedAtMs: number;

  constructor(nowMs: number) {
    this.#startedAtMs = nowMs;
  }

  /** Takes note of a message. Null, or if one that came before it was missed, when that node was last heard. */
  note({ nodeId, sent, changes }: BusMessage, nowMs: number): { sinceMs: number } | null {
    const heard = this.#heard.get(nodeId) ?? { sent: 0, atMs: this.#startedAtMs };
    // Removed and set, so that the node that was silent for the longest time is the first to be forgotten.
    this.#heard.delete(nodeId);
    this.#heard.set(nodeId, { sent: Math.max(heard.sent, sent), atMs: nowMs });
    if (this.#heard.size > MAX_NODES) {
      const [oldest] = this.#heard.keys();
      if (oldest !== undefined) this.#heard.delete(oldest);
    }
    return sent > heard.sent + (changes === null ? 0 : 1) ? { sinceMs: heard.atMs } : null;
  }
}
