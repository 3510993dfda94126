import { demoProgramme } from '../support/demo-programme.js';
import { fc } from '../support/fast-check.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { Caller } from '../support/graphql-client.js';

/**
 * Two customers on one gateway, hence one cache. Entities are cached as they are and whoever asks is judged after the cache:
 * so no ID, however it is written, may get one of them what is the other one's, or leave something in the cache that is
 * taken for something else later.
 */
const demo = demoProgramme();
const [victim, attacker] = [demo.of('amelia-hart'), demo.of('sofia-marques')];
const VICTIM: Caller = { customerId: victim.customer.id };
const ATTACKER: Caller = { customerId: attacker.customer.id };

const belowOf = ({ accounts, cards }: typeof victim) => ({
  authorisations: demo.authorisations.filter(({ cardId }) => cards.some(({ id }) => id === cardId)),
  transactions: demo.transactions.filter(({ cardId }) => cards.some(({ id }) => id === cardId)),
  accounts,
  cards,
});
const idsOf = (own: typeof victim): string[] => {
  const { accounts, cards, authorisations, transactions } = belowOf(own);
  return [own.customer, ...accounts, ...cards, ...authorisations, ...transactions].map(({ id }) => id);
};
const VICTIM_IDS = idsOf(victim);
const ATTACKER_IDS = idsOf(attacker);

/** What would give a foreign entity away, wherever in an answer. */
const SECRETS = [
  ...victim.cards.flatMap(({ maskedPan, id }) => [maskedPan ?? id]),
  ...victim.customer.chainId.split(':').slice(-1),
  victim.customer.externalId ?? victim.customer.id,
];

/** Names that mean something to the cache, and those of other languages. */
const WORDS = [
  'cards',
  'accounts',
  'customers',
  'everything',
  'list:cards',
  'account-cards',
  'customer-accounts',
  '__proto__',
  'constructor',
  'null',
  '*',
];
const SEPARATORS = [
  ':',
  '/',
  '../',
  '%2F',
  '%2f..%2f',
  '@',
  '.',
  '?',
  '#',
  ',',
  '\u0000',
  '\n',
  '\r\n',
  ' ',
  '\\',
  ';',
  '{',
  '~',
];
/** The same to the eye, or to a careless comparison. */
const LOOK_ALIKES: ((id: string) => string)[] = [
  (id) => id.toUpperCase(),
  (id) => id.replace('a', '\u0430'),
  (id) => id.replace(/\d/, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (id) => id.replace('-', '\u2010'),
  (id) => id.replaceAll('-', ''),
  (id) => `${id}\u200b`,
  (id) => `\ufeff${id}`,
  (id) => ` ${id} `,
  (id) => `{${id}}`,
  (id) => `urn:uuid:${id}`,
  (id) => encodeURIComponent(id).replaceAll('-', '%2D'),
  (id) => id.normalize('NFD').split('').join('\u0301'),
];

const aVictimsId = fc.constantFrom(...VICTIM_IDS);
const anyId = fc.constantFrom(...VICTIM_IDS, ...ATTACKER_IDS);
const aSeparator = fc.constantFrom(...SEPARATORS);
const aPart = fc.oneof(anyId, fc.constantFrom(...WORDS), fc.string({ maxLength: 8, unit: 'binary' }));

const aHostileId: fc.Arbitrary<string> = fc.oneof(
  aVictimsId,
  fc.tuple(aVictimsId, fc.constantFrom(...LOOK_ALIKES)).map(([id, disguise]) => disguise(id)),
  fc.tuple(aPart, aSeparator, aPart).map((parts) => parts.join('')),
  fc.tuple(anyId, aSeparator, fc.constantFrom(...WORDS), aSeparator, aVictimsId).map((parts) => parts.join('')),
  fc.tuple(aVictimsId, fc.integer({ min: 1, max: 2_000 })).map(([id, times]) => id.repeat(times)),
  fc.string({ maxLength: 60, unit: 'binary' }),
);

/** Every field that takes an ID, with what a caller could learn from it. */
const FIELDS = [
  'card(id: $id) { id maskedPan status account { id customer { id externalId chainId } } }',
  'account(id: $id) { id chainId customer { id externalId chainId } cards { id maskedPan } }',
  'customer(id: $id) { id externalId chainId accounts { id cards { id maskedPan } } }',
  'authorisation(id: $id) { id card { id maskedPan } account { id } }',
  'transaction(id: $id) { id card { id maskedPan } account { id } }',
  'accounts(filter: { customerId: $id }) { nodes { id chainId } }',
  'cards(filter: { accountId: $id }) { nodes { id maskedPan } }',
];

/** All of them at once: what one makes of an ID must not be found by another. */
const QUERY = `query ($id: ID!) { ${FIELDS.map((field, index) => `f${index}: ${field}`).join(' ')} }`;

const idsIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => (name === 'id' ? [String(part)] : idsIn(part)));
};

describe("a customer with another one's IDs, in every disguise", () => {
  let gateway: TestGateway;
  const askEach = async (id: string, caller: Caller) => {
    const { body, text } = await gateway.post({ query: QUERY, variables: { id } }, caller);
    return { data: body.data, text };
  };
  /** What the victim sees of all that is its own; its values are in the cache afterwards. */
  const look = () => Promise.all(VICTIM_IDS.map(async (id) => (await askEach(id, VICTIM)).data));

  beforeAll(async () => {
    gateway = await startTestGateway({ env: { CACHE_TTL_SECONDS: '3600' } });
  });

  it('finds nothing, though all of it is in the cache', async () => {
    await look();
    await fc.assert(
      fc.asyncProperty(aHostileId, async (id) => {
        const { data, text } = await askEach(id, ATTACKER);
        expect(idsIn(data).filter((found) => !ATTACKER_IDS.includes(found))).toEqual([]);
        // The client's own words may come back in a message; nothing else of the victim may.
        for (const secret of SECRETS) if (!id.includes(secret)) expect(text).not.toContain(secret);
      }),
      { numRuns: 400 },
    );
  });

  it('leaves nothing behind that the victim would see, and asks the API for nothing that it does not have', async () => {
    const before = await look();
    gateway.resetCalls();
    await fc.assert(
      fc.asyncProperty(aHostileId, async (id) => {
        await askEach(id, ATTACKER);
      }),
      { numRuns: 150 },
    );
    const routes = Object.keys(gateway.upstreamCalls());
    expect(routes.filter((route) => !/^GET \/\w+\/\{\w+\}(\/\w+)?$/.test(route))).toEqual([]);
    expect(await look()).toEqual(before);
  });

  it('would be found out: the victim itself is given what is looked for', async () => {
    const answers = JSON.stringify(await look());
    for (const secret of SECRETS) expect(answers).toContain(secret);
    expect(idsIn(JSON.parse(answers)).filter((found) => VICTIM_IDS.includes(found)).length).toBeGreaterThan(10);
  });
});
