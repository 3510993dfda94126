import type { ApolloServerPlugin } from '@apollo/server';
import { coerceInputValue, type GraphQLSchema, isInputType, type OperationDefinitionNode, typeFromAST } from 'graphql';
import type { GatewayContext } from '../../context.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { faultyFieldOf, valueFreeMessage, withoutDigits } from '../value-free-message.js';

/**
 * Refuses unusable variables before anything runs, with the path of each in `extensions.field` and without repeating
 * what was sent: graphql-js would quote the value, card numbers included, and name the path in prose only.
 */
export function assertVariables(options: {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
}): void {
  const { schema, operation, variables } = options;
  for (const { variable, type: typeNode, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const shownName = withoutDigits(name);
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) continue;
    const isGiven = Object.hasOwn(variables, name);
    if (!isGiven && (defaultValue || typeNode.kind !== 'NonNullType')) continue;
    if (!isGiven || (variables[name] === null && typeNode.kind === 'NonNullType')) {
      const message = `Variable "$${shownName}" is required.`;
      throw new GatewayError('BAD_USER_INPUT', message, { field: [shownName], httpStatus: 400 });
    }
    coerceInputValue(variables[name], type, (path, _value, error) => {
      const field = [name, ...path.map(String), ...faultyFieldOf(error.message)].map(withoutDigits);
      const reason = withoutDigits(valueFreeMessage(error.message));
      const message = `Variable "$${shownName}" cannot be used at "${field.join('.')}": ${reason}`;
      throw new GatewayError('BAD_USER_INPUT', message, { field, httpStatus: 400 });
    });
  }
}

/** `assertVariables` for HTTP requests. */
export function variableCheckPlugin(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, operation, request }) {
          if (operation) assertVariables({ schema, operation, variables: request.variables ?? {} });
        },
      };
    },
  };
}
