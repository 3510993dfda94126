import * as accounts from '../programme/accounts.js';
import * as authorisations from '../programme/authorisations.js';
import { readObject } from '../programme/body.js';
import * as cards from '../programme/cards.js';
import * as customers from '../programme/customers.js';
import type { Programme } from '../programme/programme.js';
import type { Credentials } from '../proof/credentials.js';
import type { SigningKeys } from '../proof/signing-keys.js';
import type { WebhookSubscriptions } from '../webhooks/subscriptions.js';
import type { Call, Route } from './router.js';
import { created, json, RowCalls, signed, text } from './row-calls.js';

export interface RouteParts {
  programme: Programme;
  subscriptions: WebhookSubscriptions;
  credentials: Credentials;
  signingKeys: SigningKeys;
}

/** Every call of the API. Paths, methods and statuses: the pages under https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/ */
export function createRoutes(parts: RouteParts): Route[] {
  return [
    ...authRoutes(parts),
    ...customerRoutes(parts.programme),
    ...accountRoutes(parts.programme),
    ...cardRoutes(parts.programme),
    ...paymentRoutes(parts.programme),
    ...webhookRoutes(parts),
    ...simulatorRoutes(parts.programme),
  ];
}

/** `PUT` and `DELETE` take the bearer token alone: the examples of https://docs.offblocks.xyz/developer-guides/api-integration/authentication show no signature. */
function authRoutes({ credentials, signingKeys }: RouteParts): Route[] {
  const silently = (act: (call: Call) => void) => (call: Call) => {
    act(call);
    return { status: 204 };
  };
  return [
    {
      method: 'POST',
      template: '/auth/token',
      protection: 'none',
      handle: async (call) => json(200, await credentials.issueToken(readObject(call.json()))),
    },
    {
      method: 'PUT',
      template: '/auth/credentials',
      protection: 'token',
      handle: silently((call) => credentials.replace(readObject(call.json()))),
    },
    {
      method: 'DELETE',
      template: '/auth/credentials',
      protection: 'token',
      handle: silently((call) => credentials.remove(apiKeyOf(call))),
    },
    {
      method: 'PUT',
      template: '/auth/signing',
      protection: 'token',
      handle: (call) => json(200, signingKeys.upload(readObject(call.json()))),
    },
    {
      method: 'DELETE',
      template: '/auth/signing',
      protection: 'token',
      handle: silently(() => signingKeys.clear()),
    },
  ];
}

function customerRoutes(programme: Programme): Route[] {
  const { customers: table } = programme;
  const customer = new RowCalls({ table, noun: 'customer' });
  return [
    signed('GET', '/customers', () => text(table.list())),
    signed('POST', '/customers', (call) => {
      const { row, at } = customers.createCustomer(programme, readObject(call.json()));
      return created({ entity: { ...row.entity, challenge: row.challenge?.value }, at });
    }),
    signed('GET', '/customers/{customerId}', customer.show()),
    signed(
      'DELETE',
      '/customers/{customerId}',
      customer.silently(204, (row) => customers.removeCustomer(programme, row)),
    ),
    signed(
      'PATCH',
      '/customers/{customerId}/deactivate',
      customer.change((row) => customers.deactivateCustomer(programme, row)),
    ),
    signed(
      'PATCH',
      '/customers/{customerId}/activate',
      customer.change((row) => customers.activateCustomer(programme, row)),
    ),
    signed(
      'GET',
      '/customers/{customerId}/challenge',
      customer.answer((row) => json(200, { challenge: customers.currentCustomerChallenge(programme, row) })),
    ),
    signed(
      'POST',
      '/customers/{customerId}/challenge/sign',
      customer.silently(204, (row, call) => customers.signCustomerChallenge(programme, row, readObject(call.json()))),
    ),
    signed(
      'GET',
      '/customers/{customerId}/accounts',
      customer.answer((row) => text(programme.accounts.listOf(row.entity.id))),
    ),
    signed(
      'POST',
      '/customers/{customerId}/accounts',
      customer.answer((owner, call) => {
        const { row, at } = accounts.createAccount(programme, owner, readObject(call.json()));
        return created({ entity: { ...row.entity, challenge: row.challenge?.value }, at });
      }),
    ),
  ];
}

