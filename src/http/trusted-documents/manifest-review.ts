import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { OperationLimits } from '../../config/gateway-config.js';
import type { Logger } from '../../observability/logger.js';
import { createPreparedDocuments, hashOf } from '../limits/prepared-documents.js';
import type { Manifest } from './manifest.js';

/** Operations named in one log line. */
const MAX_NAMED = 20;
const MAX_NAME_LENGTH = 64;

/**
 * Tells of a manifest that was loaded: how many documents it has, and which of them would be refused, because the schema or a
 * limit is against them. Better found by whoever deploys it than by those who use the app.
 */
export function createManifestReview(options: {
  schema: GraphQLSchema;
  limits: OperationLimits;
  logger: Logger;
}): (manifest: Manifest) => void {
  const { schema, limits, logger } = options;

  return ({ documents }) => {
    // Reading the schema is up to another setting, which says so itself.
    const prepared = createPreparedDocuments({ schema, limits, introspection: true });
    const isUsable = (body: string) => {
      try {
        return prepared.validate(prepared.prepare(body, hashOf(body))).length === 0;
      } catch (error) {
        if (error instanceof GraphQLError) return false;
        throw error;
      }
    };
    const unusable = documents.filter(({ body }) => !isUsable(body));
    logger.info({ documents: documents.length }, 'trusted documents loaded');
    if (unusable.length === 0) return;
    const names = unusable.slice(0, MAX_NAMED).map(({ name }) => name.slice(0, MAX_NAME_LENGTH));
    const operations = names.join(', ');
    logger.warn(
      { operations, count: unusable.length },
      'trusted documents that do not fit the schema or exceed a limit will be refused',
    );
  };
}
