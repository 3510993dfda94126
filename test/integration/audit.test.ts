import { randomUUID } from 'node:crypto';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { ADDRESS } from '../support/guide.js';

const demo = demoProgramme();
const amelia = demo.of('amelia-hart');
const card = firstOf(amelia.cards, ({ status }) => status === 'active');
const account = firstOf(amelia.accounts);
const STRANGER = { customerId: demo.of('sofia-marques').customer.id };
const DEACTIVATE = 'mutation D($input: CardActionInput!) { deactivateCard(input: $input) { card { id } } }';

interface AuditLine {
  requestId: string;
  subject: string | null;
  mutation: string;
  outcome: string;
  code: string | null;
  entityId: string | null;
  idempotencyKey: string | null;
  upstreamStatus: number | null;
}

describe('the audit log', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });

  /** The lines that were written while `act` ran. */
  async function linesOf(act: () => Promise<unknown>): Promise<AuditLine[]> {
    const before = gateway.audit.length;
    await act();
    return gateway.audit.slice(before).map((line) => JSON.parse(line));
  }

  it('has one line for a mutation that was carried out, findable by the ID of its request', async () => {
    const idempotencyKey = randomUUID();
    let requestId: string | null = '';
    const lines = await linesOf(async () => {
      const answer = await gateway.execute(op.DeactivateCardDocument, { input: { cardId: card.id, idempotencyKey } });
      requestId = answer.headers.get('x-request-id');
    });
    expect(lines).toMatchObject([
      { requestId, subject: 'developer', mutation: 'deactivateCard', outcome: 'succeeded', entityId: card.id },
    ]);
    expect(lines).toMatchObject([{ idempotencyKey, code: null, upstreamStatus: 200, customerId: null }]);
  });

  it.each([
    [
      'the API refused',
      () => gateway.execute(op.DeactivateCardDocument, { input: { cardId: card.id } }),
      { outcome: 'invalid_state', entityId: card.id, upstreamStatus: 400, subject: 'developer' },
    ],
    [
      'a stranger tried',
      () => gateway.execute(op.TerminateCardDocument, { input: { cardId: card.id } }, STRANGER),
      { outcome: 'absent', entityId: card.id, upstreamStatus: null, ...STRANGER },
    ],
    [
      'was invalid',
      () =>
        gateway.execute(op.CreateCardDocument, {
          input: { accountId: account.id, type: 'PHYSICAL', billingAddress: ADDRESS },
        }),
      { outcome: 'invalid', mutation: 'createCard', upstreamStatus: null },
    ],
    [
      'was stopped at the door for want of a scope',
      () =>
        gateway.execute(
          op.CloseAccountDocument,
          { input: { accountId: account.id } },
          { scopes: ['programme', 'accounts:read'] },
        ),
      { outcome: 'refused', code: 'FORBIDDEN', mutation: 'closeAccount', subject: 'developer', entityId: null },
    ],
    [
      'nobody asked for',
      () => gateway.execute(op.CloseAccountDocument, { input: { accountId: account.id } }, { token: null }),
      { outcome: 'refused', code: 'UNAUTHENTICATED', mutation: 'closeAccount', subject: null },
    ],
    [
      'had variables that do not fit',
      () => gateway.post({ query: DEACTIVATE, variables: { input: { cardId: [1] } } }),
      { outcome: 'refused', code: 'BAD_USER_INPUT', mutation: 'deactivateCard' },
    ],
    [
      'had a key that is none',
      () =>
        gateway.post(
          { query: DEACTIVATE, variables: { input: { cardId: card.id } } },
          { headers: { 'idempotency-key': 'x' } },
        ),
      { outcome: 'refused', code: 'BAD_USER_INPUT', mutation: 'deactivateCard' },
    ],
  ])('has one line for a mutation that %s', async (_, act, expected) => {
    expect(await linesOf(act)).toMatchObject([expected]);
  });

  it('has a line for each mutation of a request, by its own name and not by its alias', async () => {
    const text = `mutation { a: activateCard(input: {cardId: "${card.id}"}) { __typename } ...M }
      fragment M on Mutation { b: closeAccount(input: {accountId: "${randomUUID()}"}) { __typename } }`;
    const lines = await linesOf(() => gateway.post({ query: text }));
    expect(lines.map(({ mutation, outcome }) => [mutation, outcome])).toEqual([
      ['activateCard', 'succeeded'],
      ['closeAccount', 'not_found'],
    ]);
    const scopes = ['programme'];
    const denied = await linesOf(() => gateway.post({ query: text }, { scopes }));
    // The first refusal ends the operation: the second mutation is not reached.
    expect(denied.map(({ mutation, code }) => [mutation, code])).toEqual([['activateCard', 'FORBIDDEN']]);
  });

  it('has one line for a field that is written twice, which is one mutation, when all of it is refused', async () => {
    const query = `mutation D($input: CardActionInput!) {
      deactivateCard(input: $input) { card { id } } ...M deactivateCard(input: $input) { __typename }
    } fragment M on Mutation { deactivateCard(input: $input) { userErrors { code } } }`;
    const lines = await linesOf(() => gateway.post({ query, variables: { input: { cardId: [1] } } }));
    expect(lines).toMatchObject([{ mutation: 'deactivateCard', outcome: 'refused', code: 'BAD_USER_INPUT' }]);
  });

  it('has none for queries, nor for documents that are not valid', async () => {
    const lines = await linesOf(async () => {
      await gateway.run(op.CardDocument, { id: card.id });
      await gateway.post({ query: '{ card(id: "x") { id } }' }, { token: null });
      await gateway.post({ query: 'mutation { nonsense }' });
    });
    expect(lines).toEqual([]);
  });
});
