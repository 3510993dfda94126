import { Admin, type AdminControls } from '../../../sandbox/http/admin.js';
import { Programme } from '../../../sandbox/programme/programme.js';
import { createActiveAccount, createActiveCard, createActiveCustomer } from '../support/guide.js';
import { PUBLIC_KEY_PEM, startForTest } from '../support/sandbox-client.js';

describe('the admin interface', () => {
  it('counts requests by route and status, and starts anew', async () => {
    const client = await startForTest();
    await client.call('GET', '/cards');
    await client.call('GET', '/cards/one');
    await client.call('GET', '/nothing');
    const { json } = await client.admin('GET', '/stats');
    expect(json).toEqual(client.sandbox.stats());
    expect(json).toMatchObject({
      totalRequests: 4,
      requests: { 'POST /auth/token': 1, 'GET /cards': 1, 'GET /cards/{cardId}': 1, unknown: 1 },
      statuses: { 200: 2, 400: 1, 404: 1 },
      statusesByRoute: { 'GET /cards': { 200: 1 }, 'GET /cards/{cardId}': { 400: 1 } },
      refusedSignatures: { total: 0, byReason: {}, recent: [] },
    });
    expect((await client.admin('POST', '/stats/reset')).status).toBe(204);
    expect(client.sandbox.stats()).toMatchObject({ totalRequests: 0, requests: {}, statuses: {} });
  });

  it("does OffBlocks' own acts, and refuses those that the state does not allow", async () => {
    const client = await startForTest();
    const cardId = await createActiveCard(
      client,
      await createActiveAccount(client, await createActiveCustomer(client)),
    );
    expect((await client.admin('POST', `/cards/${cardId}/suspend`)).json.status).toBe('suspended');
    expect((await client.admin('POST', `/cards/${cardId}/suspend`)).status).toBe(400);
    expect((await client.admin('POST', `/cards/${cardId}/lift`)).json.status).toBe('active');
    const body = { amount: '5', currency: 'EUR' };
    const { json } = await client.call('POST', `/simulator/cards/${cardId}/authorisation`, { body });
    await client.admin('POST', `/transactions/${json.id}/reverse`);
    expect((await client.call('GET', `/transactions/${json.id}`)).json.status).toBe('reversed');
  });

  it('registers and removes signing keys', async () => {
    const client = await startForTest();
    const register = (publicKeyPem: string) => client.admin('POST', '/signing-keys', { keyId: 'a b', publicKeyPem });
    expect((await register('no PEM')).status).toBe(400);
    expect((await register(PUBLIC_KEY_PEM)).status).toBe(204);
    const signed = client.sign(await client.prepare('GET', '/cards'), { keyId: 'a b' });
    expect((await client.send(signed)).status).toBe(200);
    expect((await client.admin('DELETE', '/signing-keys/a%20b')).status).toBe(204);
    expect((await client.send(signed)).status).toBe(400);
  });

  it('puts everything back to the start', async () => {
    const client = await startForTest();
    await createActiveCustomer(client);
    client.sandbox.injectFault({ fault: { kind: 'status', status: 503 } });
    expect((await client.admin('POST', '/reset')).status).toBe(204);
    expect((await client.call('GET', '/customers')).status).toBe(401);
    client.forgetToken();
    expect((await client.call('GET', '/customers')).list).toEqual([]);
  });

  it('answers 404 for what it does not know and 400 for what is no JSON', async () => {
    const client = await startForTest();
    expect((await client.admin('GET', '/nothing')).status).toBe(404);
    expect((await client.admin('POST', '/faults')).status).toBe(400);
  });

  it.each([
    { remoteAddress: '127.0.0.1', origin: undefined, status: 200 },
    { remoteAddress: '::ffff:127.0.0.1', origin: undefined, status: 200 },
    { remoteAddress: '::1', origin: undefined, status: 200 },
    { remoteAddress: '192.0.2.7', origin: undefined, status: 403 },
    { remoteAddress: '::ffff:192.0.2.7', origin: undefined, status: 403 },
    { remoteAddress: undefined, origin: undefined, status: 403 },
    { remoteAddress: '127.0.0.1', origin: 'https://page.example', status: 403 },
  ])('answers $remoteAddress with Origin $origin by $status', ({ remoteAddress, origin, status }) => {
    const programme = new Programme({
      clock: () => new Date(),
      createId: () => 'unused',
      settleDelayMs: 0,
      announce: () => undefined,
    });
    const controls = { listFaults: () => [] } as unknown as AdminControls;
    const admin = new Admin({ programme, controls });
    const request = { method: 'GET', path: '/faults', search: '', body: Buffer.alloc(0), remoteAddress, origin };
    expect(admin.answer(request).status).toBe(status);
  });
});
