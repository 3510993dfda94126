import { type FieldNode, type GraphQLField, Kind, type OperationDefinitionNode, type ValueNode } from 'graphql';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../schema/pagination/page-size.js';

const SIZE_ARGUMENTS = ['first', 'last'];

/** A size that no page can have counts as the largest: the field refuses it. */
function bounded(size: unknown): number {
  return Number.isInteger(size) && (size as number) >= 0 ? Math.min(size as number, MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
}

export type Variables = Readonly<Record<string, unknown>>;

/**
 * Edges on the page that a field asks for; null for a field that does not page. Literals, variables and their default values
 * count as they are, the default page size where nothing is given.
 */
export function pageSizeOf(
  field: FieldNode,
  definition: GraphQLField<unknown, unknown>,
  { operation, variables }: { operation: OperationDefinitionNode; variables: Variables },
): number | null {
  const pages = definition.args.filter(({ name }) => SIZE_ARGUMENTS.includes(name));
  if (pages.length === 0) return null;

  function given(value: ValueNode | undefined): unknown {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    if (Object.hasOwn(variables, name)) return variables[name] ?? undefined;
    return given(operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue);
  }

  const sizes = pages.flatMap(({ name, defaultValue }) => {
    const node = field.arguments?.find((argument) => argument.name.value === name);
    const size = given(node?.value) ?? defaultValue ?? undefined;
    return size === undefined ? [] : [bounded(size)];
  });
  return sizes.length === 0 ? DEFAULT_PAGE_SIZE : Math.max(...sizes);
}
