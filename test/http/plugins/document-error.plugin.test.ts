import 'reflect-metadata';
import { documentErrorPlugin } from '../../../src/http/plugins/document-error.plugin.js';
import { buildGatewaySchema } from '../../../src/resolvers/build-schema.js';
import { createExecutor } from './executor.js';

const CARD = '5305181234569871';
const execute = createExecutor({ schema: buildGatewaySchema({ simulator: true }), plugin: documentErrorPlugin() });

describe('what is said of a literal', () => {
  it.each<[string, string[]]>([
    [`{ cards(filter: { status: [ACTIVE, "${CARD}"] }) { totalCount } }`, ['filter', 'status', '1']],
    [`{ cards(filter: { status: _${CARD} }) { totalCount } }`, ['filter', 'status']],
    [`{ cards(first: "${CARD}") { totalCount } }`, ['first']],
    [`{ cards(first: ${CARD}) { totalCount } }`, ['first']],
    [`{ cards(first: 1.${CARD}) { totalCount } }`, ['first']],
    [`{ cards(filter: "${CARD}") { totalCount } }`, ['filter']],
    [`{ cards(filter: { n${CARD}: 1 }) { totalCount } }`, ['filter', 'n[digits]']],
    [`{ card(id: null) { id } }`, ['id']],
    [`{ card(id: { a: "${CARD}" }) { id } }`, ['id']],
    [`{ viewer @include(if: "${CARD}") { subject } }`, ['if']],
    [`query ($first: Int = "${CARD}") { cards(first: $first) { totalCount } }`, ['first']],
    [
      `mutation { createCustomer(input: { chainId: ${CARD}, externalId: "a" }) { userErrors { code } } }`,
      ['input', 'chainId'],
    ],
    [`mutation { createCustomer(input: { externalId: ${CARD} }) { userErrors { code } } }`, ['input', 'externalId']],
    [`mutation { simulateCardAuthorisation(input: { amount: ${CARD} }) { userErrors { code } } }`, ['input', 'amount']],
    [
      'mutation { createCard(input: { accountId: "a", type: VIRTUAL, billingAddress: { country: GB } }) { userErrors { code } } }',
      ['input', 'billingAddress', 'country'],
    ],
    [
      'mutation { createWebhookSubscription(input: { callbackUrl: "https://a.example", types: [{ a: 1 }] }) { userErrors { code } } }',
      ['input', 'types', '0'],
    ],
  ])('in %s names its path and not its value', async (query, field) => {
    const { status, errors } = await execute({ query });
    expect(status).toBe(400);
    expect(JSON.stringify(errors)).not.toMatch(/5305|1812/);
    expect(errors.map(({ extensions }) => extensions?.field)).toContainEqual(field);
    for (const error of errors) expect(error.extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('names a field that is missing at its own path', async () => {
    const query = 'mutation { createCustomer(input: { externalId: "a" }) { userErrors { code } } }';
    const { errors } = await execute({ query });
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(
          /^The value at "input.chainId" cannot be used: Field "CreateCustomerInput.chainId"/,
        ),
        extensions: { field: ['input', 'chainId'] },
      },
    ]);
  });
});

it.each([
  [`{ _${CARD} }`, 'GRAPHQL_VALIDATION_FAILED'],
  [`{ a: viewer { subject } ${CARD} }`, 'GRAPHQL_PARSE_FAILED'],
  [`query A { viewer { subject } } query B { viewer { subject } }`, 'OPERATION_RESOLUTION_FAILURE'],
])('says of %s nothing that could be a card number', async (query, code) => {
  const { errors } = await execute({ query, operationName: `C${CARD}` });
  expect(errors[0]?.extensions).toMatchObject({ code });
  expect(JSON.stringify(errors)).not.toMatch(/5305|1812/);
});

it('leaves other complaints about a document as graphql-js words them', async () => {
  const { errors } = await execute({ query: '{ card(id: "1") { pan } }' });
  expect(errors).toMatchObject([{ message: 'Cannot query field "pan" on type "Card".' }]);
});
