import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** Fields below each other; a reference leads back to where it came from, so answers can grow with a power of the depth. */
export const MAX_DEPTH = 16;

/** Validation rule: no field lies deeper than `MAX_DEPTH`, fragments counted where they are spread. Introspection is left out. */
export function depthLimitRule(context: ValidationContext): ASTVisitor {
  const depths = new Map<FragmentDefinitionNode, number>();

  function depthOf({ selections }: SelectionSetNode): number {
    let deepest = 0;
    for (const selection of selections) {
      if (selection.kind === 'Field') {
        if (selection.name.value.startsWith('__')) continue;
        deepest = Math.max(deepest, 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0));
      } else if (selection.kind === 'InlineFragment') deepest = Math.max(deepest, depthOf(selection.selectionSet));
      else {
        const fragment = context.getFragment(selection.name.value);
        if (fragment) deepest = Math.max(deepest, fragmentDepth(fragment));
      }
    }
    return deepest;
  }

  function fragmentDepth(fragment: FragmentDefinitionNode): number {
    const known = depths.get(fragment);
    if (known !== undefined) return known;
    // Also ends a fragment that spreads itself, which another rule refuses.
    depths.set(fragment, 0);
    const depth = depthOf(fragment.selectionSet);
    depths.set(fragment, depth);
    return depth;
  }

  return {
    OperationDefinition(operation) {
      if (depthOf(operation.selectionSet) <= MAX_DEPTH) return;
      context.reportError(
        new GraphQLError(`The operation is nested deeper than ${MAX_DEPTH} fields.`, { nodes: operation.name ?? [] }),
      );
    },
  };
}
