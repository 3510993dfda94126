import type { ApolloServerPlugin } from '@apollo/server';
import { coerceInputValue, type GraphQLError, isInputType, typeFromAST } from 'graphql';
import type { GatewayContext } from '../../context.js';
import { GatewayError } from '../../errors/gateway-error.js';

/** What graphql-js says of a value, without the value: its own messages quote what the client sent. */
function withoutValue({ message }: GraphQLError): string {
  const notInEnum = /^(?:Value .* does not exist in|Enum) "(\w+)" (?:enum|cannot represent)/s.exec(message);
  if (notInEnum) return `it is not a value of ${notInEnum[1]}.`;
  const cannotRepresent = /^(\w+) cannot represent/.exec(message);
  if (cannotRepresent) return `it is not a valid ${cannotRepresent[1]}.`;
  return message.replace(/ Did you mean .*$/s, '');
}

/** graphql-js tells of an unknown or a missing field at the path of its object. */
function faultyFieldOf({ message }: GraphQLError): string[] {
  const field = /^Field "(\w+)" (?:is not defined|of required type)/.exec(message)?.[1];
  return field === undefined ? [] : [field];
}

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
            const type = typeFromAST(schema, typeNode);
            if (!isInputType(type)) continue;
            const isGiven = Object.hasOwn(variables, name);
            if (!isGiven && (defaultValue || typeNode.kind !== 'NonNullType')) continue;
            if (!isGiven || (variables[name] === null && typeNode.kind === 'NonNullType')) {
              throw new GatewayError('BAD_USER_INPUT', `Variable "$${name}" is required.`, {
                field: [name],
                httpStatus: 400,
              });
            }
            coerceInputValue(variables[name], type, (path, _value, error) => {
              const field = [name, ...path.map(String), ...faultyFieldOf(error)];
              const reason = withoutValue(error);
              throw new GatewayError(
                'BAD_USER_INPUT',
                `Variable "$${name}" cannot be used at "${field.join('.')}": ${reason}`,
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
