import 'reflect-metadata';
import { variableCheckPlugin } from '../../../src/http/plugins/variable-check.plugin.js';
import { buildGatewaySchema } from '../../../src/resolvers/build-schema.js';
import { createExecutor } from './executor.js';

const ID = '123e4567-e89b-42d3-a456-426614174000';
const PLANTED = '5305181234569871';
const ADDRESS = { firstLine: '1 Example Street', city: 'London', country: 'GB', postCode: 'E1 6AN' };
const CARD_INPUT = { accountId: ID, type: 'VIRTUAL', billingAddress: ADDRESS };
const CREATE_CARD = 'mutation ($input: CreateCardInput!) { createCard(input: $input) { userErrors { code } } }';
const CHARGE =
  'mutation ($input: SimulateCardAuthorisationInput!) { simulateCardAuthorisation(input: $input) { userErrors { code } } }';
const CARDS = 'query ($first: Int, $filter: CardFilter) { cards(first: $first, filter: $filter) { totalCount } }';

const execute = createExecutor({ schema: buildGatewaySchema({ simulator: true }), plugin: variableCheckPlugin() });

describe('variables that cannot be used', () => {
  it.each<[string, string, Record<string, unknown>, string[], RegExp]>([
    ['one that is missing', CREATE_CARD, {}, ['input'], /^Variable "\$input" is required\.$/],
    ['null where none is allowed', CREATE_CARD, { input: null }, ['input'], /is required/],
    ['a text in place of an object', CREATE_CARD, { input: PLANTED }, ['input'], /cannot be used at "input"/],
    [
      'a field that is missing',
      CREATE_CARD,
      { input: { ...CARD_INPUT, type: undefined } },
      ['input', 'type'],
      /"type"/,
    ],
    [
      'a field below that is missing',
      CREATE_CARD,
      { input: { ...CARD_INPUT, billingAddress: {} } },
      ['input', 'billingAddress', 'firstLine'],
      /"firstLine"/,
    ],
    [
      'a field that does not exist',
      CREATE_CARD,
      { input: { ...CARD_INPUT, pan: PLANTED } },
      ['input', 'pan'],
      /"pan" is not defined/,
    ],
    [
      'an enum value that does not exist',
      CREATE_CARD,
      { input: { ...CARD_INPUT, type: PLANTED } },
      ['input', 'type'],
      /it is not a value of CardType\.$/,
    ],
    [
      'a number for an enum',
      CREATE_CARD,
      { input: { ...CARD_INPUT, type: 5305181234569871 } },
      ['input', 'type'],
      /it is not a value of CardType\.$/,
    ],
    [
      'a number for an enum in a list',
      CARDS,
      { filter: { status: [5305181234569871] } },
      ['filter', 'status', '0'],
      /it is not a value of CardStatus\.$/,
    ],
    [
      'a text for an object below',
      CREATE_CARD,
      { input: { ...CARD_INPUT, billingAddress: PLANTED } },
      ['input', 'billingAddress'],
      /to be an object/,
    ],
    [
      'a country that does not exist',
      CREATE_CARD,
      { input: { ...CARD_INPUT, billingAddress: { ...ADDRESS, country: 'XX' } } },
      ['input', 'billingAddress', 'country'],
      /country/i,
    ],
    [
      'a UUID that is none',
      CREATE_CARD,
      { input: { ...CARD_INPUT, idempotencyKey: PLANTED } },
      ['input', 'idempotencyKey'],
      /idempotencyKey/,
    ],
    [
      'a float for a decimal',
      CHARGE,
      { input: { cardId: ID, amount: 20.5, currency: 'USD' } },
      ['input', 'amount'],
      /decimal/i,
    ],
    ['a text for a number', CARDS, { first: PLANTED }, ['first'], /it is not a valid Int\.$/],
    ['a number that is too large', CARDS, { first: 5305181234569871 }, ['first'], /it is not a valid Int\.$/],
    [
      'a member of a list',
      CARDS,
      { filter: { status: ['ACTIVE', PLANTED] } },
      ['filter', 'status', '1'],
      /"filter\.status\.1"/,
    ],
  ])(
    '%s: refused with its path, before anything runs, and not repeated',
    async (_, query, variables, field, message) => {
      const { status, data, errors } = await execute({ query, variables });
      expect(status).toBe(400);
      expect(data).toBeUndefined();
      expect(errors).toEqual([
        { message: expect.stringMatching(message), extensions: { code: 'BAD_USER_INPUT', retryable: false, field } },
      ]);
      expect(JSON.stringify(errors)).not.toMatch(/5305|20\.5/);
    },
  );

  it('are told without the advice of graphql-js, which would quote what was sent', async () => {
    const { errors } = await execute({ query: CREATE_CARD, variables: { input: { ...CARD_INPUT, acountId: ID } } });
    expect(errors[0]?.message).not.toContain('Did you mean');
  });
});

describe('variables that can be used', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['all of them', CREATE_CARD, { input: CARD_INPUT }],
    ['none, where none is needed', CARDS, {}],
    ['null, where it is allowed', CARDS, { first: null, filter: null }],
    ['one more than the operation names', CARDS, { other: PLANTED }],
    ['none, where there is a default', 'query ($id: ID! = "x") { card(id: $id) { id } }', {}],
  ])('pass: %s', async (_, query, variables) => {
    const { errors } = await execute({ query, variables });
    // The resolvers have nothing to work with here: what counts is that they are reached.
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['INTERNAL_SERVER_ERROR']);
  });

  it('are those of the operation that is asked for, whatever the others in the document need', async () => {
    const query = 'query a { __typename } query b($id: ID!) { card(id: $id) { id } }';
    expect(await execute({ query, operationName: 'a' })).toMatchObject({ data: { __typename: 'Query' }, errors: [] });
    expect((await execute({ query, operationName: 'b' })).errors[0]?.extensions).toMatchObject({ field: ['id'] });
  });
});
