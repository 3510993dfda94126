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

export type BatchPlan = 'single' | 'list';

/**
 * Whether a batch of reads is cheaper one by one or with one read of the whole list. `listSize` is null while unknown.
 * Without a list (`mayList` false: no such call, or a caller who must not cause it) always `single`.
 */
export function planBatch(batch: {
  size: number;
  listSize: number | null;
  mayList: boolean;
  costs?: ReadCosts;
}): BatchPlan {
  const { size, listSize, mayList, costs = TYPICAL_COSTS } = batch;
  if (!mayList || size < 2) return 'single';
  const listMs = costs.singleMs + (listSize ?? ASSUMED_LIST_SIZE) * costs.listEntityMs;
  return listMs < size * costs.singleMs ? 'list' : 'single';
}

/** The entities that a list may have before `size` single reads would have been cheaper: where reading it is given up. */
export function worthwhileListSize(size: number, { singleMs, listEntityMs }: ReadCosts): number {
  return Math.ceil(((size - 1) * singleMs) / listEntityMs);
}

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
