import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
} from 'graphql';
import type { OperationLimits } from '../../config/gateway-config.js';
import { BoundedMap } from '../../datasources/cache/bounded-map.js';
import { assertShapes } from './document-shape.js';
import { parseWithinLimits } from './document-text.js';
import { assertOverlaps } from './field-overlaps.js';

/** A document within the limits. */
export interface PreparedDocument {
  readonly document: DocumentNode;
  /** Set once validation has found nothing wrong with it. */
  isValid: boolean;
}

/** Documents by the SHA-256 of their text, in lower-case hexadecimal. */
export interface PreparedDocuments {
  /**
   * Parses a document and measures it, unless that was done lately.
   * @throws {GatewayError} `DOCUMENT_TOO_LARGE`, `OPERATION_TOO_COMPLEX`, or `GRAPHQL_VALIDATION_FAILED` for circular fragments
   * @throws {GraphQLError} a syntax error, without a code
   */
  prepare(text: string, hash: string): PreparedDocument;
  /** What is wrong with it by the rules of GraphQL, without codes; empty when nothing is. */
  validate(prepared: PreparedDocument): readonly GraphQLError[];
}

/** Of all remembered documents together, by `sizeOf`. */
export const MAX_REMEMBERED_BYTES = 25_000_000;

/**
 * Memory that a parsed document takes at the most, in bytes: measured with Node 20, for texts of fields, lists, objects, strings
 * or comments. By its length alone it cannot be told: three tokens in four characters take 2 kB, a string of 40,000 takes 43 kB.
 */
export function sizeOf(text: string, document: DocumentNode): number {
  // The parser counts tokens, and tells so outside of the type; a token has a character at least.
  const { tokenCount = text.length } = document as { tokenCount?: number };
  return 1_000 + 45 * text.length + 450 * tokenCount;
}

/** Mistakes that are told at once: each brings its places with it, and a short document can have thousands. */
export const MAX_VALIDATION_ERRORS = 20;

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function createPreparedDocuments(options: {
  schema: GraphQLSchema;
  limits: OperationLimits;
  introspection: boolean;
}): PreparedDocuments {
  const { schema, limits, introspection } = options;
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const known = new BoundedMap<{ prepared: PreparedDocument; bytes: number }>({
    maxWeight: MAX_REMEMBERED_BYTES,
    weigh: ({ bytes }) => bytes,
  });

  return {
    prepare(text, hash) {
      const remembered = known.get(hash);
      if (remembered) return remembered.prepared;
      const document = parseWithinLimits(text, limits);
      assertShapes(document, limits);
      assertOverlaps(document);
      const prepared = { document, isValid: false };
      known.set(hash, { prepared, bytes: sizeOf(text, document) });
      return prepared;
    },
    validate(prepared) {
      if (prepared.isValid) return [];
      const errors = validate(schema, prepared.document, rules, {
        hideSuggestions: !introspection,
        maxErrors: MAX_VALIDATION_ERRORS,
      });
      prepared.isValid = errors.length === 0;
      return errors;
    },
  };
}
