import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { ALL_SCOPES, Scope } from '../../src/auth/inbound/scope.js';
import { buildGatewaySchema } from '../../src/resolvers/build-schema.js';
import * as op from '../operations/generated.js';
import { doorsOf } from '../resolvers/doors.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { Caller, GraphqlAnswer } from '../support/graphql-client.js';
import { present } from '../support/guide.js';
import { type DoorOperation, doorOperationsOf, type Subject } from './door-operations.js';

const demo = demoProgramme();
const victim = demo.of('amelia-hart');
const stranger = demo.of('sofia-marques');
const card = firstOf(victim.cards, ({ status }) => status === 'active');
const cardIds = victim.cards.map(({ id }) => id);
const held = firstOf(demo.authorisations, ({ cardId, status }) => cardId === card.id && status === 'pending');
const paid = firstOf(demo.transactions, ({ cardId }) => cardId === card.id);

const doors = doorOperationsOf(buildGatewaySchema({ simulator: true }));
const withoutProgramme = ALL_SCOPES.filter((scope) => scope !== Scope.Programme);
const OWNER: Caller = { customerId: victim.customer.id, scopes: withoutProgramme };
const STRANGER: Caller = { customerId: stranger.customer.id, scopes: withoutProgramme };
const STAFF: Caller = {};
const NOBODY: Caller = { token: null };
const staffWithout = (scope: Scope): Caller => ({ scopes: ALL_SCOPES.filter((one) => one !== scope) });
const ownerWithout = (scope: Scope): Caller => ({
  ...OWNER,
  scopes: withoutProgramme.filter((one) => one !== scope),
});

/** Every text in what belongs to somebody. */
function textsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') found.add(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) textsIn(inner, found);
  return found;
}
const belongingsOf = ({ customer, accounts, cards }: typeof victim) => {
  const ids = new Set(accounts.map(({ id }) => id));
  const isTheirs = ({ accountId }: { accountId?: string | null }) => ids.has(accountId ?? '');
  return [customer, accounts, cards, demo.authorisations.filter(isTheirs), demo.transactions.filter(isTheirs)];
};
const strangersTexts = textsIn(belongingsOf(stranger));
/** What only the victim has: IDs, wallets, names, addresses, masked numbers, merchants, times. */
const SECRETS = [...textsIn(belongingsOf(victim))].filter((text) => text.length >= 6 && !strangersTexts.has(text));

/** Takes out what differs between any two answers: the request ID, and keys that were made for the occasion. */
const comparable = ({ status, body }: GraphqlAnswer): unknown => ({
  status,
  body: JSON.parse(JSON.stringify(body, (name, value) => (/^(requestId|key)$/.test(name) ? undefined : value))),
});

const valueAt = (data: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], data);

const userErrorCodes = (answer: GraphqlAnswer, [field = '']: readonly string[]): string[] => {
  const payload = valueAt(answer.body.data, [field]) as { userErrors?: { code: string }[] } | null;
  return (payload?.userErrors ?? []).map(({ code }) => code);
};

const absent = (): Subject => ({
  ...{ customer: randomUUID(), account: randomUUID(), card: randomUUID(), authorisation: randomUUID() },
  ...{ transaction: randomUUID(), webhookSubscription: randomUUID(), key: randomUUID() },
});

const inUpperCase = (subject: Subject): Subject =>
  Object.fromEntries(Object.entries(subject).map(([kind, id]) => [kind, id.toUpperCase()])) as unknown as Subject;

