/**
 * A Map that forgets what was used longest ago once its weight exceeds a bound, or once that is of no more use. The memory tier behind Keyv, whose own
 * default (a plain Map) frees expired values only when somebody asks for them again.
 */
export class BoundedMap<V> extends Map<string, V> {
  readonly #maxWeight: number;
  readonly #weigh: (value: V) => number;
  readonly #isExpired: (value: V) => boolean;
  #weight = 0;

  constructor(options: { maxWeight: number; weigh?: (value: V) => number; isExpired?: (value: V) => boolean }) {
    super();
    this.#maxWeight = options.maxWeight;
    this.#weigh = options.weigh ?? (() => 1);
    this.#isExpired = options.isExpired ?? (() => false);
  }

  get weight(): number {
    return this.#weight;
  }

  override get(key: string): V | undefined {
    const value = super.get(key);
    if (value !== undefined) {
      super.delete(key);
      super.set(key, value);
    }
    return value;
  }

  override set(key: string, value: V): this {
    this.delete(key);
    super.set(key, value);
    this.#weight += this.#weigh(value);
    for (const [oldest, old] of this) {
      if (oldest === key || (this.#weight <= this.#maxWeight && !this.#isExpired(old))) break;
      this.delete(oldest);
    }
    return this;
  }

  override delete(key: string): boolean {
    const value = super.get(key);
    if (value === undefined) return false;
    this.#weight -= this.#weigh(value);
    return super.delete(key);
  }

  override clear(): void {
    super.clear();
    this.#weight = 0;
  }
}
