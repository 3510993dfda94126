import { randomUUID } from 'node:crypto';
import type { Fault } from '../../sandbox/sandbox.js';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { MutationDocument } from '../support/graphql-client.js';
import {
  ADDRESS,
  aWallet,
  createActiveAccount,
  createActiveCard,
  createActiveCustomer,
  type GuideCustomer,
  present,
  WALLET_SIGNATURE,
} from '../support/guide.js';

const FIFTY_SIX_MINUTES_MS = 56 * 60_000;

interface AnyPayload {
  userErrors: { code: string }[];
  idempotency: { replayed: boolean };
}
/** A mutation to send, and send again. */
interface Case {
  send(idempotencyKey: string): Promise<AnyPayload>;
}

describe('a mutation whose outcome is unknown for so long that the API may have forgotten its key', () => {
  let gateway: TestGateway;
  let passedMs = 0;
  beforeAll(async () => {
    const clock = () => new Date(Date.now() + passedMs);
    gateway = await startTestGateway({ now: clock, sandbox: { clock }, env: { CACHE_TTL_SECONDS: '3600' } });
  });

  afterEach(() => {
    gateway.sandbox.clearFaults();
    // Or the access token would expire in the course of the tests.
    passedMs = 0;
  });

  const on = <TInput extends object>(document: MutationDocument<AnyPayload, TInput>, input: TInput): Case => ({
    send: (idempotencyKey) => gateway.mutate(document, { ...input, idempotencyKey }),
  });
  const ownAccount = async (owner?: GuideCustomer) =>
    createActiveAccount(gateway, owner ?? (await createActiveCustomer(gateway)));
  const ownCard = async () => ({ cardId: await createActiveCard(gateway, await ownAccount()) });
  const issuing = async () => {
    const input = { accountId: await ownAccount(), type: 'VIRTUAL' as const, billingAddress: ADDRESS };
    return { cardId: present((await gateway.mutate(op.CreateCardDocument, input)).card).id };
  };
  const payment = async () => {
    const input = { ...(await ownCard()), amount: '1', currency: 'EUR', capture: false };
    const { authorisation } = await gateway.mutate(op.SimulateCardAuthorisationDocument, input);
    return { authorisationId: present(authorisation).id };
  };
  const hook = { callbackUrl: 'https://example.com/hook', types: ['CARD_UPDATED' as const] };
  const newHook = async () =>
    present((await gateway.mutate(op.CreateWebhookSubscriptionDocument, hook)).webhookSubscription).id;
  const newCustomer = async () => {
    const wallet = aWallet();
    const { customer, challenge } = await gateway.mutate(op.CreateCustomerDocument, {
      chainId: wallet,
      externalId: randomUUID(),
    });
    return { customerId: present(customer).id, challenge: present(challenge).value, wallet };
  };

  const CASES: Record<string, () => Promise<Case>> = {
    createCustomer: async () => on(op.CreateCustomerDocument, { chainId: aWallet(), externalId: randomUUID() }),
    signCustomerChallenge: async () => {
      const { customerId, challenge } = await newCustomer();
      return on(op.SignCustomerChallengeDocument, { customerId, challenge, signature: WALLET_SIGNATURE });
    },
    deactivateCustomer: async () =>
      on(op.DeactivateCustomerDocument, { customerId: (await createActiveCustomer(gateway)).id }),
    createAccount: async () => {
      const { id: customerId } = await createActiveCustomer(gateway);
      return on(op.CreateAccountDocument, { customerId, type: 'CARD_ACCOUNT', currencies: ['EUR'] });
    },
    signAccountChallenge: async () => {
      const { id: customerId, wallet: ownerId } = await createActiveCustomer(gateway);
      const account = { customerId, type: 'CARD_ACCOUNT' as const, currencies: ['EUR'] };
      const { account: made, challenge } = await gateway.mutate(op.CreateAccountDocument, account);
      return on(op.SignAccountChallengeDocument, {
        accountId: present(made).id,
        ownerId,
        challenge: present(challenge).value,
        signature: WALLET_SIGNATURE,
      });
    },
    deactivateAccount: async () => on(op.DeactivateAccountDocument, { accountId: await ownAccount() }),
    closeAccount: async () => on(op.CloseAccountDocument, { accountId: await ownAccount() }),
    createCard: async () => {
      const input = { accountId: await ownAccount(), type: 'VIRTUAL' as const, billingAddress: ADDRESS };
      return on(op.CreateCardDocument, input);
    },
    deactivateCard: async () => on(op.DeactivateCardDocument, await ownCard()),
    terminateCard: async () => on(op.TerminateCardDocument, await ownCard()),
    simulateCardIssue: async () => on(op.SimulateCardIssueDocument, await issuing()),
    simulateCardIssueFailure: async () => on(op.SimulateCardIssueFailureDocument, await issuing()),
    simulateAuthorisationCapture: async () => on(op.SimulateAuthorisationCaptureDocument, await payment()),
    simulateAuthorisationRelease: async () => on(op.SimulateAuthorisationReleaseDocument, await payment()),
    createWebhookSubscription: async () =>
      on(op.CreateWebhookSubscriptionDocument, { ...hook, callbackUrl: `https://example.com/${randomUUID()}` }),
    updateWebhookSubscription: async () =>
      on(op.UpdateWebhookSubscriptionDocument, {
        id: await newHook(),
        ...hook,
        types: ['CARD_UPDATED', 'CUSTOMER_UPDATED'],
      }),
    deleteWebhookSubscription: async () => on(op.DeleteWebhookSubscriptionDocument, { id: await newHook() }),
  };

  /** Sends it into the fault, waits almost an hour, and sends it again: what came of it, and what that cost. */
  async function longAfter(fault: Fault, { send }: Case) {
    const key = randomUUID();
    const { sandbox } = gateway;
    // The token of the API is renewed here, and not where the fault would meet that.
    await gateway.run(op.CardDocument, { id: randomUUID() });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) sandbox.injectFault({ fault, method });
    expect((await send(key)).userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
    sandbox.clearFaults();
    passedMs += FIFTY_SIX_MINUTES_MS;
    let answer: AnyPayload | undefined;
    const calls = await gateway.callsOf(async () => {
      answer = await send(key);
    });
    return { answer, changes: Object.keys(calls).filter((route) => !route.startsWith('GET ')) };
  }

  it.each(Object.keys(CASES))('%s: is found to be done, and not sent again', async (name) => {
    const { answer, changes } = await longAfter({ kind: 'drop-after-commit' }, await present(CASES[name])());
    expect(answer).toMatchObject({ userErrors: [], idempotency: { replayed: true } });
    const [entity] = Object.values(answer ?? {});
    expect(entity).not.toBeNull();
    expect(changes).toEqual([]);
  });

  it.each(Object.keys(CASES))('%s: is not found, stays unknown, and is not sent either', async (name) => {
    const { answer, changes } = await longAfter({ kind: 'reset' }, await present(CASES[name])());
    expect(answer?.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
    expect(changes).toEqual([]);
  });

  it('stays unknown where two could be what it made', async () => {
    const { id: customerId } = await createActiveCustomer(gateway);
    const account = { customerId, type: 'CARD_ACCOUNT' as const, currencies: ['EUR'] };
    await gateway.mutate(op.CreateAccountDocument, account);
    const { answer } = await longAfter({ kind: 'drop-after-commit' }, on(op.CreateAccountDocument, account));
    expect(answer?.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
  });

  it('takes no older card for its own', async () => {
    const demo = demoProgramme();
    const { accountId } = firstOf(demo.cards, ({ status, type }) => status === 'active' && type === 'virtual');
    const input = { accountId, type: 'VIRTUAL' as const, billingAddress: ADDRESS };
    const { answer } = await longAfter({ kind: 'reset' }, on(op.CreateCardDocument, input));
    expect(answer?.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
  });
});
