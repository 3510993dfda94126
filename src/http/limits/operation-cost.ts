import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { pageSizeOf, type Variables } from './page-size.js';

/** Points of each field at the top, beside what it can hold. */
const ROOT_POINTS: Readonly<Record<OperationTypeNode, number>> = {
  [OperationTypeNode.QUERY]: 1,
  [OperationTypeNode.MUTATION]: 10,
  [OperationTypeNode.SUBSCRIPTION]: 10,
};
/** `__schema` or `__type`, whatever is asked of them. */
const INTROSPECTION_POINTS = 10;
/** Entries of a list that takes no page size: how many there are is known only afterwards. */
const ASSUMED_LIST_LENGTH = 5;

const MOST = Number.MAX_SAFE_INTEGER;
const sum = (a: number, b: number) => Math.min(MOST, a + b);
const product = (a: number, b: number) => Math.min(MOST, a * b);

export interface CostOptions {
  schema: GraphQLSchema;
  /** Valid for the schema; holds `operation`. */
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** As sent: checked or not. */
  variables: Variables;
}

const isList = (type: GraphQLOutputType) => isListType(getNullableType(type));

/** Types with `id: ID!`: each of them may be a read of the API. Money, addresses, merchants, pages and edges are parts of others. */
function isEntity(type: GraphQLCompositeType): boolean {
  return !isUnionType(type) && String(type.getFields().id?.type) === 'ID!';
}

/**
 * Cost of an operation in points, from 1 to 2^53-1, before it runs: the rule is in docs/reference/limits.md. Every entity that
 * the answer can hold is a point, pages and lists multiply what is below them, and each field at the top is 1 point more, or 10
 * for a mutation or subscription. Directives and types that exclude each other change nothing: all that is written counts.
 */
export function operationCost({ schema, document, operation, variables }: CostOptions): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const root = schema.getRootType(operation.operation);
  /** By fragment and page size around it: there are no more of those than fields with a page. */
  const known = new Map<string, number>();

  /** `pageSize` is that of the connection whose selection this is; its lists are as long. */
  function ofField(field: FieldNode, parent: GraphQLCompositeType, pageSize: number | null): number {
    const name = field.name.value;
    if (name === '__schema' || name === '__type') return INTROSPECTION_POINTS;
    const definition = isUnionType(parent) ? undefined : parent.getFields()[name];
    if (!definition) return 0;
    const rootPoints = parent === root ? ROOT_POINTS[operation.operation] : 0;
    const type = getNamedType(definition.type);
    if (!isCompositeType(type) || !field.selectionSet) return rootPoints;
    const ownPageSize = pageSizeOf(field, definition, { operation, variables });
    const length = isList(definition.type) ? (ownPageSize ?? pageSize ?? ASSUMED_LIST_LENGTH) : 1;
    const each = sum(isEntity(type) ? 1 : 0, ofSelections(field.selectionSet, type, ownPageSize));
    return sum(rootPoints, product(length, each));
  }

  function ofFragment(name: string, pageSize: number | null): number {
    const key = `${name} ${pageSize}`;
    const cost = known.get(key);
    if (cost !== undefined) return cost;
    // Ends a fragment that spreads itself, which is not valid anyhow.
    known.set(key, 0);
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const found = fragment && isCompositeType(type) ? ofSelections(fragment.selectionSet, type, pageSize) : 0;
    known.set(key, found);
    return found;
  }

  function ofSelections(
    { selections }: SelectionSetNode,
    parent: GraphQLCompositeType,
    pageSize: number | null,
  ): number {
    let total = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) total = sum(total, ofField(selection, parent, pageSize));
      else if (selection.kind === Kind.FRAGMENT_SPREAD) total = sum(total, ofFragment(selection.name.value, pageSize));
      else {
        const type = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent;
        if (isCompositeType(type)) total = sum(total, ofSelections(selection.selectionSet, type, pageSize));
      }
    }
    return total;
  }

  return root ? Math.max(1, ofSelections(operation.selectionSet, root, null)) : 1;
}
