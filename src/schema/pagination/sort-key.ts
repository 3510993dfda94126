/** What a place in a list is made from. */
export interface Sortable {
  id: string;
  /** RFC 3339 instant in UTC with 0 to 9 fraction digits; entities without one come before all others. */
  createdAt?: string | null;
}

const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:Z|\+00:00)$/;
const MICROSECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
const NO_INSTANT = '0000-00-00T00:00:00.000000Z';

/**
 * The instant of creation cut to microseconds, always 27 characters that end in Z; instants compare as strings, and the
 * IDs decide between equal ones: that is the order of `sortKeyOf`. Most of what the API writes has this form already and
 * comes back as it is, so that a long list can be sorted without new strings.
 */
export function sortInstantOf({ createdAt }: Pick<Sortable, 'createdAt'>): string {
  if (!createdAt) return NO_INSTANT;
  if (createdAt.length === NO_INSTANT.length && MICROSECONDS.test(createdAt)) return createdAt;
  const match = INSTANT.exec(createdAt);
  if (!match) return NO_INSTANT;
  const [, seconds, fraction = ''] = match;
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}

/**
 * The place of an entity in every list of its kind: its instant of creation cut to microseconds, a blank, its ID. Keys
 * compare as strings. Microseconds, because the API gives the same instant with nanoseconds in one answer and with
 * microseconds in the next (https://docs.offblocks.xyz/developer-guides/step-by-step-guide/card-issuance): an entity
 * that moved between two readings would be skipped or met twice.
 */
export function sortKeyOf(sortable: Sortable): string {
  return `${sortInstantOf(sortable).slice(0, -1)} ${sortable.id}`;
}

/** A new array in ascending order of `sortKeyOf`, which is what `paginate` wants. Each key is computed once. */
export function sortBySortKey<T extends Sortable>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: sortKeyOf(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}
