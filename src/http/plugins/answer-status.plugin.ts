import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../../context.js';
import { type AnswerType, negotiateAnswerType } from '../media-type.js';

/** What is wrong with the document or its variables: the HTTP request itself was a good one. */
const GRAPHQL_FAULTS: readonly unknown[] = [
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
];

/**
 * HTTP status of an answer (GraphQL over HTTP, "Status Codes"). Under `application/json` a well-formed request is answered with
 * 200 whatever GraphQL thinks of it: such an answer may come from any proxy, so clients read the body. Under
 * `application/graphql-response+json` an answer without `data` is 4xx or 5xx. Statuses that say more (401, 405, 429, 503) stay.
 */
export function answerStatus(answer: {
  type: AnswerType;
  status: number;
  hasData: boolean;
  codes: readonly unknown[];
}): number {
  const { type, status, hasData, codes } = answer;
  if (hasData) return status;
  if (type === 'application/graphql-response+json') return Math.max(status, 400);
  return status === 400 && codes.every((code) => GRAPHQL_FAULTS.includes(code)) ? 200 : status;
}

/** Sets media type and status of each answer by what the client accepts. */
export function answerStatusPlugin(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ request, response }) {
          if (response.body.kind !== 'single') return;
          const type = negotiateAnswerType(request.http?.headers.get('accept')) ?? 'application/json';
          const { data, errors = [] } = response.body.singleResult;
          const codes = errors.map(({ extensions }) => extensions?.code);
          const status = response.http.status ?? 200;
          response.http.status = answerStatus({ type, status, hasData: data !== undefined, codes });
          response.http.headers.set('content-type', `${type}; charset=utf-8`);
        },
      };
    },
  };
}
