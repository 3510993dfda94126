import type { ApolloServerPlugin } from '@apollo/server';
import { type ASTNode, type DocumentNode, type GraphQLError, visit } from 'graphql';
import type { GatewayContext } from '../../context.js';
import { documentMessage, faultyFieldOf, valueFreeMessage, withoutDigits } from '../value-free-message.js';

/** Errors about a document, whose messages graphql-js and Apollo write. */
const DOCUMENT_CODES: readonly unknown[] = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
];
const INTROSPECTION_OFF = 'The schema cannot be read here: introspection is off.';

const isLiteral = ({ kind }: ASTNode) => kind.endsWith('Value') || kind === 'ObjectField';

/** Where a literal stands: argument or variable, then input fields and places in lists, e.g. `['filter', 'status', '0']`. */
function literalPath(keys: readonly (string | number)[], below: readonly unknown[]): string[] {
  let field: string[] = [];
  keys.forEach((key, index) => {
    const reached = below[index] as ASTNode | readonly ASTNode[];
    if (!('kind' in reached)) return;
    if (reached.kind === 'Argument') field = [reached.name.value];
    else if (reached.kind === 'VariableDefinition') field = [reached.variable.name.value];
    else if (reached.kind === 'ObjectField') field.push(reached.name.value);
    else if (keys[index - 1] === 'values') field.push(String(key));
  });
  return field;
}

/** Paths of the literals at fault, found in one walk through the document. */
function pathsOf(document: DocumentNode, literals: ReadonlySet<ASTNode>): Map<ASTNode, string[]> {
  const paths = new Map<ASTNode, string[]>();
  if (literals.size === 0) return paths;
  visit(document, {
    enter(node, _key, parent, keys, [_document, ...ancestors]) {
      // `keys` lead from the document to the node, by way of what lies between.
      if (literals.has(node)) paths.set(node, literalPath(keys, [...ancestors, parent, node]));
    },
  });
  return paths;
}

function rewrite(error: GraphQLError, paths: ReadonlyMap<ASTNode, string[]>): void {
  const [node] = error.nodes ?? [];
  const place = node && paths.get(node);
  if (place) {
    const field = node.kind === 'ObjectField' ? place : [...place, ...faultyFieldOf(error.message)];
    error.message = `The value at "${field.join('.')}" cannot be used: ${valueFreeMessage(error.message)}`;
    error.extensions.field = field.map(withoutDigits);
  } else if (error.extensions.validationErrorCode === 'INTROSPECTION_DISABLED') error.message = INTROSPECTION_OFF;
  error.message = documentMessage(error.message);
}

/**
 * Makes what graphql-js says about a document fit to leave: a literal that cannot be used is named by its path
 * (`extensions.field`) and never quoted, for it may be a card number in the wrong place.
 */
export function documentErrorPlugin(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, document }) {
          const own = errors.filter(({ extensions }) => DOCUMENT_CODES.includes(extensions?.code));
          const literals = own.flatMap(({ nodes = [] }) => nodes.filter(isLiteral));
          const paths = document ? pathsOf(document, new Set(literals)) : new Map<ASTNode, string[]>();
          for (const error of own) rewrite(error, paths);
        },
      };
    },
  };
}
