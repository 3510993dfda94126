import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { GatewayContext } from '../../../src/context.js';
import { type ClientErrorOf, createErrorFormatter } from '../../../src/errors/format-error.js';

export const REQUEST_ID = '123e4567-e89b-42d3-a456-426614174000';

export interface Answer {
  status: number;
  data?: unknown;
  errors: GraphQLFormattedError[];
}

/** Apollo Server with the plugin under test, and with what the gateway lets leave of errors. */
export function createExecutor(options: {
  schema: GraphQLSchema;
  plugin: ApolloServerPlugin<GatewayContext>;
  clientErrorOf?: ClientErrorOf;
}) {
  const { schema, plugin, clientErrorOf = () => null } = options;
  const apollo = new ApolloServer<GatewayContext>({
    schema,
    plugins: [plugin],
    includeStacktraceInErrorResponses: false,
    formatError: createErrorFormatter(clientErrorOf),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    stopOnTerminationSignals: false,
  });

  return async function execute(body: {
    query: string;
    variables?: Record<string, unknown>;
    operationName?: string;
  }): Promise<Answer> {
    await apollo.start().catch(() => {});
    const { status, body: text } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        body: JSON.parse(JSON.stringify(body)),
      },
      // A plugin under test looks at the ID only; resolvers of the schema at nothing.
      context: async () => ({ requestId: REQUEST_ID }) as GatewayContext,
    });
    if (text.kind !== 'complete') throw new Error('not in one piece');
    return { status: status ?? 200, errors: [], ...JSON.parse(text.string) };
  };
}
