import {
  ADDRESS,
  createActiveAccount,
  createActiveCard,
  createActiveCustomer,
  expectStatus,
  WALLET,
} from './support/guide.js';
import { startForTest } from './support/sandbox-client.js';

describe('the step-by-step guide over HTTP', () => {
  it('leads from a new customer to a terminated card with a settled payment, and no request is refused', async () => {
    const client = await startForTest();
    const customerId = await createActiveCustomer(client);
    expect((await client.call('GET', `/customers/${customerId}`)).json).toMatchObject({
      id: customerId,
      externalId: 'john-carter',
      chainId: WALLET,
      status: 'active',
    });

    const accountId = await createActiveAccount(client, customerId);
    const { json: account } = await client.call('GET', `/accounts/${accountId}`);
    expect(account).toMatchObject({ customerId, status: 'active', type: 'card_account', currencies: ['EUR'] });
    expect(account.chainId).toMatch(/^eip155:300:0x[0-9a-f]{40}$/);

    const cardId = await createActiveCard(client, accountId);
    const { list: cards } = await client.call('GET', `/accounts/${accountId}/cards`);
    expect(cards).toEqual([
      {
        id: cardId,
        accountId,
        type: 'virtual',
        status: 'active',
        name: 'John Carter',
        network: 'visa',
        maskedPan: expect.stringMatching(/^\d{6}\*{6}\d{4}$/),
        expirationDate: expect.stringMatching(/^(0[1-9]|1[0-2])\/\d{4}$/),
        billingAddress: ADDRESS,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ]);

    const body = { amount: '20.0', currency: 'EUR', capture: true };
    const { json: pending } = await expectStatus(
      201,
      client.call('POST', `/simulator/cards/${cardId}/authorisation`, { body }),
    );
    expect(pending).toMatchObject({
      accountId,
      cardId,
      status: 'pending',
      amount: '20',
      currency: 'EUR',
      merchant: { id: 'TEST', name: 'Test Merchant', mcc: 9999, country: 'GB', city: 'London' },
    });
    expect((await client.call('GET', `/authorisations/${pending.id}`)).json.status).toBe('captured');
    const { json: transaction } = await client.call('GET', `/transactions/${pending.id}`);
    expect(transaction).toMatchObject({ id: pending.id, accountId, cardId, status: 'processed', amount: '20' });
    expect(transaction.fees.map(({ type }) => type)).toEqual(['partner', 'service', 'network']);
    expect((await client.call('GET', `/cards/${cardId}/transactions`)).list).toEqual([transaction]);
    expect((await client.call('GET', `/accounts/${accountId}/transactions`)).list).toEqual([transaction]);

    expect((await client.call('PATCH', `/cards/${cardId}/deactivate`)).json.status).toBe('inactive');
    expect((await client.call('PATCH', `/cards/${cardId}/activate`)).json.status).toBe('active');
    await expectStatus(204, client.call('DELETE', `/cards/${cardId}`));
    expect((await client.call('GET', '/cards')).list).toMatchObject([{ id: cardId, status: 'terminated' }]);

    const { refusedSignatures, refusedTokens } = client.sandbox.stats();
    expect({ refused: refusedSignatures.total, refusedTokens }).toEqual({ refused: 0, refusedTokens: 0 });
  });
});
