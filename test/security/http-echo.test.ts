import { expectNothingOfTheInside, expectUnharmed } from '../support/attack.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const CARD = '5305181234569871';
/** The number in the ways in which people and programs write it, and good parts of it. */
const TRACES = /5305[ _-]?1812|4569[ _-]?871|12345698/;

/** Each puts a card number where it does not belong. */
const DOCUMENTS: string[] = [
  `{ card(id: ${CARD}) { id } }`,
  `{ card(id: ${CARD}.5) { id } }`,
  `{ card(id: [[${CARD}]]) { id } }`,
  `{ cards(first: "${CARD}") { totalCount } }`,
  `{ cards(first: ${CARD}) { totalCount } }`,
  `{ cards(first: 1, after: ${CARD}) { totalCount } }`,
  `{ cards(first: 1, after: "${CARD}") { totalCount } }`,
  `{ cards(filter: { status: "${CARD}" }) { totalCount } }`,
  `{ cards(filter: { status: [_${CARD}] }) { totalCount } }`,
  `{ cards(filter: { accountId: "${CARD}" }) { totalCount } }`,
  `{ cards(filter: { _${CARD}: 1 }) { totalCount } }`,
  `{ cards(filter: "5305-1812-3456-9871") { totalCount } }`,
  `{ viewer @include(if: "5305 1812 3456 9871") { subject } }`,
  `{ viewer { _${CARD} } }`,
  `{ viewer { subject } ...F${CARD} }`,
  `{ viewer { ... on T${CARD} { id } } }`,
  `query ($a: T${CARD}) { viewer { subject } }`,
  `query ($_${CARD}: Int!) { cards(first: $_${CARD}) { totalCount } }`,
  `{ ${CARD} }`,
  `{ viewer { subject } } "${CARD}"`,
  `{ viewer { subject } } """${CARD}"""`,
  `{ card(id: "${CARD}`,
  `mutation { createCustomer(input: { chainId: "${CARD}", externalId: "a" }) { userErrors { message } } }`,
  `mutation { simulateCardAuthorisation(input: { cardId: "${CARD}", amount: ${CARD}, currency: EUR }) { userErrors { message } } }`,
  `mutation { deactivateCard(input: { cardId: "${CARD}" }) { userErrors { message } } }`,
];

const VARIABLES: [query: string, variables: Record<string, unknown>][] = [
  ['query ($v: Int) { cards(first: $v) { totalCount } }', { v: CARD }],
  ['query ($v: Int) { cards(first: $v) { totalCount } }', { v: Number(CARD) }],
  ['query ($v: String) { cards(first: 1, after: $v) { totalCount } }', { v: Number(CARD) }],
  ['query ($v: String) { cards(first: 1, after: $v) { totalCount } }', { v: { pan: CARD } }],
  ['query ($v: String) { cards(first: 1, after: $v) { totalCount } }', { v: CARD }],
  ['query ($v: CardFilter) { cards(filter: $v) { totalCount } }', { v: CARD }],
  ['query ($v: CardFilter) { cards(filter: $v) { totalCount } }', { v: { status: [CARD] } }],
  ['query ($v: CardFilter) { cards(filter: $v) { totalCount } }', { v: { [CARD]: 1 } }],
  ['query ($v: CardFilter) { cards(filter: $v) { totalCount } }', { v: { [`pan ${CARD}`]: 1 } }],
  ['query ($v: CardFilter) { cards(filter: $v) { totalCount } }', { v: { accountId: CARD } }],
  ['query ($v: ID!) { card(id: $v) { id } }', { v: CARD }],
  ['query ($v: ID!) { card(id: $v) { id } }', { v: [CARD, CARD] }],
  ['mutation ($v: CardActionInput!) { terminateCard(input: $v) { userErrors { message } } }', { v: { cardId: CARD } }],
  [
    'mutation ($v: CardActionInput!) { terminateCard(input: $v) { userErrors { message } } }',
    { v: { cardId: CARD, idempotencyKey: CARD } },
  ],
];

describe.each(['development', 'production'])('what was sent, in the %s profile,', (NODE_ENV) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ env: { NODE_ENV, LOG_LEVEL: 'trace' } });
  });

  const caller = NODE_ENV === 'production' ? { token: null } : {};

  it.each(DOCUMENTS)('is not repeated to %s', async (query) => {
    for (const operationName of [undefined, `Op_${CARD}`]) {
      const { text } = await gateway.post({ query, operationName }, caller);
      expect(text).toContain('"message"');
      // Names of fields in the answer are the client's own; here are none.
      expect(text).not.toMatch(TRACES);
      expectNothingOfTheInside(text);
    }
  });

  it.each(VARIABLES)('is not repeated to %s with %j', async (query, variables) => {
    const { text } = await gateway.post({ query, variables }, caller);
    expect(text).toContain('"message"');
    expect(text).not.toMatch(TRACES);
    expectNothingOfTheInside(text);
  });

  it('is not logged either', async () => {
    expect(gateway.logs.filter((line) => TRACES.test(line))).toEqual([]);
    if (NODE_ENV === 'development') await expectUnharmed(gateway);
  });
});
