import { Programme } from '../../../sandbox/programme/programme.js';
import { startSandbox } from '../../../sandbox/sandbox.js';
import { seedBulk } from '../../../sandbox/seed/bulk.js';
import { seedDemo } from '../../../sandbox/seed/demo.js';
import { API_KEY, API_SECRET, startForTest } from '../support/sandbox-client.js';

const UUID_5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function fill(seed: (programme: Programme) => void): Programme {
  const programme = new Programme({
    clock: () => new Date(),
    createId: () => 'unused',
    settleDelayMs: 0,
    announce: () => undefined,
  });
  seed(programme);
  return programme;
}

const tablesOf = ({ customers, accounts, cards, authorisations, transactions }: Programme) =>
  [customers, accounts, cards, authorisations, transactions].map((table) => JSON.parse(table.list().toString('utf8')));
const statusesOf = (list: { status: string }[]) => [...new Set(list.map(({ status }) => status))].sort();

describe('the demo seed', () => {
  const [customers, accounts, cards, authorisations, transactions] = tablesOf(fill(seedDemo));

  it('is the same every time', () => {
    expect(tablesOf(fill(seedDemo))).toEqual([customers, accounts, cards, authorisations, transactions]);
  });

  it('holds a dozen customers, and every lasting status of every noun', () => {
    expect(customers).toHaveLength(12);
    expect(statusesOf(customers)).toEqual(['active', 'inactive', 'initiating', 'rejected', 'verifying']);
    expect(statusesOf(accounts)).toEqual(['active', 'closed', 'failed', 'inactive', 'initiating', 'pending']);
    expect(statusesOf(cards)).toEqual([
      'active',
      'blocked',
      'inactive',
      'issue_failed',
      'issuing',
      'suspended',
      'terminated',
    ]);
    expect(statusesOf(authorisations)).toEqual(['captured', 'pending', 'released']);
    expect(statusesOf(transactions)).toEqual(['processed', 'processing', 'reversed', 'reversing']);
  });

  it('keeps the rules: owners exist, IDs have their versions, one card of a type is in use, captures made transactions', () => {
    const idsOf = (list: { id: string }[]) => new Set(list.map(({ id }) => id));
    for (const { id } of customers) expect(id).toMatch(UUID_5);
    for (const { id } of [...accounts, ...cards, ...authorisations]) expect(id).toMatch(UUID_4);
    for (const { customerId } of accounts) expect(idsOf(customers)).toContain(customerId);
    for (const { accountId } of cards) expect(idsOf(accounts)).toContain(accountId);
    for (const { cardId } of authorisations) expect(idsOf(cards)).toContain(cardId);
    const inUse = cards.filter(
      ({ status }: { status: string }) => status !== 'terminated' && status !== 'issue_failed',
    );
    const slots = inUse.map(({ accountId, type }: { accountId: string; type: string }) => `${accountId} ${type}`);
    expect(new Set(slots).size).toBe(slots.length);
    const captured = authorisations.filter(({ status }: { status: string }) => status === 'captured');
    expect(idsOf(captured)).toEqual(idsOf(transactions));
  });

  it('leaves out what may be absent: an active card without name and number, addresses without second line and state', () => {
    const bare = cards.filter((card: { status: string; name?: string }) => card.status === 'active' && !card.name);
    expect(bare).toHaveLength(1);
    expect(Object.keys(bare[0])).not.toEqual(expect.arrayContaining(['maskedPan']));
    const keys = new Set(
      cards.map(({ billingAddress }: { billingAddress: object }) => Object.keys(billingAddress).join()),
    );
    expect(keys.size).toBeGreaterThan(2);
  });

  it('can be worked with: an account that its customer turned inactive comes back with its card', async () => {
    const client = await startForTest({ seed: 'demo' });
    const { list } = await client.call('GET', '/customers');
    const inactive = list.find(({ status }) => status === 'inactive');
    await client.call('PATCH', `/customers/${inactive?.id}/activate`);
    const [account] = (await client.call('GET', `/customers/${inactive?.id}/accounts`)).list;
    expect(account?.status).toBe('active');
    expect((await client.call('GET', `/accounts/${account?.id}/cards`)).list).toMatchObject([{ status: 'active' }]);
    client.sandbox.reset();
    client.forgetToken();
    expect((await client.call('GET', '/customers')).list).toEqual(list);
  });
});

describe('the bulk seed', () => {
  it.each([
    { wanted: 0, accounts: 0, customers: 0 },
    { wanted: 1, accounts: 1, customers: 1 },
    { wanted: 7, accounts: 4, customers: 2 },
    { wanted: 1000, accounts: 500, customers: 250 },
  ])('makes $wanted cards of $accounts accounts of $customers customers', ({ wanted, accounts, customers }) => {
    const programme = fill((empty) => seedBulk(empty, wanted));
    expect(programme.cards.size).toBe(wanted);
    expect(programme.accounts.size).toBe(accounts);
    expect(programme.customers.size).toBe(customers);
    expect(tablesOf(fill((empty) => seedBulk(empty, wanted)))).toEqual(tablesOf(programme));
  });

  it.each([-1, 1.5, 100_001, Number.NaN])('refuses %d cards', async (cards) => {
    const start = startSandbox({ apiKey: API_KEY, apiSecret: API_SECRET, signingKeys: [], seed: { cards } });
    await expect(start).rejects.toThrow(RangeError);
  });
});
