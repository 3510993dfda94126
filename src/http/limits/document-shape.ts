import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { OperationLimits } from '../../config/gateway-config.js';
import { assertWithin } from './limit-error.js';

/** What a selection amounts to, with every fragment counted again at each spread of it. */
export interface Shape {
  /** Selection sets within each other. */
  readonly nesting: number;
  /** Fields below each other, those of introspection left out. */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields at the top of the selection. */
  readonly rootFields: number;
  readonly fields: number;
}

const NOTHING: Shape = { nesting: 0, depth: 0, aliases: 0, directives: 0, rootFields: 0, fields: 0 };

/** Doubling fragments reach any number: from here on it stays. */
const MOST = Number.MAX_SAFE_INTEGER;
const sum = (a: number, b: number) => Math.min(MOST, a + b);

/**
 * Shapes of the definitions of one document. A fragment is measured once, however often it is spread, so thirty fragments that
 * each spread the next one twice cost as little to measure as they cost to send. One that spreads itself counts as nothing at
 * that place: validation refuses it.
 */
export function createShapes(document: DocumentNode): (definition: ExecutableDefinition) => Shape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<ExecutableDefinition, Shape>();

  function ofSelection(selection: SelectionNode): Shape {
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.FIELD) {
      const isMeta = selection.name.value.startsWith('__');
      const below = selection.selectionSet ? ofSelections(selection.selectionSet) : NOTHING;
      return {
        nesting: below.nesting,
        depth: isMeta ? 0 : sum(1, below.depth),
        aliases: sum(selection.alias ? 1 : 0, below.aliases),
        directives: sum(directives, below.directives),
        rootFields: 1,
        fields: sum(1, below.fields),
      };
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const within = ofSelections(selection.selectionSet);
      return { ...within, directives: sum(directives, within.directives) };
    }
    const fragment = fragments.get(selection.name.value);
    const spread = fragment ? ofDefinition(fragment) : NOTHING;
    return { ...spread, directives: sum(directives, spread.directives) };
  }

  function ofSelections({ selections }: SelectionSetNode): Shape {
    let total = NOTHING;
    for (const selection of selections) {
      const one = ofSelection(selection);
      total = {
        nesting: Math.max(total.nesting, one.nesting),
        depth: Math.max(total.depth, one.depth),
        aliases: sum(total.aliases, one.aliases),
        directives: sum(total.directives, one.directives),
        rootFields: sum(total.rootFields, one.rootFields),
        fields: sum(total.fields, one.fields),
      };
    }
    return { ...total, nesting: sum(1, total.nesting) };
  }

  function ofDefinition(definition: ExecutableDefinition): Shape {
    const measured = known.get(definition);
    if (measured) return measured;
    known.set(definition, NOTHING);
    const shape = ofSelections(definition.selectionSet);
    const variables = definition.variableDefinitions ?? [];
    const own = [definition, ...variables].reduce((count, { directives = [] }) => count + directives.length, 0);
    const whole = { ...shape, directives: sum(own, shape.directives) };
    known.set(definition, whole);
    return whole;
  }

  return ofDefinition;
}

export type ExecutableDefinition = OperationDefinitionNode | FragmentDefinitionNode;

/**
 * Throws `OPERATION_TOO_COMPLEX` (`DOCUMENT_TOO_LARGE` for nesting) unless every operation is within the limits. Fragments are
 * held to them by themselves as well: validation works its way through those that nobody spreads, too.
 */
export function assertShapes(document: DocumentNode, limits: OperationLimits): void {
  const shapeOf = createShapes(document);
  for (const definition of document.definitions) {
    // Anything else is a type system definition, which validation refuses.
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const shape = shapeOf(definition);
    assertWithin(limits, 'nesting', shape.nesting);
    assertWithin(limits, 'depth', shape.depth);
    assertWithin(limits, 'aliases', shape.aliases);
    assertWithin(limits, 'directives', shape.directives);
    if (definition.kind === Kind.OPERATION_DEFINITION) assertWithin(limits, 'rootFields', shape.rootFields);
    assertWithin(limits, 'fields', shape.fields);
  }
}
