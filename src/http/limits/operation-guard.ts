import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { OperationLimits } from '../../config/gateway-config.js';
import type { ErrorCode } from '../../errors/error-code.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { type DocumentRequest, textOf } from '../trusted-documents/document-request.js';
import type { DocumentSource, ResolvedDocument } from '../trusted-documents/document-source.js';
import { assertSize } from './document-text.js';
import { limitExceeded } from './limit-error.js';
import { operationCost } from './operation-cost.js';
import type { Variables } from './page-size.js';
import { createPreparedDocuments, type PreparedDocument } from './prepared-documents.js';
import type { Caller, Charge, RateLimiter } from './rate-limiter.js';

/** An operation as a client sends it, over any transport; nothing of it is checked yet. */
export interface OperationRequest extends DocumentRequest {
  readonly operationName?: unknown;
  readonly variables?: unknown;
}

/** An operation that may run, and is paid for. Its variables are as sent: graphql-js has still to coerce them. */
export interface AdmittedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | null;
  readonly variableValues: Record<string, unknown>;
  readonly cost: Charge;
}

/**
 * What every operation passes before it runs, the same for POST, GET, WebSocket and server-sent events (ADR 15, ADR 16):
 * trusted documents, size and tokens, shape, validation, cost, and the budget of its caller. Errors are made for the client:
 * `GatewayError`s with HTTP status and headers in `extensions.http`, or errors of graphql-js with a code of ours.
 *
 * Transports that do everything by themselves call `admit`. Apollo Server parses and validates by itself, so its plugin calls
 * the steps: `resolve` and `prepare` before, `charge` and `register` after.
 */
export interface OperationGuard {
  /** All of it. Gives what to execute, or why not; never rejects because of what a client has sent. */
  admit(request: OperationRequest, caller: Caller): Promise<AdmittedOperation | readonly GraphQLError[]>;
  /** The text of the document that is meant. Throws what `DocumentSource.resolve` throws, and `DOCUMENT_TOO_LARGE`. */
  resolve(request: DocumentRequest): ResolvedDocument;
  /** Throws `DOCUMENT_TOO_LARGE`, `OPERATION_TOO_COMPLEX`, or a syntax error without a code. */
  prepare(document: ResolvedDocument): PreparedDocument;
  /** Charges a valid operation to its caller. Throws `OPERATION_TOO_COMPLEX` for its cost, or `RATE_LIMITED`. */
  charge(
    operation: { document: DocumentNode; operation: OperationDefinitionNode; variables: Variables },
    caller: Caller,
  ): Promise<Charge>;
  /** After everything else: lets clients that asked for it name the document by its hash from now on. */
  register(document: ResolvedDocument): void;
}

export interface OperationGuardOptions {
  schema: GraphQLSchema;
  limits: OperationLimits;
  /** Whether clients may read the schema. */
  introspection: boolean;
  documents: DocumentSource;
  /** Null: nobody is held to a budget. */
  rateLimiter: RateLimiter | null;
  /** Told of each refusal that is the guard's own. */
  onRefusal?: (code: ErrorCode) => void;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    originalError: error,
    extensions: { ...error.extensions, code, http: { status: 400 } },
  });
}

function variablesOf({ variables }: OperationRequest): Record<string, unknown> {
  if (variables === undefined || variables === null) return {};
  if (isRecord(variables)) return variables;
  throw new GatewayError('BAD_REQUEST', '"variables" has to be an object.', { httpStatus: 400, field: ['variables'] });
}

export function createOperationGuard(options: OperationGuardOptions): OperationGuard {
  const { schema, limits, introspection, documents, rateLimiter, onRefusal = () => {} } = options;
  const prepared = createPreparedDocuments({ schema, limits, introspection });
  // What costs more than a whole budget could never run: better told so than sent away again and again.
  const maxCost = Math.min(limits.cost, rateLimiter?.limit ?? limits.cost);

  function refuse(error: unknown): never {
    if (error instanceof GatewayError) onRefusal(error.code);
    throw error;
  }

  const guard: OperationGuard = {
    resolve(request) {
      try {
        const text = textOf(request);
        if (text !== null) assertSize(text, limits);
        return documents.resolve(request);
      } catch (error) {
        return refuse(error);
      }
    },
    prepare({ text, hash }) {
      try {
        return prepared.prepare(text, hash);
      } catch (error) {
        return refuse(error);
      }
    },
    async charge({ document, operation, variables }, caller) {
      try {
        const cost = operationCost({ schema, document, operation, variables });
        if (cost > maxCost) throw limitExceeded('cost', { allowed: maxCost, found: cost });
        if (rateLimiter === null) return { requested: cost };
        const budget = operation.operation === OperationTypeNode.QUERY ? 'query' : 'change';
        return await rateLimiter.charge(caller, budget, cost);
      } catch (error) {
        return refuse(error);
      }
    },
    register: (document) => documents.register(document),
    async admit(request, caller) {
      try {
        const variables = variablesOf(request);
        const resolved = guard.resolve(request);
        const ready = guard.prepare(resolved);
        const faults = prepared.validate(ready);
        if (faults.length > 0) return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'));
        const name =
          typeof request.operationName === 'string' && request.operationName !== '' ? request.operationName : null;
        const { document } = ready;
        const operation = getOperationAST(document, name);
        if (!operation) {
          throw new GatewayError('OPERATION_RESOLUTION_FAILURE', 'It cannot be told which operation is meant.', {
            httpStatus: 400,
          });
        }
        const cost = await guard.charge({ document, operation, variables }, caller);
        guard.register(resolved);
        return { document, operation, operationName: name, variableValues: variables, cost };
      } catch (error) {
        if (error instanceof GatewayError) return [error];
        if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
        throw error;
      }
    },
  };
  return guard;
}
