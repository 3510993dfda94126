import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { GatewayContext } from '../../context.js';
import type { AuditLog } from '../../observability/audit-log.js';

/** Turned away before the mutation began; whatever else goes wrong with one, its runner has written down. */
const REFUSALS = ['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED'];
/** Lines for one request that was refused as a whole. */
const MAX_LINES = 25;

/** Names of the mutations that an operation asks for, in order, fragments included. */
function mutationsOf(operation: OperationDefinitionNode, document: DocumentNode): string[] {
  const names: string[] = [];
  /** Fields of one response key are merged, and carried out once (GraphQL section 6.3.2). */
  const keys = new Set<string>();
  const met = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (names.length >= MAX_LINES) return;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        if (!keys.has(key)) names.push(selection.name.value);
        keys.add(key);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!met.has(selection.name.value)) {
        const name = selection.name.value;
        met.add(name);
        const fragment = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
        );
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION) collect(fragment.selectionSet);
      }
    }
  };
  collect(operation.selectionSet);
  return names.filter((name) => name !== '__typename');
}

/** The mutations that an error kept from being tried. */
function refusedBy(error: GraphQLError, operation: OperationDefinitionNode, document: DocumentNode): string[] {
  if (error.path === undefined) return mutationsOf(operation, document);
  const field = error.nodes?.find((node) => node.kind === Kind.FIELD);
  const isDoor = error.path.length === 1 && REFUSALS.includes(String(error.extensions.code));
  return isDoor && field ? [field.name.value] : [];
}

/** An audit line for each mutation that was asked for and turned away: at a door, for its variables, or by a limit. */
export function auditPlugin(audit: AuditLog): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, operation, document, contextValue }) {
          if (operation?.operation !== 'mutation' || !document) return;
          const { requestId, principal: caller } = contextValue;
          for (const error of errors) {
            const code = String(error.extensions.code ?? 'INTERNAL_SERVER_ERROR');
            for (const mutation of refusedBy(error, operation, document)) {
              audit.refused({ requestId, caller }, { mutation, code });
            }
          }
        },
      };
    },
  };
}
