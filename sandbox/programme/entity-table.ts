interface Entry<Row> {
  row: Row;
  /** JSON of the entity; absent after a change, made again on the next read. */
  text?: string;
}

interface OwnedList<Row> {
  entries: Entry<Row>[];
}

/**
 * The entities of one noun in the order of their creation, found by ID and by owner, with the JSON of each (and of the
 * whole list) kept until it changes: a list of 100,000 cards must not be serialised anew for every request.
 * Change an entity through `change` only; otherwise the kept JSON goes stale.
 */
export class EntityTable<Row extends { entity: { id: string } }> {
  readonly #entries = new Map<string, Entry<Row>>();
  readonly #byOwner = new Map<string, OwnedList<Row>>();
  readonly #ownersOf: (entity: Row['entity']) => readonly string[];
  #listBytes: Buffer | undefined;

  /** `ownersOf` names the IDs under which `listOf` finds an entity. */
  constructor(ownersOf: (entity: Row['entity']) => readonly string[] = () => []) {
    this.#ownersOf = ownersOf;
  }

  get size(): number {
    return this.#entries.size;
  }

  add(row: Row): void {
    const entry: Entry<Row> = { row };
    this.#entries.set(row.entity.id, entry);
    for (const owner of this.#ownersOf(row.entity)) {
      const list = this.#byOwner.get(owner);
      if (list) list.entries.push(entry);
      else this.#byOwner.set(owner, { entries: [entry] });
    }
    this.#listBytes = undefined;
  }

  get(id: string): Row | undefined {
    return this.#entries.get(id)?.row;
  }

  change(row: Row, patch: Partial<Row['entity']>): void {
    Object.assign(row.entity, patch);
    const entry = this.#entries.get(row.entity.id);
    if (entry) entry.text = undefined;
    this.#listBytes = undefined;
  }

  remove(row: Row): void {
    this.#entries.delete(row.entity.id);
    for (const owner of this.#ownersOf(row.entity)) {
      const list = this.#byOwner.get(owner);
      if (list) list.entries = list.entries.filter((entry) => entry.row !== row);
    }
    this.#listBytes = undefined;
  }

  clear(): void {
    this.#entries.clear();
    this.#byOwner.clear();
    this.#listBytes = undefined;
  }

  *rows(): IterableIterator<Row> {
    for (const entry of this.#entries.values()) yield entry.row;
  }

  rowsOf(ownerId: string): Row[] {
    return (this.#byOwner.get(ownerId)?.entries ?? []).map((entry) => entry.row);
  }

  /** JSON of one entity. */
  textOf(row: Row): string {
    const entry = this.#entries.get(row.entity.id);
    return entry ? textOf(entry) : JSON.stringify(row.entity);
  }

  /** JSON array of all entities. */
  list(): Buffer {
    this.#listBytes ??= Buffer.from(`[${[...this.#entries.values()].map(textOf).join(',')}]`);
    return this.#listBytes;
  }

  /** JSON array of the entities of one owner. */
  listOf(ownerId: string): string {
    return `[${(this.#byOwner.get(ownerId)?.entries ?? []).map(textOf).join(',')}]`;
  }
}

function textOf<Row extends { entity: object }>(entry: Entry<Row>): string {
  entry.text ??= JSON.stringify(entry.row.entity);
  return entry.text;
}
