import { createHash } from 'node:crypto';
import { BoundedMap } from '../../datasources/cache/bounded-map.js';
import type { EntityKind, EntityRef } from '../../datasources/cache/changed-entities.js';
import { sortInstantOf } from '../../schema/pagination/sort-key.js';
import type { LiveEntity } from './live-entity.js';

/** The last state of an entity that subscribers were sent. */
export interface KnownState {
  /** Cut to microseconds, comparable as text. */
  updatedAt: string;
  status: string;
  /** Of everything that the entity holds. */
  digest: string;
}

export type Verdict = 'news' | 'unchanged' | 'stale';

/** States that nothing leads out of. Source: API reference, states and transitions. */
const FINAL_STATUSES: Readonly<Record<EntityKind, readonly string[]>> = {
  customer: ['REJECTED'],
  account: ['CLOSED', 'FAILED'],
  card: ['ISSUE_FAILED', 'BLOCKED', 'TERMINATED'],
  authorisation: ['CAPTURED', 'RELEASED'],
  transaction: ['REVERSED'],
};

export function stateOf(entity: LiveEntity): KnownState {
  return {
    updatedAt: sortInstantOf({ createdAt: entity.updatedAt ?? null }),
    status: entity.status,
    digest: createHash('sha256').update(JSON.stringify(entity)).digest('base64url'),
  };
}

/**
 * Whether a state is worth telling to those who know another. Older ones never are; of two of the same instant (the API
 * gives microseconds in one answer and nanoseconds in the next) a final one stays.
 */
export function judge(kind: EntityKind, known: KnownState | undefined, next: KnownState): Verdict {
  if (known === undefined) return 'news';
  if (known.digest === next.digest) return 'unchanged';
  if (next.updatedAt < known.updatedAt) return 'stale';
  const isFinal = FINAL_STATUSES[kind].includes(known.status);
  if (isFinal && next.updatedAt === known.updatedAt && next.status !== known.status) return 'stale';
  return 'news';
}

const MAX_KNOWN = 50_000;

/** What subscribers of this node were sent last of each entity, as far as memory allows. */
export class LiveNews {
  readonly #known = new BoundedMap<KnownState>({ maxWeight: MAX_KNOWN });

  /** Judges a state, and keeps it if it is news. */
  take(kind: EntityKind, entity: LiveEntity): Verdict {
    const key = `${kind}:${entity.id.toLowerCase()}`;
    const next = stateOf(entity);
    const verdict = judge(kind, this.#known.get(key), next);
    if (verdict === 'news') this.#known.set(key, next);
    return verdict;
  }

  isKnown({ kind, id }: EntityRef): boolean {
    return this.#known.has(`${kind}:${id.toLowerCase()}`);
  }

  /** IDs of a kind, those least lately touched first. */
  idsOf(kind: EntityKind): string[] {
    const prefix = `${kind}:`;
    return [...this.#known.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }
}
