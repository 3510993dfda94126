import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Principal } from '../../auth/inbound/principal.js';
import type { ContextRequest, GatewayContext } from '../../context.js';
import { isErrorCode } from '../../errors/error-code.js';
import { type ClientErrorOf, createErrorFormatter } from '../../errors/format-error.js';
import type { Logger } from '../../observability/logger.js';
import type { OperationRequest } from '../limits/operation-guard.js';
import type { Admit, StreamCaller } from './admission.js';

export interface StreamOperationOptions {
  schema: GraphQLSchema;
  createContext: (request: ContextRequest) => Promise<GatewayContext>;
  clientErrorOf: ClientErrorOf;
  admit: Admit;
  logger: Logger;
}

type RequestId = Pick<GatewayContext, 'requestId'>;

/** An operation with the context that it begins in. */
export type PreparedOperation = ExecutionArgs & { contextValue: GatewayContext };

/** What the transports need to run subscriptions, whichever way they travel. */
export interface StreamOperations {
  /** What to execute, or why not. */
  prepare(request: OperationRequest, caller: StreamCaller): Promise<PreparedOperation | readonly GraphQLError[]>;
  subscribe(args: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
  /** What of the errors leaves; what does not is logged, under the same request ID. */
  formatErrors(errors: readonly GraphQLError[], context?: RequestId): GraphQLFormattedError[];
  formatResult(result: ExecutionResult, context?: RequestId): FormattedExecutionResult;
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as AsyncIterable<unknown>)[Symbol.asyncIterator] === 'function';
}

export function createStreamOperations(options: StreamOperationOptions): StreamOperations {
  const { schema, createContext, clientErrorOf, admit, logger } = options;
  const formatError = createErrorFormatter(clientErrorOf);

  /** The same caller, and nothing remembered. */
  const contextOf = (caller: { id: string; ip: string; principal: Principal }) =>
    createContext({ ...caller, headers: {} });

  function report(error: GraphQLError, requestId: string): void {
    const original = unwrapResolverError(error) as GraphQLError;
    if (isErrorCode(original.extensions?.code) && original.extensions.code !== 'INTERNAL_SERVER_ERROR') return;
    const line = { requestId, path: error.path?.join('.'), err: original };
    if ((original as Error).name === 'UpstreamFailure') logger.warn(line, 'the API failed a field of a subscription');
    else logger.error(line, 'a field of a subscription failed');
  }

  function formatErrors(errors: readonly GraphQLError[], context?: RequestId): GraphQLFormattedError[] {
    const { requestId } = context ?? { requestId: randomUUID() };
    return errors.map((error) => {
      report(error, requestId);
      const formatted = formatError(error.toJSON(), error);
      return { ...formatted, extensions: { ...formatted.extensions, requestId } };
    });
  }

  return {
    formatErrors,
    formatResult({ errors, data }, context) {
      return { ...(errors && { errors: formatErrors(errors, context) }), ...(data !== undefined && { data }) };
    },
    async prepare(request, caller) {
      const { principal, address: ip, requestId: id = randomUUID() } = caller;
      const admitted = await admit(request, caller);
      if (!('document' in admitted)) return admitted;
      const { document, operationName, variableValues } = admitted;
      const contextValue = await contextOf({ id, ip, principal });
      return { schema, document, operationName, variableValues, contextValue };
    },
    /**
     * As `subscribe` of graphql-js, but each event is executed in a context of its own: loaders remember for as long as a
     * context lives, and here that would be hours.
     */
    async subscribe(args) {
      const { requestId, clientAddress: ip, principal } = args.contextValue as GatewayContext;
      if (principal === null) throw new Error('a subscription without a caller');
      const source = await createSourceEventStream(args);
      if (!isStream(source)) return source;
      const events = source[Symbol.asyncIterator]();
      const results: AsyncIterableIterator<ExecutionResult> = {
        async next() {
          const event = await events.next();
          if (event.done) return { value: undefined, done: true };
          try {
            const contextValue = await contextOf({ id: requestId, ip, principal });
            return { value: await execute({ ...args, rootValue: event.value, contextValue }), done: false };
          } catch (error) {
            await events.return?.();
            throw error;
          }
        },
        async return() {
          await events.return?.();
          return { value: undefined, done: true };
        },
        // Never called, but without it graphql-sse takes this for something that cannot be ended.
        async throw(error) {
          await events.return?.();
          throw error;
        },
        [Symbol.asyncIterator]() {
          return results;
        },
      };
      return results;
    },
  };
}
