/** What reads cost, in milliseconds. */
export interface ReadCosts {
  /** One signed read of one resource within a batch: mostly its signature. */
  singleMs: number;
  /** One entity in a list answer: transfer, parse, decode. */
  listEntityMs: number;
}

/** Measured on two cores with Node 20 (docs/adr/0005). */
export const TYPICAL_COSTS: ReadCosts = Object.freeze({ singleMs: 1, listEntityMs: 0.006 });

/** Taken as the size of a list while nothing is known of any list. */
export const ASSUMED_LIST_SIZE = 500;

/**
 * - `single`: one by one
 * - `list`: with the whole list
 * - `ahead`: one by one, and beside it, with nobody waiting, the whole list for what will be asked for next
 */
export type BatchChoice = 'single' | 'list' | 'ahead';

/** With the number of entities at which a list is given up, since it turned out longer than it is worth. */
export type BatchPlan = { choice: 'single' } | { choice: 'list' | 'ahead'; maxEntities: number };

const SINGLE: BatchPlan = Object.freeze({ choice: 'single' });

/** Costs of single reads below which there is nothing to save that would be worth a thought, within one life of a list. */
export const NEGLIGIBLE_MS = 50;

/**
 * Whether a batch of reads is cheaper one by one or with one read of the whole list. `listSize` is null while unknown.
 * Without a list (`mayList` false: no such call, or a caller who must not cause it) always `single`.
 *
 * Small batches never pay a list each by itself, and may pay many together. `lately` tells what single reads that a list
 * would have answered have cost within the time that a list lives (`ListLedger`); null where a list would not be kept. Once
 * that is the price of the list it is read ahead. Nobody knows what will be asked for next: who buys when he has paid as
 * much in rent pays at most about twice what was best (docs/adr/0005).
 */
export function planBatch(batch: {
  size: number;
  listSize: number | null;
  mayList: boolean;
  lately?: { spentMs: number; hasPaid: boolean } | null;
  costs?: ReadCosts;
}): BatchPlan {
  const { size, listSize, mayList, lately = null, costs = TYPICAL_COSTS } = batch;
  if (!mayList || size < 1) return SINGLE;
  const listMs = costs.singleMs + (listSize ?? ASSUMED_LIST_SIZE) * costs.listEntityMs;
  const singlesMs = size * costs.singleMs;
  if (size > 1 && listMs < singlesMs) return { choice: 'list', maxEntities: longestList(singlesMs, costs) };
  if (!lately) return SINGLE;
  const spentMs = lately.spentMs + singlesMs;
  // The last list that was read ahead did not answer enough before it went: this one has to be wanted more.
  const priceMs = lately.hasPaid ? listMs : 2 * listMs;
  if (spentMs < Math.max(priceMs, NEGLIGIBLE_MS)) return SINGLE;
  return { choice: 'ahead', maxEntities: longestList(spentMs, costs) };
}

/** The entities that a list may have before single reads for `singlesMs` would have been cheaper. */
export function worthwhileListSize(singlesMs: number, { singleMs, listEntityMs }: ReadCosts): number {
  return Math.ceil((singlesMs - singleMs) / listEntityMs);
}

/** Twice what it is worth: what was assumed of its size may be wrong by so much before it is given up. */
const longestList = (singlesMs: number, costs: ReadCosts) => 2 * worthwhileListSize(singlesMs, costs);

/** How far an observation may lie from what is typical; beyond that it tells of a busy machine, not of the price. */
const OUTLIER_FACTOR = 4;
const WEIGHT_OF_NEWEST = 0.1;

/** Running means of what reads have cost lately, beginning with what is typical. */
export class ObservedCosts {
  #costs: ReadCosts = { ...TYPICAL_COSTS };

  get costs(): ReadCosts {
    return this.#costs;
  }

  /** A batch of single reads, from the first leaving to the last arriving. */
  observeSingles(batch: { size: number; durationMs: number }): void {
    if (batch.size > 0) this.#observe('singleMs', batch.durationMs / batch.size);
  }

  observeList(list: { entities: number; durationMs: number }): void {
    // A short list costs what its request costs: it tells nothing of the price of an entity.
    if (list.entities >= 200)
      this.#observe('listEntityMs', Math.max(0, list.durationMs - this.#costs.singleMs) / list.entities);
  }

  #observe(name: keyof ReadCosts, observedMs: number): void {
    const typical = TYPICAL_COSTS[name];
    const plausible = Math.min(typical * OUTLIER_FACTOR, Math.max(typical / OUTLIER_FACTOR, observedMs));
    this.#costs = { ...this.#costs, [name]: this.#costs[name] + (plausible - this.#costs[name]) * WEIGHT_OF_NEWEST };
  }
}