function accountRoutes(programme: Programme): Route[] {
  const { accounts: table } = programme;
  const account = new RowCalls({ table, noun: 'account' });
  return [
    signed('GET', '/accounts', () => text(table.list())),
    signed('GET', '/accounts/{accountId}', account.show()),
    signed(
      'DELETE',
      '/accounts/{accountId}',
      account.silently(204, (row) => accounts.closeAccount(programme, row)),
    ),
    signed(
      'PATCH',
      '/accounts/{accountId}/deactivate',
      account.change((row) => accounts.deactivateAccount(programme, row)),
    ),
    signed(
      'PATCH',
      '/accounts/{accountId}/activate',
      account.change((row) => accounts.activateAccount(programme, row)),
    ),
    signed(
      'GET',
      '/accounts/{accountId}/challenge',
      account.answer((row) => json(200, { challenge: accounts.fetchAccountChallenge(programme, row) })),
    ),
    signed(
      'POST',
      '/accounts/{accountId}/challenge/sign',
      account.silently(204, (row, call) => accounts.signAccountChallenge(programme, row, readObject(call.json()))),
    ),
    signed(
      'GET',
      '/accounts/{accountId}/cards',
      account.answer((row) => text(programme.cards.listOf(row.entity.id))),
    ),
    signed(
      'POST',
      '/accounts/{accountId}/cards',
      account.answer((owner, call) => {
        const { row, at } = cards.createCard(programme, owner, readObject(call.json()));
        return created({ entity: row.entity, at });
      }),
    ),
    signed(
      'GET',
      '/accounts/{accountId}/transactions',
      account.answer((row) => text(programme.transactions.listOf(row.entity.id))),
    ),
  ];
}

function cardRoutes(programme: Programme): Route[] {
  const { cards: table } = programme;
  const card = new RowCalls({ table, noun: 'card' });
  return [
    signed('GET', '/cards', () => text(table.list())),
    signed('GET', '/cards/{cardId}', card.show()),
    signed(
      'DELETE',
      '/cards/{cardId}',
      card.silently(204, (row) => cards.terminateCard(programme, row)),
    ),
    signed(
      'PATCH',
      '/cards/{cardId}/deactivate',
      card.change((row) => cards.deactivateCard(programme, row)),
    ),
    signed(
      'PATCH',
      '/cards/{cardId}/activate',
      card.change((row) => cards.activateCard(programme, row)),
    ),
    signed(
      'GET',
      '/cards/{cardId}/transactions',
      card.answer((row) => text(programme.transactions.listOf(row.entity.id))),
    ),
  ];
}

function paymentRoutes(programme: Programme): Route[] {
  const authorisation = new RowCalls({ table: programme.authorisations, noun: 'authorisation' });
  const transaction = new RowCalls({ table: programme.transactions, noun: 'transaction' });
  return [
    signed('GET', '/authorisations/{authorisationId}', authorisation.show()),
    signed('GET', '/transactions/{transactionId}', transaction.show()),
  ];
}

function webhookRoutes({ programme, subscriptions }: RouteParts): Route[] {
  const { table } = subscriptions;
  const webhook = new RowCalls({ table, noun: 'webhook' });
  return [
    signed('GET', '/webhooks', () => text(table.list())),
    signed('PUT', '/webhooks', (call) => json(200, subscriptions.put(programme, readObject(call.json())).entity)),
    signed('GET', '/webhooks/{webhookId}', webhook.show()),
    signed(
      'DELETE',
      '/webhooks/{webhookId}',
      webhook.silently(204, (row) => table.remove(row)),
    ),
  ];
}

/** https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/simulator */
function simulatorRoutes(programme: Programme): Route[] {
  const customer = new RowCalls({ table: programme.customers, noun: 'customer' });
  const card = new RowCalls({ table: programme.cards, noun: 'card' });
  const authorisation = new RowCalls({ table: programme.authorisations, noun: 'authorisation' });
  return [
    signed(
      'PATCH',
      '/simulator/customers/{customerId}/verify',
      customer.silently(202, (row) => customers.decideVerification(programme, row, 'active')),
    ),
    signed(
      'PATCH',
      '/simulator/customers/{customerId}/reject',
      customer.silently(202, (row) => customers.decideVerification(programme, row, 'rejected')),
    ),
    signed(
      'PATCH',
      '/simulator/cards/{cardId}/issue',
      card.silently(202, (row) => cards.decideIssuing(programme, row, 'active')),
    ),
    signed(
      'PATCH',
      '/simulator/cards/{cardId}/fail',
      card.silently(202, (row) => cards.decideIssuing(programme, row, 'issue_failed')),
    ),
    signed(
      'POST',
      '/simulator/cards/{cardId}/authorisation',
      card.answer((cardRow, call) => {
        const { row, at } = authorisations.authorise(programme, cardRow, readObject(call.json()));
        return created({ entity: row.entity, at });
      }),
    ),
    signed(
      'PATCH',
      '/simulator/authorisations/{authorisationId}/capture',
      authorisation.silently(202, (row) => authorisations.captureAuthorisation(programme, row)),
    ),
    signed(
      'PATCH',
      '/simulator/authorisations/{authorisationId}/release',
      authorisation.silently(202, (row) => authorisations.releaseAuthorisation(programme, row)),
    ),
  ];
}

/** Query or body: the page does not show where the key goes. */
function apiKeyOf(call: Call): string | undefined {
  const fromQuery = call.query.get('apiKey');
  if (fromQuery !== null) return fromQuery;
  const { apiKey } = readObject(call.json());
  return typeof apiKey === 'string' ? apiKey : undefined;
}
