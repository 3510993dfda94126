import { type ASTNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Principal } from '../../auth/inbound/principal.js';
import type { ErrorCode } from '../../errors/error-code.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { AdmittedOperation, OperationGuard, OperationRequest } from '../limits/operation-guard.js';
import { assertVariables } from '../plugins/variable-check.plugin.js';
import { documentMessage, valueFreeMessage } from '../value-free-message.js';

/** Who asks, from where. */
export interface StreamCaller {
  principal: Principal;
  /** Of the connection. */
  address: string;
  /** Of the HTTP request that the operation came with; absent on a connection that carries many. */
  requestId?: string;
}

/** Decides whether an operation may run; the errors, if it may not. */
export type Admit = (
  request: OperationRequest,
  caller: StreamCaller,
) => Promise<AdmittedOperation | readonly GraphQLError[]>;

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

export interface AdmissionOptions {
  schema: GraphQLSchema;
  /** What every operation passes, whichever transport it comes by: size, shape, cost, budget, trusted documents. */
  guard: Pick<OperationGuard, 'admit'>;
}

/**
 * Lets only subscriptions pass, of those that the guard admits: queries and mutations have their place at `/graphql`
 * (docs/adr/0019).
 */
export function createAdmission(options: AdmissionOptions): Admit {
  const { schema, guard } = options;

  function assertSubscription({ operation, variableValues }: AdmittedOperation): void {
    if (operation.operation !== 'subscription') {
      throw new GatewayError(
        'OPERATION_RESOLUTION_FAILURE',
        `A ${operation.operation} has to be sent to /graphql as an HTTP request; streams are for subscriptions.`,
      );
    }
    assertVariables({ schema, operation, variables: variableValues });
  }

  return async (request, { principal, address }) => {
    try {
      const admitted = await guard.admit(request, { callerId: principal.callerId, address });
      if (!('document' in admitted)) return admitted.map(withoutValues);
      assertSubscription(admitted);
      return admitted;
    } catch (error) {
      if (error instanceof GraphQLError) return [withoutValues(error)];
      throw error;
    }
  };
}
