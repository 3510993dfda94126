import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import {
  IdempotencyError,
  InvalidInputError,
  NotFoundError,
  OutcomeUnknownError,
  RejectedByApiError,
} from '../schema/user-error/request-errors.type.js';
import {
  CardLimitReachedError,
  InvalidAccountStateError,
  InvalidAuthorisationStateError,
  InvalidCardStateError,
  InvalidCustomerStateError,
} from '../schema/user-error/state-errors.type.js';
import { AccountResolver } from './account.resolver.js';
import { AuthorisationResolver } from './authorisation.resolver.js';
import { CardResolver } from './card.resolver.js';
import { CustomerResolver } from './customer.resolver.js';
import { checkDoor } from './door.js';
import { LiveUpdatesResolver } from './live-updates.resolver.js';
import { MutationOutcomeResolver } from './mutation-outcome.resolver.js';
import { SimulatorResolver } from './simulator.resolver.js';
import { TransactionResolver } from './transaction.resolver.js';
import { CardLimitReachedErrorResolver } from './user-error.resolver.js';
import { ViewerResolver } from './viewer.resolver.js';
import { WebhookSubscriptionResolver } from './webhook-subscription.resolver.js';

type ResolverClass = new () => object;

/** The executable schema; with the `simulate…` mutations only where the API is a sandbox. */
export function buildGatewaySchema(options: { simulator: boolean }): GraphQLSchema {
  const resolvers: NonEmptyArray<ResolverClass> = [
    ViewerResolver,
    CardLimitReachedErrorResolver,
    CustomerResolver,
    AccountResolver,
    CardResolver,
    AuthorisationResolver,
    TransactionResolver,
    WebhookSubscriptionResolver,
    MutationOutcomeResolver,
    LiveUpdatesResolver,
    ...(options.simulator ? [SimulatorResolver] : []),
  ];
  const schema = buildSchemaSync({
    resolvers,
    authChecker: checkDoor,
    validate: false,
    // Subscriptions bring streams of their own; type-graphql wants one nevertheless.
    pubSub: { publish: () => {}, subscribe: () => Promise.reject(new Error('not in use')) as never },
    // Reached through the interface UserError only, so they have to be named.
    orphanedTypes: [
      CardLimitReachedError,
      IdempotencyError,
      InvalidAccountStateError,
      InvalidAuthorisationStateError,
      InvalidCardStateError,
      InvalidCustomerStateError,
      InvalidInputError,
      NotFoundError,
      OutcomeUnknownError,
      RejectedByApiError,
    ],
  }); // type-graphql has no place for descriptions of the root types.
  describeType(
    schema.getQueryType(),
    'What can be read. An ID that does not exist and one that is not yours both answer null.',
  );
  describeType(
    schema.getMutationType(),
    'What can be changed. Why something was not done is data (`userErrors`); `errors` is for access, limits and failures.',
  );
  describeType(
    schema.getSubscriptionType(),
    'What changes, as it changes: over WebSocket (`graphql-transport-ws`) or server-sent events. Each event shows the present state, as a query would.',
  );
  return schema;
}

function describeType(type: GraphQLObjectType | null | undefined, description: string): void {
  if (type) type.description = description;
}