describe('the access matrix', () => {
  let gateway: TestGateway;
  let subject: Subject;

  const ask = (door: DoorOperation, caller: Caller, of: Subject = subject) =>
    gateway.post({ query: door.textFor(of) }, caller);

  async function createHook(): Promise<string> {
    const input = { callbackUrl: 'https://victim.example/hook', types: ['CARD_UPDATED' as const] };
    const { createWebhookSubscription } = await gateway.run(op.CreateWebhookSubscriptionDocument, { input });
    return present(createWebhookSubscription.webhookSubscription).id;
  }

  beforeAll(async () => {
    // Without a cache every read can be counted.
    gateway = await startTestGateway({ env: { CACHE_TTL_SECONDS: '0' } });
    const key = randomUUID();
    subject = {
      ...{ customer: victim.customer.id, account: card.accountId, card: card.id, authorisation: held.id },
      ...{ transaction: paid.id, webhookSubscription: await createHook(), key },
    };
    await gateway.run(op.ActivateCardDocument, { input: { cardId: card.id, idempotencyKey: key } }, OWNER);
  });

  it('asks every door of the schema, and knows a victim with enough to lose', () => {
    expect([...new Set(doors.map(({ path }) => path))].sort()).toEqual(
      doorsOf(buildGatewaySchema({ simulator: true }))
        .map(({ path }) => path)
        .sort(),
    );
    expect(doors.length).toBeGreaterThanOrEqual(48);
    expect(SECRETS.length).toBeGreaterThan(20);
    expect(SECRETS).toEqual(expect.arrayContaining([subject.card, victim.customer.chainId, ...cardIds]));
  });

  const overHttp = doors.filter(({ kind }) => kind !== 'subscription');

  /** Fails on whatever only the victim has. */
  function expectNoLeak({ text, headers }: GraphqlAnswer): void {
    const answer = `${text}${JSON.stringify([...headers])}`.toLowerCase();
    expect(SECRETS.filter((secret) => answer.includes(secret.toLowerCase()))).toEqual([]);
  }

  function expectForbidden(answer: GraphqlAnswer, door: DoorOperation, scope: string): void {
    expect(answer.status).toBe(200);
    expect(answer.body.errors).toMatchObject([
      {
        message: `This needs the scope "${scope}".`,
        path: door.answerPath.map((part) => (part === '0' ? 0 : part)),
        extensions: { code: 'FORBIDDEN', retryable: false },
      },
    ]);
    expect(valueAt(answer.body.data, door.answerPath) ?? null).toBeNull();
  }

  describe.each(overHttp)('$title', (door) => {
    const { rule, answerPath, kind } = door;
    const isOpenTo = (codes: string[]) => expect(codes).not.toContain('NOT_FOUND');

    beforeAll(async () => {
      if (door.path.includes('ebhookSubscription')) subject = { ...subject, webhookSubscription: await createHook() };
    });

    it('is closed to nobody, who hears of it with 401, and nothing is asked of the API', async () => {
      gateway.resetCalls();
      const answer = await ask(door, NOBODY);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="offblocks"');
      expect(valueAt(answer.body.data, answerPath.slice(0, 1)) ?? null).toBeNull();
      expect(answer.body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      expectNoLeak(answer);
      expect(gateway.upstreamCalls()).toEqual({});
    });

    if (rule.scope !== null) {
      const scope = rule.scope;
      it(`is closed without ${scope}, to staff and to its owner, and changes nothing`, async () => {
        for (const caller of [staffWithout(scope), ownerWithout(scope)]) {
          gateway.resetCalls();
          const answer = await ask(door, caller);
          expectForbidden(answer, door, scope);
          if (kind !== 'reference') {
            expect(gateway.upstreamCalls()).toEqual({});
            expectNoLeak(answer);
          }
        }
      });
    }

    if (rule.programmeOnly) {
      it('is closed to every customer, whatever other scopes they have', async () => {
        for (const caller of [OWNER, STRANGER]) {
          gateway.resetCalls();
          const answer = await ask(door, caller);
          expectForbidden(answer, door, Scope.Programme);
          expectNoLeak(answer);
          expect(gateway.upstreamCalls()).toEqual({});
        }
      });
    } else {
      it('shows another customer nothing, and no difference to what does not exist', async () => {
        const answers: unknown[] = [];
        const paths: unknown[] = [];
        for (const asked of [subject, inUpperCase(subject), absent()]) {
          gateway.resetCalls();
          const answer = await ask(door, STRANGER, asked);
          expectNoLeak(answer);
          expect(answer.body.errors).toBeUndefined();
          answers.push(comparable(answer));
          const calls = gateway.upstreamCalls();
          paths.push(calls);
          expect(
            Object.keys(calls).filter((route) => !route.startsWith('GET ') || route.includes('challenge')),
          ).toEqual([]);
          if (kind === 'mutation') expect(userErrorCodes(answer, answerPath)).toEqual(['NOT_FOUND']);
          if (door.givesEntity && door.takesSubject) expect(valueAt(answer.body.data, answerPath)).toBeNull();
        }
        expect(answers).toEqual([answers[0], answers[0], answers[0]]);
        expect(paths).toEqual([paths[0], paths[0], paths[0]]);
      });

      it('is open to its owner', async () => {
        const answer = await ask(door, OWNER);
        expect({ status: answer.status, errors: answer.body.errors }).toEqual({ status: 200, errors: undefined });
        isOpenTo(userErrorCodes(answer, answerPath));
        if (door.givesEntity) expect(valueAt(answer.body.data, answerPath)).not.toBeNull();
        if (kind === 'reference') expect(valueAt(answer.body.data, answerPath)).toEqual(expect.anything());
      });
    }

    it('is open to staff', async () => {
      const answer = await ask(door, STAFF);
      expect({ status: answer.status, errors: answer.body.errors }).toEqual({ status: 200, errors: undefined });
      isOpenTo(userErrorCodes(answer, answerPath));
      if (door.givesEntity) expect(valueAt(answer.body.data, answerPath)).not.toBeNull();
    });
  });

  const subscriptions = doors.filter(({ kind }) => kind === 'subscription');
  // One row at least: a table may not be empty.
  it.each(subscriptions.length > 0 ? subscriptions : [null])(
    'subscriptions ask their rule before they begin',
    async (door) => {
      if (!door) return;
      const begin = (principal: unknown) =>
        Promise.resolve()
          .then(() => door.field.subscribe?.({}, {}, { principal }, { fieldName: door.field.name } as never))
          .then(
            () => 'begun',
            (error: { code?: string }) => error.code,
          );
      const { scope } = door.rule;
      const scopes = new Set(ALL_SCOPES.filter((one) => one !== scope));
      expect([door.path, await begin(null)]).toEqual([door.path, 'UNAUTHENTICATED']);
      if (scope) expect([door.path, await begin({ scopes, isProgramme: true })]).toEqual([door.path, 'FORBIDDEN']);
    },
  );

  describe('viewer', () => {
    it.each<[string, Caller]>([
      ['staff', STAFF],
      ['a customer', OWNER],
      ['staff with one scope', { scopes: ['programme', 'cards:read'] }],
      ['a customer with one scope', { ...OWNER, scopes: ['cards:read'] }],
    ])('tells %s exactly which doors are open', async (_, caller) => {
      const { viewer } = await gateway.run(op.ViewerDocument, {}, caller);
      const isOpen = ({ scope, programmeOnly }: DoorOperation['rule']) =>
        (scope === null || viewer.scopes.includes(scope)) && (!programmeOnly || viewer.scopes.includes('programme'));
      // Changes are not tried out: what was terminated above must not be asked for as if it were there.
      for (const door of doors.filter(({ kind, rule }) => kind === 'query' && rule.scope !== null)) {
        const { body } = await ask(door, caller);
        const isRefused = body.errors?.[0]?.extensions?.code === 'FORBIDDEN';
        expect([door.path, !isRefused]).toEqual([door.path, isOpen(door.rule)]);
      }
    });
  });

  describe('what is below an entity', () => {
    it('tells callers without cards:read nothing of the cards of an account', async () => {
      const query = `{ account(id: "${subject.account}") { availableActions } }`;
      const calls = await gateway.callsOf(() => gateway.post({ query }, { ...OWNER, scopes: ['accounts:read'] }));
      expect(Object.keys(calls).filter((route) => route.includes('cards'))).toEqual([]);
    });
  });
});

describe('the generator of the matrix', () => {
  const ROOT = 'type Query { card(id: ID!): Card } type Card { id: ID! }';
  const doorsIn = (text: string) => () => doorOperationsOf(buildSchema(`${ROOT} ${text}`));

  it.each([
    [
      'an argument',
      'extend type Query { thing(secretNumber: String!): String }',
      'Query.thing:String.secretNumber (String)',
    ],
    [
      'an input field',
      'type Mutation { change(input: ChangeInput!): String } input ChangeInput { colour: Colour! } scalar Colour',
      'Mutation.change:String.input.colour (Colour)',
    ],
    ['a way', 'type Lonely { card: Card }', 'no way to Lonely'],
  ])('fails where it has no value for %s', (_, text, message) => {
    expect(doorsIn(text)).toThrow(message);
  });

  it('asks for everything that is not behind a door of its own', () => {
    const schema = buildGatewaySchema({ simulator: true });
    const text =
      doorOperationsOf(schema)
        .find(({ title }) => title === 'Query.cards')
        ?.textFor(absent()) ?? '';
    const leaves = Object.values((schema.getType('Card') as GraphQLObjectType).getFields())
      .filter(({ extensions }) => extensions.door === undefined)
      .map(({ name }) => name);
    for (const leaf of leaves) expect(text).toContain(leaf);
    expect(text).toMatch(/filter: \{accountId: "[^"]+"\}/);
    expect(text).toContain('totalCount');
  });
});
