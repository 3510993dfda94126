import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../../context.js';
import { GatewayError } from '../../errors/gateway-error.js';

/** Subscriptions need a transport that can answer more than once; plain HTTP requests cannot carry them. */
export function operationKindPlugin(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation }) {
          if (operation?.operation !== 'subscription') return;
          throw new GatewayError(
            'OPERATION_RESOLUTION_FAILURE',
            'Subscriptions are not to be had over plain HTTP requests.',
            {
              httpStatus: 400,
            },
          );
        },
      };
    },
  };
}
