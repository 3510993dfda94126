import type { FastifyRequest } from 'fastify';
import type { Access } from './auth/inbound/access.js';
import type { Principal } from './auth/inbound/principal.js';
import type { AccountsDatasource } from './datasources/accounts.datasource.js';
import type { AuthorisationsDatasource } from './datasources/authorisations.datasource.js';
import type { CardsDatasource } from './datasources/cards.datasource.js';
import type { CustomersDatasource } from './datasources/customers.datasource.js';
import type { Explanation } from './datasources/loaders/explanation.js';
import type { MutationMemory } from './datasources/mutations/mutation-memory.js';
import type { TransactionsDatasource } from './datasources/transactions.datasource.js';
import type { WebhookSubscriptionsDatasource } from './datasources/webhook-subscriptions.datasource.js';
import type { LiveFeed } from './events/live/live-feed.js';

/** An HTTP request, or what stands for one on a connection whose caller is known already. */
export type ContextRequest =
  | Pick<FastifyRequest, 'id' | 'headers' | 'raw' | 'ip'>
  | { id: string; ip: string; headers: Record<string, undefined>; principal: Principal };

/** What the resolvers of one request work with. */
export interface GatewayContext {
  /** For finding this request in the logs; also in the `X-Request-Id` response header. */
  requestId: string;
  /** Null without an access token: then only introspection and `__typename` are open. */
  principal: Principal | null;
  /** IP address of whoever holds the connection: a proxy in front, where there is one. */
  clientAddress: string;
  /** What the operation cost, when the caller has asked for it and may know. */
  explanation: Explanation | null;
  /** `Idempotency-Key` request header, as sent. */
  idempotencyKeyHeader: string | null;
  access: Access;
  /** What became of a mutation of this caller; null when nothing is known of its key. */
  mutationOutcome(clientKey: string): ReturnType<MutationMemory['outcome']>;
  customers: CustomersDatasource;
  accounts: AccountsDatasource;
  cards: CardsDatasource;
  authorisations: AuthorisationsDatasource;
  transactions: TransactionsDatasource;
  webhookSubscriptions: WebhookSubscriptionsDatasource;
  live: LiveFeed;
}
