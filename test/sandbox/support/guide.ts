import type { SandboxClient, WireAnswer } from './sandbox-client.js';

export const WALLET = 'eip155:300:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb';
export const ADDRESS = { firstLine: '14 Canfield Gardens', city: 'London', country: 'GB', postCode: 'NW6 2FG' };
/** Base64 of `0x` and 130 hexadecimal digits. */
export const WALLET_SIGNATURE = Buffer.from(`0x${'5a'.repeat(65)}`).toString('base64');

/** The steps of the guide, each of which expects that it works and returns the ID or entity that comes out. */
export async function createActiveCustomer(client: SandboxClient, externalId = 'john-carter'): Promise<string> {
  const { json } = await expectStatus(
    201,
    client.call('POST', '/customers', { body: { chainId: WALLET, externalId } }),
  );
  const body = { challenge: json.challenge, signature: WALLET_SIGNATURE };
  await expectStatus(204, client.call('POST', `/customers/${json.id}/challenge/sign`, { body }));
  await expectStatus(202, client.call('PATCH', `/simulator/customers/${json.id}/verify`));
  return json.id;
}

export async function createActiveAccount(client: SandboxClient, customerId: string): Promise<string> {
  const create = { type: 'CARD_ACCOUNT', currencies: ['EUR'] };
  const { json } = await expectStatus(201, client.call('POST', `/customers/${customerId}/accounts`, { body: create }));
  const body = { ownerId: WALLET, challenge: json.challenge, signature: WALLET_SIGNATURE };
  await expectStatus(204, client.call('POST', `/accounts/${json.id}/challenge/sign`, { body }));
  return json.id;
}

export async function createActiveCard(client: SandboxClient, accountId: string, type = 'virtual'): Promise<string> {
  const body = { type, billingAddress: ADDRESS, ...(type === 'physical' && { shippingAddress: ADDRESS }) };
  const { json } = await expectStatus(201, client.call('POST', `/accounts/${accountId}/cards`, { body }));
  await expectStatus(202, client.call('PATCH', `/simulator/cards/${json.id}/issue`));
  return json.id;
}

export async function expectStatus(status: number, answer: Promise<WireAnswer>): Promise<WireAnswer> {
  const settled = await answer;
  expect({ status: settled.status, text: settled.text }).toEqual({ status, text: settled.text });
  return settled;
}
