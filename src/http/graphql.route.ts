import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { GatewayContext } from '../context.js';
import { type ClientErrorOf, createErrorFormatter } from '../errors/format-error.js';
import type { AuditLog } from '../observability/audit-log.js';
import type { Logger } from '../observability/logger.js';
import { depthLimitRule } from './depth-limit.js';
import { auditPlugin } from './plugins/audit.plugin.js';
import { errorReportPlugin } from './plugins/error-report.plugin.js';
import { explanationPlugin } from './plugins/explanation.plugin.js';
import { operationKindPlugin } from './plugins/operation-kind.plugin.js';
import { variableCheckPlugin } from './plugins/variable-check.plugin.js';

export interface GraphqlRouteOptions {
  schema: GraphQLSchema;
  introspection: boolean;
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
  const { schema, introspection, createContext, clientErrorOf, logger, audit } = options;
  const plugins: ApolloServerPlugin<GatewayContext>[] = [
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    operationKindPlugin(),
    variableCheckPlugin(),
    errorReportPlugin(logger),
    auditPlugin(audit),
    explanationPlugin(),
  ];
  const apollo = new ApolloServer<GatewayContext>({
    schema,
    introspection,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    validationRules: [depthLimitRule],
    formatError: createErrorFormatter(clientErrorOf),
    logger: { debug: () => {}, info: () => {}, warn: (text) => logger.warn(text), error: (text) => logger.error(text) },
    plugins,
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  app.route({
    url: '/graphql',
    method: ['GET', 'POST', 'OPTIONS'],
    handler: fastifyApolloHandler(apollo, { context: createContext }),
  });
  return apollo;
}
