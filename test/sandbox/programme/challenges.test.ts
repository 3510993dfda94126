import { createActiveCustomer, WALLET, WALLET_SIGNATURE } from '../support/guide.js';
import { type SandboxClient, startForTest } from '../support/sandbox-client.js';

const decode = (challenge: string) => Buffer.from(challenge, 'base64').toString('utf8');

async function createInitiating(client: SandboxClient, chainId = WALLET) {
  const { json } = await client.call('POST', '/customers', { body: { chainId, externalId: 'john-carter' } });
  const sign = (body: object) => client.call('POST', `/customers/${json.id}/challenge/sign`, { body });
  const fetch = () => client.call('GET', `/customers/${json.id}/challenge`);
  return { ...json, sign, fetch };
}

describe('customer challenges', () => {
  it('are Sign-In with Ethereum messages (EIP-4361) for EVM chains', async () => {
    const client = await startForTest({ clock: () => new Date('2026-03-01T12:00:00.000Z') });
    const { challenge } = await createInitiating(client);
    const [, , address] = WALLET.split(':');
    expect(decode(challenge).split('\n')).toEqual([
      'api.sandbox.offblocks.xyz wants you to sign in with your Ethereum account:',
      address,
      '',
      'Prove that this wallet is yours.',
      '',
      'URI: https://api.sandbox.offblocks.xyz',
      'Version: 1',
      'Chain ID: 300',
      expect.stringMatching(/^Nonce: [0-9a-z]{8,}$/),
      'Issued At: 2026-03-01T12:00:00.000Z',
      'Expiration Time: 2026-03-01T13:00:00.000Z',
    ]);
  });

  it('are plain text for other chains', async () => {
    const client = await startForTest();
    const { challenge } = await createInitiating(client, 'starknet:SN_SEPOLIA:0x02dd1b492765c064');
    expect(decode(challenge)).toContain('starknet:SN_SEPOLIA:0x02dd1b492765c064');
  });

  it('are replaced after a wrong one was signed, and can be used once', async () => {
    const client = await startForTest();
    const { challenge, sign, fetch } = await createInitiating(client);
    expect((await fetch()).json.challenge).toBe(challenge);
    const wrong = Buffer.from('something else').toString('base64');
    expect((await sign({ challenge: wrong, signature: WALLET_SIGNATURE })).status).toBe(400);
    expect((await sign({ challenge, signature: WALLET_SIGNATURE })).status).toBe(400);
    const { json: renewed } = await fetch();
    expect(renewed.challenge).not.toBe(challenge);
    expect((await sign({ challenge: renewed.challenge, signature: WALLET_SIGNATURE })).status).toBe(204);
    expect((await sign({ challenge: renewed.challenge, signature: WALLET_SIGNATURE })).status).toBe(400);
    expect((await fetch()).status).toBe(404);
  });

  it('are over after one hour', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const client = await startForTest({ clock: () => new Date(nowMs), tokenTtlSeconds: 36_000 });
    const { challenge, sign, fetch } = await createInitiating(client);
    nowMs += 3_600_000;
    expect((await sign({ challenge, signature: WALLET_SIGNATURE })).status).toBe(400);
    const { json: second } = await fetch();
    nowMs += 3_600_000;
    const { json: third } = await fetch();
    expect(third.challenge).not.toBe(second.challenge);
    nowMs += 3_599_999;
    expect((await sign({ challenge: third.challenge, signature: WALLET_SIGNATURE })).status).toBe(204);
  });

  it.each([
    { name: 'hexadecimal text that is not in base64', signature: `0x${'5a'.repeat(65)}` },
    { name: 'base64 of bytes', signature: Buffer.alloc(65, 7).toString('base64') },
    { name: 'base64 of hexadecimal digits without 0x', signature: Buffer.from('5a'.repeat(65)).toString('base64') },
    { name: 'base64 of 0x alone', signature: Buffer.from('0x').toString('base64') },
    { name: 'base64 of an odd number of digits', signature: Buffer.from('0x5a5').toString('base64') },
    { name: 'nothing', signature: undefined },
    { name: 'a number', signature: 7 },
  ])('are not signed by $name, and stay good', async ({ signature }) => {
    const client = await startForTest();
    const { challenge, sign } = await createInitiating(client);
    expect((await sign({ challenge, signature })).status).toBe(400);
    expect((await sign({ challenge, signature: WALLET_SIGNATURE })).status).toBe(204);
  });
});

describe('account challenges', () => {
  async function createAccount() {
    const client = await startForTest();
    const customerId = await createActiveCustomer(client);
    const create = { type: 'card_account', currencies: ['EUR'] };
    const { json } = await client.call('POST', `/customers/${customerId}/accounts`, { body: create });
    const sign = (challenge: string, ownerId: unknown = WALLET) =>
      client.call('POST', `/accounts/${json.id}/challenge/sign`, {
        body: { ownerId, challenge, signature: WALLET_SIGNATURE },
      });
    const fetch = () => client.call('GET', `/accounts/${json.id}/challenge`);
    return { client, account: json, sign, fetch };
  }

  it('are invalid once a newer one was fetched', async () => {
    const { account, sign, fetch } = await createAccount();
    const { json: second } = await fetch();
    expect((await sign(account.challenge)).status).toBe(400);
    expect((await sign(second.challenge)).status).toBe(400);
    expect((await sign((await fetch()).json.challenge)).status).toBe(204);
    expect((await fetch()).status).toBe(404);
  });

  it("must be signed by the customer's wallet, whose letter case does not matter", async () => {
    const { account, sign } = await createAccount();
    expect((await sign(account.challenge, 'eip155:300:0x0000000000000000000000000000000000000001')).status).toBe(400);
    expect((await sign(account.challenge, null)).status).toBe(400);
    expect((await sign(account.challenge, WALLET.toLowerCase())).status).toBe(204);
  });
});
