import type { ApolloServerPlugin } from '@apollo/server';
import { coerceInputValue, isInputType, typeFromAST } from 'graphql';
import type { GatewayContext } from '../../context.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { faultyFieldOf, valueFreeMessage, withoutDigits } from '../value-free-message.js';

/**
 * Refuses unusable variables before anything runs, with the path of each in `extensions.field` and without repeating
 * what was sent: graphql-js would quote the value, card numbers included, and name the path in prose only.
 */
export function variableCheckPlugin(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, operation, request }) {
          const variables = request.variables ?? {};
          for (const { variable, type: typeNode, defaultValue } of operation?.variableDefinitions ?? []) {
            const name = variable.name.value;
            const shownName = withoutDigits(name);
            const type = typeFromAST(schema, typeNode);
            if (!isInputType(type)) continue;
            const isGiven = Object.hasOwn(variables, name);
            if (!isGiven && (defaultValue || typeNode.kind !== 'NonNullType')) continue;
            if (!isGiven || (variables[name] === null && typeNode.kind === 'NonNullType')) {
              throw new GatewayError('BAD_USER_INPUT', `Variable "$${shownName}" is required.`, {
                field: [shownName],
                httpStatus: 400,
              });
            }
            coerceInputValue(variables[name], type, (path, _value, error) => {
              const field = [name, ...path.map(String), ...faultyFieldOf(error.message)].map(withoutDigits);
              const reason = withoutDigits(valueFreeMessage(error.message));
              throw new GatewayError(
                'BAD_USER_INPUT',
                `Variable "$${shownName}" cannot be used at "${field.join('.')}": ${reason}`,
                {
                  field,
                  httpStatus: 400,
                },
              );
            });
          }
        },
      };
    },
  };
}
