import { type Access, createAccess } from './auth/inbound/access.js';
import { type AccessTokenVerifier, soleAuthorization } from './auth/inbound/access-token.js';
import type { Principal } from './auth/inbound/principal.js';
import { isVisible } from './auth/inbound/visibility.js';
import type { ContextRequest, GatewayContext } from './context.js';
import { AccountsDatasource } from './datasources/accounts.datasource.js';
import { AuthorisationsDatasource } from './datasources/authorisations.datasource.js';
import type { EntityCache } from './datasources/cache/entity-cache.js';
import { CardsDatasource } from './datasources/cards.datasource.js';
import { CustomersDatasource } from './datasources/customers.datasource.js';
import type { OperationTime } from './datasources/deadline.js';
import type { UpstreamCall, UpstreamClient } from './datasources/http/upstream-client.js';
import { createExplanation, readerFor } from './datasources/loaders/explanation.js';
import { createRequestLoaders, type RequestLoaders } from './datasources/loaders/request-loaders.js';
import type { ResourceReader } from './datasources/loaders/resource-reader.js';
import type { MutationMemory } from './datasources/mutations/mutation-memory.js';
import { createMutationRunner } from './datasources/mutations/mutation-runner.js';
import type { SettledMutation } from './datasources/mutations/settled-mutation.js';
import type { RequestScope } from './datasources/request-scope.js';
import type { RunningWork } from './datasources/running-work.js';
import { TransactionsDatasource } from './datasources/transactions.datasource.js';
import { WebhookSubscriptionsDatasource } from './datasources/webhook-subscriptions.datasource.js';
import type { UnknownValueListener } from './datasources/wire/decode.js';
import { GatewayError } from './errors/gateway-error.js';
import type { LiveFeed, LiveFeedOptions } from './events/live/live-feed.js';
import type { AuditLog } from './observability/audit-log.js';
import type { Logger } from './observability/logger.js';
import type { Metrics } from './observability/metrics.js';

/** What lives as long as the process; everything else in a context lives for one request. */
export interface ContextParts {
  verifier: AccessTokenVerifier;
  reader: ResourceReader;
  client: UpstreamClient;
  cache: EntityCache;
  mutationMemory: MutationMemory;
  now: () => Date;
  metrics: Metrics;
  logger: Logger;
  onUnknownValue: UnknownValueListener;
  audit: AuditLog;
  /** Live updates for one caller, who is shown what `isVisible` lets through. */
  openLive: (isVisible: LiveFeedOptions['isVisible']) => LiveFeed;
  /** Told of the tags that a mutation has invalidated. */
  onInvalidated: (tags: readonly string[]) => void;
  /** When the operation of a request has to be answered. */
  timeOf(request: object): OperationTime;
  /** Mutations, which go on when their client hangs up, and which the end of the process waits for. */
  running: RunningWork;
}

/** Makes the context of each request. It throws what `verifier` throws: the request is then answered with that. */
export function createContextFactory(parts: ContextParts): (request: ContextRequest) => Promise<GatewayContext> {
  const { verifier, reader, cache, mutationMemory: memory, now, metrics, logger, onUnknownValue } = parts;
  const { audit, openLive, onInvalidated, running } = parts;

  async function identify(request: ContextRequest): Promise<Principal | null> {
    if ('principal' in request) return request.principal;
    try {
      return await verifier.verify(soleAuthorization(request.raw.headersDistinct.authorization));
    } catch (error) {
      if (error instanceof GatewayError) error.extensions.requestId = request.id;
      logger.debug({ requestId: request.id, err: error }, 'an access token was refused');
      throw error;
    }
  }

  return async function createContext(request) {
    const principal = await identify(request);
    const isProgramme = principal?.isProgramme ?? false;
    const explanation = isProgramme && request.headers['x-explain'] === '1' ? createExplanation() : null;
    const trace = explanation?.trace;
    const time = parts.timeOf(request);
    const loaders = createRequestLoaders(reader, { mayList: isProgramme, trace, deadline: time.reads });
    const client = {
      call: (call: UpstreamCall) => {
        const deadline = call.method === 'GET' ? time.reads : time.changes;
        return parts.client.call({ deadline, ...call }, trace?.request);
      },
    };
    const callerId = principal?.callerId ?? 'nobody';
    const onChange = () => loaders.clear();
    const remainingMs = () => time.changes.at - performance.now();
    const onSettled = (mutation: SettledMutation) =>
      audit.settled({ requestId: request.id, caller: principal }, mutation);
    const readCard = (id: string) => loaders.card.load(id);
    const mutations = running.keep(
      createMutationRunner({
        ...{ client, cache, memory, metrics, logger, now },
        ...{ callerId, remainingMs, onChange, readCard, onInvalidated, onSettled },
      }),
    );
    const accessThrough = (reads: RequestLoaders): Access =>
      createAccess(principal, {
        account: (id) => reads.account.load(id),
        accountsOf: async (customerId) => (await reads.accountsOfCustomer.load(customerId)).items,
        card: (id) => reads.card.load(id),
        authorisation: (id) => reads.authorisation.load(id),
      });
    const access = accessThrough(loaders);
    const scope: RequestScope = {
      client,
      reader: readerFor(reader, { trace, deadline: time.afterChanges }),
      loaders,
      mutations,
      reach: access.reach,
      onUnknownValue,
    };
    const idempotencyKey = request.headers['idempotency-key'];
    return {
      requestId: request.id,
      explanation,
      principal,
      clientAddress: request.ip,
      idempotencyKeyHeader: typeof idempotencyKey === 'string' ? idempotencyKey : null,
      access,
      mutationOutcome: (clientKey) => memory.outcome({ callerId, clientKey }),
      customers: new CustomersDatasource(scope),
      accounts: new AccountsDatasource(scope),
      cards: new CardsDatasource(scope),
      authorisations: new AuthorisationsDatasource(scope),
      transactions: new TransactionsDatasource(scope),
      webhookSubscriptions: new WebhookSubscriptionsDatasource(scope),
      // Loaders remember for as long as a request lives, a subscription lives for hours: new ones for each event.
      live: openLive(({ kind }, entity) =>
        isVisible(accessThrough(createRequestLoaders(reader, { mayList: false })), kind, entity),
      ),
    };
  };
}
