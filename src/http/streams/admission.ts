import {
  type ASTNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Principal } from '../../auth/inbound/principal.js';
import type { ErrorCode } from '../../errors/error-code.js';
import { badUserInput, GatewayError } from '../../errors/gateway-error.js';
import { depthLimitRule } from '../depth-limit.js';
import { assertVariables } from '../plugins/variable-check.plugin.js';
import { documentMessage, valueFreeMessage } from '../value-free-message.js';

/** An operation as a client sends it over a stream. */
export interface OperationParams {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
  extensions?: unknown;
}

/** An operation that may run. */
export interface AdmittedOperation {
  document: DocumentNode;
  operationName: string | null;
  variableValues: Record<string, unknown>;
}

/** Who asks, from where. */
export interface StreamCaller {
  principal: Principal;
  /** Of the connection. */
  address: string;
}

/** Decides whether an operation may run; the errors, if it may not. */
export type Admit = (
  params: OperationParams,
  caller: StreamCaller,
) => Promise<AdmittedOperation | readonly GraphQLError[]>;

/** What every operation passes, whichever transport it comes by: size, shape, cost, budget, trusted documents. */
export interface StreamGuard {
  admit(
    request: OperationParams,
    caller: { callerId: string | null; address: string },
  ): Promise<AdmittedOperation | readonly GraphQLError[]>;
}

const isLiteral = ({ kind }: ASTNode) => kind.endsWith('Value') || kind === 'ObjectField';

/** What graphql-js says of a document, without what stood in it: a literal may be a card number in the wrong place. */
function withoutValues(error: GraphQLError): GraphQLError {
  if (error instanceof GatewayError) return error;
  const isAboutValue = error.nodes?.some(isLiteral) ?? false;
  const message = documentMessage(isAboutValue ? valueFreeMessage(error.message) : error.message);
  return withCode(error, error.extensions.code as ErrorCode, message);
}

const withCode = (error: GraphQLError, code: ErrorCode, message = error.message) =>
  new GraphQLError(message, {
    ...(error.nodes && { nodes: error.nodes }),
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });

function parseDocument(query: string): DocumentNode {
  try {
    return parse(query);
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

export interface AdmissionOptions {
  schema: GraphQLSchema;
  /** Whether clients may read the schema, and be told of names that they may have meant. */
  introspection: boolean;
  guard?: StreamGuard | undefined;
}

/** For want of a guard: parses and validates by the rules of the HTTP route. */
function createPlainGuard({ schema, introspection }: AdmissionOptions): StreamGuard {
  return {
    async admit({ query, operationName, variables }) {
      if (typeof query !== 'string') throw badUserInput('The operation has to be a text in "query".', ['query']);
      if (typeof variables !== 'object' && variables !== undefined) {
        throw badUserInput('Variables have to be an object.', ['variables']);
      }
      const document = parseDocument(query);
      const faults = validate(schema, document, [...specifiedRules, depthLimitRule], {
        hideSuggestions: !introspection,
      });
      if (faults.length > 0) return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'));
      const name = typeof operationName === 'string' && operationName !== '' ? operationName : null;
      return { document, operationName: name, variableValues: (variables ?? {}) as Record<string, unknown> };
    },
  };
}

/**
 * Lets only subscriptions pass, of those that the guard admits: queries and mutations have their place at `/graphql`
 * (docs/adr/0019).
 */
export function createAdmission(options: AdmissionOptions): Admit {
  const { schema, guard = createPlainGuard(options) } = options;

  function assertSubscription({ document, operationName, variableValues }: AdmittedOperation): void {
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      throw new GatewayError('OPERATION_RESOLUTION_FAILURE', 'It cannot be told which operation is meant.');
    }
    if (operation.operation !== 'subscription') {
      throw new GatewayError(
        'OPERATION_RESOLUTION_FAILURE',
        `A ${operation.operation} has to be sent to /graphql as an HTTP request; streams are for subscriptions.`,
      );
    }
    assertVariables({ schema, operation, variables: variableValues });
  }

  return async (params, { principal, address }) => {
    try {
      const admitted = await guard.admit(params, { callerId: principal.callerId, address });
      if (!('document' in admitted)) return admitted.map(withoutValues);
      assertSubscription(admitted);
      return admitted;
    } catch (error) {
      if (error instanceof GraphQLError) return [withoutValues(error)];
      throw error;
    }
  };
}
