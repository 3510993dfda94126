import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../../context.js';

/** `extensions.upstream`: what the operation cost, for a caller of the programme who asked with `X-Explain: 1`. */
export function explanationPlugin(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, contextValue }) {
          if (!contextValue.explanation || response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          singleResult.extensions = { ...singleResult.extensions, upstream: contextValue.explanation.summary() };
        },
      };
    },
  };
}
