import { randomUUID } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import type { TestGateway } from '../support/gateway.js';
import type { Caller, GraphqlAnswer } from '../support/graphql-client.js';
import { createActiveAccount, createActiveCustomer, present, WALLET_SIGNATURE } from '../support/guide.js';
import type { Canaries, Place } from './canaries.js';
import { plantedMutationsOf } from './canary-inputs.js';

const demo = demoProgramme();
export const CARD = firstOf(demo.cards, ({ status }) => status === 'active');
export const STRANGER: Caller = { customerId: demo.of('sofia-marques').customer.id };

/** Requests with planted values wherever a client may put something. `keep` is given every answer. */
export function createCanaryRequests(options: {
  canaries: Canaries;
  schema: GraphQLSchema;
  keep(asked: Promise<GraphqlAnswer>, place?: 'answer' | 'answer to another'): Promise<unknown>;
}) {
  const { canaries, schema, keep } = options;

  /** Tokens, good and bad, in every header that may hold one, and secrets where none belong. */
  async function plantInHeaders(gateway: TestGateway): Promise<void> {
    const staff = canaries.watch('access token of staff', await gateway.token());
    canaries.watch('access token of a customer', await gateway.token(STRANGER));
    const opaque = canaries.plant('opaque token', 'name');
    for (const token of [
      opaque,
      `${staff}x`,
      `eyJhbGciOiJub25lIn0.${canaries.plant('payload of a forged token', 'base64')}.`,
    ]) {
      await keep(gateway.execute(op.ViewerDocument, {}, { token }));
    }
    const headers = Object.fromEntries(
      [
        'cookie',
        'user-agent',
        'referer',
        'x-request-id',
        'x-forwarded-for',
        'idempotency-key',
        'x-api-key',
        'x-explain',
      ].map((name) => [name, canaries.plant(`header ${name}`, 'name')]),
    );
    await keep(gateway.execute(op.CardDocument, { id: CARD.id }, { headers }));
    await keep(gateway.execute(op.DeactivateCardDocument, { input: { cardId: CARD.id } }, { headers }));
    const search = `?secret=${canaries.plant('query string', 'name')}`;
    for (const path of ['/graphql', '/nowhere', '/metrics', '/webhooks/offblocks/nothing']) {
      await fetch(`${gateway.url}${path}${search}`, { headers });
    }
  }

  /** In names, which are logged when a field fails. */
  async function plantInNames(gateway: TestGateway): Promise<void> {
    const name = canaries.plant('operation name', 'digits').replaceAll(' ', '');
    const alias = canaries.plant('alias', 'digits', ['answer']).replaceAll(' ', '');
    // An ID that nobody has asked for: a cached card would not fail.
    await keep(gateway.post({ query: `query Op_${name} { a_${alias}: card(id: "${randomUUID()}") { id } }` }));
  }

  /** What a client may put into a document and around it. */
  async function plantInDocuments(gateway: TestGateway): Promise<void> {
    // The asker gets its own words back when a document is not valid, and nobody else does.
    const own: Place[] = ['answer'];
    const texts = [
      `# ${canaries.plant('comment', 'text', own)}\n{ viewer { subject } }`,
      `{ card(id: "${canaries.plant('literal ID', 'name')}") { id } }`,
      `{ ${canaries.plant('field', 'name', own)} }`,
      `{ card(id: "x", ${canaries.plant('argument', 'name', own)}: 1) { id } }`,
      `{ cards(after: "${canaries.plant('cursor', 'base64')}") { totalCount } }`,
      `{ unfinished "${canaries.plant('unfinished document', 'text', own)}`,
    ];
    for (const query of texts) await keep(gateway.post({ query }));
    await keep(
      gateway.post({
        query: '{ viewer { subject } }',
        operationName: canaries.plant('unknown operation', 'name', own),
      }),
    );
    await keep(
      gateway.post({
        query: '{ viewer { subject } }',
        variables: { [canaries.plant('variable', 'name')]: canaries.plant('unused variable', 'text') },
      }),
    );
    await keep(
      gateway.post({ query: '{ viewer { subject } }', extensions: { note: canaries.plant('extension', 'text') } }),
    );
    await keep(gateway.post(`{"query": "${canaries.plant('broken body', 'text')}`));
  }

  /** Values of the wrong kind in place of each field of an input. */
  async function plantWhereItDoesNotFit(gateway: TestGateway): Promise<void> {
    for (const { name, query, variables } of plantedMutationsOf(schema, { canaries, run: 'unfit variables' })) {
      for (const field of Object.keys(variables.input)) {
        const unfit = {
          [canaries.plant(`${name}.${field} as an object`, 'name', ['answer'])]: canaries.plant(
            `${name}.${field} in an object`,
            'digits',
          ),
        };
        await keep(gateway.post({ query, variables: { input: { ...variables.input, [field]: unfit } } }));
      }
    }
  }

  async function askEveryMutation(gateway: TestGateway, run: string, caller: Caller, digits = false): Promise<void> {
    for (const { query, variables } of plantedMutationsOf(schema, { canaries, run, digits })) {
      await keep(gateway.post({ query, variables }, caller));
    }
  }

  /** What the owner may see again, and what is cached for it; others and logs may not have it. Gives the ID of the card. */
  async function succeed(gateway: TestGateway): Promise<string> {
    const own: Place[] = ['answer', 'redis'];
    const accountId = await createActiveAccount(gateway, await createActiveCustomer(gateway));
    const billingAddress = {
      firstLine: canaries.plant('address of a card', 'text', own),
      city: canaries.plant('city of a card', 'text', own),
      country: 'FR',
      postCode: '75002',
    };
    const input = { accountId, type: 'VIRTUAL' as const, billingAddress };
    const { createCard } = await gateway.run(op.CreateCardDocument, { input });
    const id = present(createCard.card).id;
    await gateway.run(op.SimulateCardIssueDocument, { input: { cardId: id } });
    await keep(gateway.execute(op.CardDocument, { id }));
    await keep(gateway.execute(op.CardsDocument, { first: 500 }));
    for (const stranger of [STRANGER, { token: null }]) {
      await keep(gateway.execute(op.CardDocument, { id }, stranger), 'answer to another');
      await keep(gateway.execute(op.CreateCardDocument, { input }, stranger), 'answer to another');
    }
    const wallet = {
      chainId: canaries.plant('wallet', 'wallet', own),
      externalId: canaries.plant('external ID', 'text', own),
    };
    const { createCustomer } = await gateway.run(op.CreateCustomerDocument, { input: wallet });
    // Given to whoever has to sign it, and kept nowhere.
    const challenge = canaries.watch('challenge of the API', present(createCustomer.challenge).value, ['answer']);
    const customerId = present(createCustomer.customer).id;
    await keep(gateway.execute(op.CreateCustomerDocument, { input: wallet }));
    await keep(gateway.execute(op.CustomerChallengeDocument, { customerId }));
    canaries.watch('signature of a wallet', WALLET_SIGNATURE);
    await keep(
      gateway.execute(op.SignCustomerChallengeDocument, {
        input: { customerId, challenge, signature: WALLET_SIGNATURE },
      }),
    );
    await keep(gateway.execute(op.CustomerDocument, { id: customerId }));
    return id;
  }

  return { plantInHeaders, plantInNames, plantInDocuments, plantWhereItDoesNotFit, askEveryMutation, succeed };
}
