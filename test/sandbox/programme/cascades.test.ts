import { createActiveAccount, createActiveCard, createActiveCustomer } from '../support/guide.js';
import { startForTest } from '../support/sandbox-client.js';

async function start() {
  const client = await startForTest();
  const customerId = await createActiveCustomer(client);
  const accountId = await createActiveAccount(client, customerId);
  const virtualId = await createActiveCard(client, accountId);
  const physicalId = await createActiveCard(client, accountId, 'physical');
  const statuses = async () => {
    const status = async (path: string) => (await client.call('GET', path)).json.status;
    return {
      account: await status(`/accounts/${accountId}`),
      virtual: await status(`/cards/${virtualId}`),
      physical: await status(`/cards/${physicalId}`),
    };
  };
  const patch = (path: string) => client.call('PATCH', path);
  return { client, customerId, accountId, virtualId, physicalId, statuses, patch };
}

describe('what happens to the cards of an account', () => {
  it('deactivation turns active cards inactive, activation only those back', async () => {
    const { accountId, physicalId, statuses, patch } = await start();
    await patch(`/cards/${physicalId}/deactivate`);
    await patch(`/accounts/${accountId}/deactivate`);
    expect(await statuses()).toEqual({ account: 'inactive', virtual: 'inactive', physical: 'inactive' });
    await patch(`/accounts/${accountId}/activate`);
    expect(await statuses()).toEqual({ account: 'active', virtual: 'active', physical: 'inactive' });
  });

  it('a card of an inactive account cannot be activated', async () => {
    const { accountId, virtualId, patch } = await start();
    await patch(`/accounts/${accountId}/deactivate`);
    expect((await patch(`/cards/${virtualId}/activate`)).status).toBe(400);
  });

  it('closing turns active cards inactive for good', async () => {
    const { client, accountId, virtualId, statuses, patch } = await start();
    expect((await client.call('DELETE', `/accounts/${accountId}`)).status).toBe(204);
    expect(await statuses()).toEqual({ account: 'closed', virtual: 'inactive', physical: 'inactive' });
    expect((await patch(`/cards/${virtualId}/activate`)).status).toBe(400);
  });

  it("a customer's deactivation reaches accounts and cards, and activation brings those back", async () => {
    const { customerId, statuses, patch } = await start();
    expect((await patch(`/customers/${customerId}/deactivate`)).json.status).toBe('inactive');
    expect(await statuses()).toEqual({ account: 'inactive', virtual: 'inactive', physical: 'inactive' });
    expect((await patch(`/customers/${customerId}/activate`)).json.status).toBe('active');
    expect(await statuses()).toEqual({ account: 'active', virtual: 'active', physical: 'active' });
  });

  it('an account that was inactive before its customer stays so', async () => {
    const { customerId, accountId, statuses, patch } = await start();
    await patch(`/accounts/${accountId}/deactivate`);
    await patch(`/customers/${customerId}/deactivate`);
    expect((await patch(`/accounts/${accountId}/activate`)).status).toBe(400);
    await patch(`/customers/${customerId}/activate`);
    expect((await statuses()).account).toBe('inactive');
  });

  it('a customer with an open account cannot be removed, one without is not found afterwards', async () => {
    const { client, customerId, accountId } = await start();
    expect((await client.call('DELETE', `/customers/${customerId}`)).status).toBe(400);
    await client.call('DELETE', `/accounts/${accountId}`);
    expect((await client.call('DELETE', `/customers/${customerId}`)).status).toBe(204);
    expect((await client.call('GET', `/customers/${customerId}`)).status).toBe(404);
    expect((await client.call('GET', '/customers')).list).toEqual([]);
  });
});
