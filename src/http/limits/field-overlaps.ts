import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.js';

/** About five milliseconds of validation. */
const MAX_OVERLAPS = 5_000;

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/** Fragments that are spread anywhere in a selection. */
function* spreadsIn({ selections }: SelectionSetNode): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) yield selection.name.value;
    else if (selection.selectionSet) yield* spreadsIn(selection.selectionSet);
  }
}

/** The name of a fragment that is spread within itself; null when there is none. */
function circularFragment(fragments: Fragments): string | null {
  const finished = new Set<string>();
  const entered = new Set<string>();
  function visit(name: string): string | null {
    const fragment = fragments.get(name);
    if (!fragment || finished.has(name)) return null;
    if (entered.has(name)) return name;
    entered.add(name);
    for (const spread of new Set(spreadsIn(fragment.selectionSet))) {
      const circular = visit(spread);
      if (circular !== null) return circular;
    }
    finished.add(name);
    return null;
  }
  for (const name of fragments.keys()) {
    const circular = visit(name);
    if (circular !== null) return circular;
  }
  return null;
}

/** Fields with a selection of their own, by the name that they have in the answer; a fragment counts where it is spread. */
function compositesOf(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  found = new Map<string, FieldNode[]>(),
): ReadonlyMap<string, FieldNode[]> {
  for (const selection of sets.flatMap(({ selections }) => selections)) {
    if (selection.kind === Kind.FIELD) {
      if (!selection.selectionSet) continue;
      const name = (selection.alias ?? selection.name).value;
      const sharing = found.get(name);
      if (sharing) sharing.push(selection);
      else found.set(name, [selection]);
      continue;
    }
    const within =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet;
    if (within) compositesOf([within], fragments, found);
  }
  return found;
}

/**
 * Pairs of fields with the same name at the same place of the answer, of those that have a selection: validation compares each
 * with each ("Field Selection Merging", GraphQL specification section 5.3.2), selections and all, so they cost it the square of
 * their number. Only for documents without circular fragments.
 */
function countOverlaps(sets: readonly SelectionSetNode[], fragments: Fragments): number {
  let pairs = 0;
  for (const sharing of compositesOf(sets, fragments).values()) {
    pairs += (sharing.length * (sharing.length - 1)) / 2;
    pairs += countOverlaps(
      sharing.flatMap(({ selectionSet }) => selectionSet ?? []),
      fragments,
    );
  }
  return pairs;
}

/**
 * Keeps documents from validation that would hold it up. To be called for documents within the limit of fields: with every
 * fragment counted at each spread there are only so many to look at.
 * @throws {GatewayError} `OPERATION_TOO_COMPLEX`, or `GRAPHQL_VALIDATION_FAILED` for a fragment that is spread within itself
 */
export function assertOverlaps(document: DocumentNode): void {
  const fragments = fragmentsOf(document);
  const circular = circularFragment(fragments);
  if (circular !== null) {
    throw new GatewayError('GRAPHQL_VALIDATION_FAILED', `Cannot spread fragment "${circular}" within itself.`, {
      httpStatus: 400,
    });
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const found = countOverlaps([definition.selectionSet], fragments);
    if (found <= MAX_OVERLAPS) continue;
    throw new GatewayError('OPERATION_TOO_COMPLEX', 'The operation asks for the same fields too many times.', {
      httpStatus: 400,
      details: { limit: 'overlaps', allowed: MAX_OVERLAPS, found },
    });
  }
}
