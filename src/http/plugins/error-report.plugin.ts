import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLError } from 'graphql';
import type { GatewayContext } from '../../context.js';
import { isErrorCode } from '../../errors/error-code.js';
import type { Logger } from '../../observability/logger.js';

/** Logs what clients do not get to see, and puts the request's ID beside each error, so that both can be brought together. */
export function errorReportPlugin(logger: Logger): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, contextValue, operationName }) {
          for (const error of errors) {
            const original = unwrapResolverError(error) as GraphQLError;
            if (isErrorCode(original.extensions?.code) && original.extensions.code !== 'INTERNAL_SERVER_ERROR')
              continue;
            const { requestId } = contextValue;
            const line = { requestId, operationName, path: error.path?.join('.'), err: original };
            if ((original as Error).name === 'UpstreamFailure') logger.warn(line, 'the API failed a field');
            else logger.error(line, 'a field failed');
          }
        },
        async willSendResponse({ response, contextValue }) {
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          if (!singleResult.errors) return;
          singleResult.errors = singleResult.errors.map((error) => ({
            ...error,
            extensions: { ...error.extensions, requestId: contextValue.requestId },
          }));
        },
      };
    },
  };
}
