import {
  ADDRESS,
  createActiveAccount,
  createActiveCard,
  createActiveCustomer,
  WALLET,
  WALLET_SIGNATURE,
} from '../support/guide.js';
import { type SandboxClient, startForTest } from '../support/sandbox-client.js';

/**
 * The state tables once more, written from the pages under
 * https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/ and not from the sandbox: which status
 * each act leads to; acts that are not listed are refused with 400 and change nothing.
 */
type Table = Record<string, Record<string, string>>;

const CUSTOMER: Table = {
  initiating: { sign: 'verifying' },
  verifying: { verify: 'active', 'fail verification': 'rejected' },
  active: { deactivate: 'inactive', reject: 'rejected' },
  inactive: { activate: 'active' },
  rejected: {},
};
const ACCOUNT: Table = {
  initiating: { sign: 'active', fail: 'failed' },
  active: { deactivate: 'inactive', close: 'closed' },
  inactive: { activate: 'active' },
  closed: {},
  failed: {},
};
const CARD: Table = {
  issuing: { issue: 'active', 'fail issuing': 'issue_failed' },
  issue_failed: {},
  active: { deactivate: 'inactive', terminate: 'terminated', suspend: 'suspended', block: 'blocked' },
  inactive: { activate: 'active' },
  suspended: { lift: 'active', block: 'blocked' },
  blocked: {},
  terminated: {},
};
const AUTHORISATION: Table = {
  pending: { capture: 'captured', release: 'released' },
  captured: {},
  released: {},
};

type Act = (id: string) => Promise<{ status: number }>;
type Acts = Record<string, Act>;

let client: SandboxClient;
let accountId = '';
let nextName = 0;

beforeAll(async () => {
  client = await startForTest();
  accountId = await createActiveAccount(client, await createActiveCustomer(client));
});

const patch =
  (path: (id: string) => string): Act =>
  (id) =>
    client.call('PATCH', path(id));
const admin =
  (path: (id: string) => string): Act =>
  (id) =>
    client.admin('POST', path(id));
const sign =
  (noun: 'customers' | 'accounts'): Act =>
  async (id) => {
    const { json, status } = await client.call('GET', `/${noun}/${id}/challenge`);
    const challenge = status === 200 ? json.challenge : 'bm90aGluZw==';
    const body = { challenge, signature: WALLET_SIGNATURE, ownerId: WALLET };
    return client.call('POST', `/${noun}/${id}/challenge/sign`, { body });
  };

const CUSTOMER_ACTS: Acts = {
  sign: sign('customers'),
  verify: patch((id) => `/simulator/customers/${id}/verify`),
  'fail verification': patch((id) => `/simulator/customers/${id}/reject`),
  deactivate: patch((id) => `/customers/${id}/deactivate`),
  activate: patch((id) => `/customers/${id}/activate`),
  reject: admin((id) => `/customers/${id}/reject`),
};
const ACCOUNT_ACTS: Acts = {
  sign: sign('accounts'),
  deactivate: patch((id) => `/accounts/${id}/deactivate`),
  activate: patch((id) => `/accounts/${id}/activate`),
  close: (id) => client.call('DELETE', `/accounts/${id}`),
  fail: admin((id) => `/accounts/${id}/fail`),
};
const CARD_ACTS: Acts = {
  issue: patch((id) => `/simulator/cards/${id}/issue`),
  'fail issuing': patch((id) => `/simulator/cards/${id}/fail`),
  deactivate: patch((id) => `/cards/${id}/deactivate`),
  activate: patch((id) => `/cards/${id}/activate`),
  terminate: (id) => client.call('DELETE', `/cards/${id}`),
  suspend: admin((id) => `/cards/${id}/suspend`),
  block: admin((id) => `/cards/${id}/block`),
  lift: admin((id) => `/cards/${id}/lift`),
};
const AUTHORISATION_ACTS: Acts = {
  capture: patch((id) => `/simulator/authorisations/${id}/capture`),
  release: patch((id) => `/simulator/authorisations/${id}/release`),
};

async function createCustomer(): Promise<string> {
  nextName += 1;
  const body = { chainId: WALLET, externalId: `customer-${nextName}` };
  return (await client.call('POST', '/customers', { body })).json.id;
}

async function createAccount(): Promise<string> {
  const owner = (await client.call('GET', `/accounts/${accountId}`)).json.customerId;
  const body = { type: 'card_account', currencies: ['EUR'] };
  return (await client.call('POST', `/customers/${owner}/accounts`, { body })).json.id;
}

async function createCard(): Promise<string> {
  const owner = await createAccount();
  await ACCOUNT_ACTS.sign?.(owner);
  const body = { type: 'virtual', billingAddress: ADDRESS };
  return (await client.call('POST', `/accounts/${owner}/cards`, { body })).json.id;
}

let payingCardId = '';
async function createAuthorisation(): Promise<string> {
  payingCardId ||= await createActiveCard(client, accountId);
  const body = { amount: '1', currency: 'EUR', capture: false };
  return (await client.call('POST', `/simulator/cards/${payingCardId}/authorisation`, { body })).json.id;
}

/** The acts that lead from the first status of a table to another one. */
function pathTo(table: Table, goal: string): string[] {
  const [first = ''] = Object.keys(table);
  const queue: { status: string; acts: string[] }[] = [{ status: first, acts: [] }];
  for (const { status, acts } of queue) {
    if (status === goal) return acts;
    for (const [act, next] of Object.entries(table[status] ?? {})) {
      if (acts.length < 4) queue.push({ status: next, acts: [...acts, act] });
    }
  }
  throw new Error(`no way to ${goal}`);
}

describe.each([
  { noun: 'customers', table: CUSTOMER, acts: CUSTOMER_ACTS, create: createCustomer },
  { noun: 'accounts', table: ACCOUNT, acts: ACCOUNT_ACTS, create: createAccount },
  { noun: 'cards', table: CARD, acts: CARD_ACTS, create: createCard },
  { noun: 'authorisations', table: AUTHORISATION, acts: AUTHORISATION_ACTS, create: createAuthorisation },
])('the states of $noun', ({ noun, table, acts, create }) => {
  const cases = Object.keys(table).flatMap((from) =>
    Object.keys(acts).map((act) => ({ from, act, to: table[from]?.[act] })),
  );
  it.each(cases)('from $from, $act leads to: $to', async ({ from, act, to }) => {
    const id = await create();
    for (const step of pathTo(table, from)) await acts[step]?.(id);
    const statusOf = async () => (await client.call('GET', `/${noun}/${id}`)).json.status;
    expect(await statusOf()).toBe(from);
    const { status } = (await acts[act]?.(id)) ?? { status: 0 };
    expect({ isRefused: status === 400, status: await statusOf() }).toEqual({
      isRefused: to === undefined,
      status: to ?? from,
    });
  });
});
