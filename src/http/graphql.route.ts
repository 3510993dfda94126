import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { GatewayContext } from '../context.js';
import { type ClientErrorOf, createErrorFormatter } from '../errors/format-error.js';
import type { AuditLog } from '../observability/audit-log.js';
import type { Logger } from '../observability/logger.js';
import { GRAPHQL_PATH } from './graphql-path.js';
import { checkRequestBody, checkRequestHead, checkRequestSearch } from './graphql-request.js';
import type { OperationGuard } from './limits/operation-guard.js';
import { MAX_VALIDATION_ERRORS } from './limits/prepared-documents.js';
import { answerStatusPlugin } from './plugins/answer-status.plugin.js';
import { auditPlugin } from './plugins/audit.plugin.js';
import { documentErrorPlugin } from './plugins/document-error.plugin.js';
import { errorReportPlugin } from './plugins/error-report.plugin.js';
import { explanationPlugin } from './plugins/explanation.plugin.js';
import { operationGuardPlugin } from './plugins/operation-guard.plugin.js';
import { operationKindPlugin } from './plugins/operation-kind.plugin.js';
import { unavailablePlugin } from './plugins/unavailable.plugin.js';
import { variableCheckPlugin } from './plugins/variable-check.plugin.js';
import { COMPRESSED, INFLATED } from './server/http-server.js';
import { varyBy } from './server/security-headers.js';

export interface GraphqlRouteOptions {
  schema: GraphQLSchema;
  introspection: boolean;
  guard: OperationGuard;
  createContext: (request: FastifyRequest) => Promise<GatewayContext>;
  clientErrorOf: ClientErrorOf;
  logger: Logger;
  audit: AuditLog;
}

/** `/graphql`: Apollo Server behind Fastify. Returns the started server, to be stopped with the gateway. */
export async function registerGraphql(
  app: FastifyInstance,
  options: GraphqlRouteOptions,
): Promise<ApolloServer<GatewayContext>> {
  const { schema, introspection, guard, createContext, clientErrorOf, logger, audit } = options;
  const plugins: ApolloServerPlugin<GatewayContext>[] = [
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    // Apollo's own reports go by variables of the environment that are none of ours: nothing is sent to anybody.
    ApolloServerPluginUsageReportingDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    documentErrorPlugin(),
    operationGuardPlugin(guard),
    operationKindPlugin(),
    variableCheckPlugin(),
    errorReportPlugin(logger),
    auditPlugin(audit),
    explanationPlugin(),
    unavailablePlugin(),
    answerStatusPlugin(),
  ];
  const apollo = new ApolloServer<GatewayContext>({
    schema,
    introspection,
    includeStacktraceInErrorResponses: false,
    // Persisted documents, and documents that were validated before, are the guard's.
    persistedQueries: false,
    documentStore: null,
    // "Did you mean …" names what a client that may not read the schema does not know of.
    hideSchemaDetailsFromClientErrors: !introspection,
    validationOptions: { hideSuggestions: !introspection, maxErrors: MAX_VALIDATION_ERRORS },
    formatError: createErrorFormatter(clientErrorOf),
    logger: { debug: () => {}, info: () => {}, warn: (text) => logger.warn(text), error: (text) => logger.error(text) },
    plugins,
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  app.route({
    url: GRAPHQL_PATH,
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    compress: COMPRESSED,
    decompress: INFLATED,
    onRequest: async (request, reply) => {
      varyBy(reply, 'Accept');
      checkRequestHead(request);
    },
    preHandler: async ({ method, body, url }) => {
      if (method === 'POST') checkRequestBody(body);
      else checkRequestSearch(/\?.*/s.exec(url)?.[0] ?? '');
    },
    handler: fastifyApolloHandler(apollo, { context: createContext }),
  });
  return apollo;
}
