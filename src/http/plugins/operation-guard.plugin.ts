import type { ApolloServerPlugin, GraphQLRequest } from '@apollo/server';
import { type DocumentNode, GraphQLError, Kind } from 'graphql';
import type { GatewayContext } from '../../context.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { OperationGuard, OperationRequest } from '../limits/operation-guard.js';
import type { PreparedDocument } from '../limits/prepared-documents.js';
import type { Charge } from '../limits/rate-limiter.js';
import type { ResolvedDocument } from '../trusted-documents/document-source.js';

/** Stands for the document of a request that is refused: nothing of that is parsed, validated or run. */
const NO_DOCUMENT: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };
/** Apollo asks for a text before anything else. */
const NO_TEXT = '#';

/** What Apollo knows of a request, and the ID of a document, which it does not know. */
function operationRequestOf({ query, extensions, http }: GraphQLRequest): OperationRequest {
  const body = http?.body;
  const documentId =
    http?.method === 'GET'
      ? new URLSearchParams(http.search).get('documentId')
      : typeof body === 'object' && body !== null && 'documentId' in body
        ? body.documentId
        : undefined;
  return { query, extensions, documentId };
}

/** Apollo would look the hash up itself, and has no store to do so. */
function withoutPersistedQuery(extensions: GraphQLRequest['extensions']): Record<string, unknown> {
  const { persistedQuery: _, ...others } = extensions ?? {};
  return others;
}

interface Opened {
  refusal?: GatewayError;
  resolved?: ResolvedDocument;
  prepared?: PreparedDocument;
}

/** The steps that need no variables. A syntax error is left to Apollo, which parses the text again. */
function open(guard: OperationGuard, request: GraphQLRequest): Opened {
  const opened: Opened = {};
  try {
    opened.resolved = guard.resolve(operationRequestOf(request));
    opened.prepared = guard.prepare(opened.resolved);
  } catch (error) {
    if (error instanceof GatewayError) opened.refusal = error;
    else if (!(error instanceof GraphQLError)) throw error;
  }
  return opened;
}

/**
 * The guard in front of Apollo Server. Hooks may not throw before an operation is known, so a refusal waits until then with an
 * empty document in place of the refused one. Documents that have been validated once are handed to Apollo as they are.
 */
export function operationGuardPlugin(guard: OperationGuard): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart({ request, contextValue }) {
      const { refusal, resolved, prepared } = open(guard, request);
      request.query = resolved?.text ?? NO_TEXT;
      request.extensions = withoutPersistedQuery(request.extensions);
      let charge: Charge | undefined;
      return {
        async didResolveSource(requestContext) {
          // Apollo takes a document that is there already, as one that its document store had.
          const place: { document?: DocumentNode } = requestContext;
          if (refusal) place.document = NO_DOCUMENT;
          else if (prepared?.isValid) place.document = prepared.document;
        },
        async validationDidStart() {
          return async (errors) => {
            if (prepared && !errors?.length) prepared.isValid = true;
          };
        },
        async didResolveOperation({ document, operation }) {
          if (refusal) throw refusal;
          if (!operation || !resolved) return;
          const { principal, clientAddress } = contextValue;
          const caller = { callerId: principal?.callerId ?? null, address: clientAddress };
          charge = await guard.charge({ document, operation, variables: request.variables ?? {} }, caller);
          guard.register(resolved);
        },
        async willSendResponse({ response }) {
          // Without a budget there is nothing to keep an eye on.
          if (charge?.limit === undefined || response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          singleResult.extensions = { ...singleResult.extensions, cost: charge };
        },
      };
    },
  };
}
