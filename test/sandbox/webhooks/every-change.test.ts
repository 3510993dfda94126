import type { SandboxClient } from '../support/sandbox-client.js';
import { startForTest } from '../support/sandbox-client.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const NOUNS = ['customers', 'accounts', 'cards'] as const;
type Noun = (typeof NOUNS)[number];

const ACTS: Record<Noun, { api: string[]; simulator: string[]; own: string[] }> = {
  customers: {
    api: ['PATCH /deactivate', 'PATCH /activate', 'DELETE '],
    simulator: ['verify', 'reject'],
    own: ['suspend', 'lift', 'block'],
  },
  accounts: {
    api: ['PATCH /deactivate', 'PATCH /activate', 'DELETE '],
    simulator: [],
    own: ['suspend', 'lift', 'fail', 'block'],
  },
  cards: {
    api: ['PATCH /deactivate', 'PATCH /activate', 'DELETE '],
    simulator: ['issue', 'fail'],
    own: ['suspend', 'lift', 'block'],
  },
};

/** All calls that may change an entity of the noun; most of them are refused in most states. */
function actsOn(client: SandboxClient, noun: Noun, id: string): (() => Promise<{ status: number }>)[] {
  const { api, simulator, own } = ACTS[noun];
  return [
    ...own.map((verb) => () => client.admin('POST', `/${noun}/${id}/${verb}`)),
    ...simulator.map((verb) => () => client.call('PATCH', `/simulator/${noun}/${id}/${verb}`)),
    ...api.map((act) => () => {
      const [method = '', path = ''] = act.split(' ');
      return client.call(method, `/${noun}/${id}${path}`);
    }),
  ];
}

const keyOf = (noun: string, { id, updatedAt, status }: { id: string; status: string; updatedAt?: unknown }) =>
  `${noun} ${id} ${status} ${updatedAt}`;

async function snapshot(client: SandboxClient): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const noun of NOUNS) {
    for (const entity of (await client.call('GET', `/${noun}`)).list) keys.add(keyOf(noun, entity));
  }
  return keys;
}

it('tells of every change of customers, accounts and cards, those that another one causes too', async () => {
  const client = await startForTest({ seed: 'demo' });
  const receiver = await new WebhookReceiver().listen();
  client.sandbox.subscribe({ callbackUrl: receiver.url });
  let before = await snapshot(client);
  let changes = 0;
  let cascades = 0;
  for (const noun of NOUNS.toReversed()) {
    for (const { id } of (await client.call('GET', `/${noun}`)).list) {
      for (const act of actsOn(client, noun, id)) {
        const { status } = await act();
        if (status >= 400) continue;
        await client.sandbox.webhooksIdle();
        const told = receiver.received.splice(0).map((event) => keyOf(`${event.webhookType.split('.')[0]}s`, event));
        const after = await snapshot(client);
        const changed = [...after].filter((key) => !before.has(key));
        // A removed customer is told of, and is in no list any more.
        expect(told.filter((key) => after.has(key)).sort()).toEqual(changed.sort());
        changes += changed.length;
        if (changed.length > 1) cascades += 1;
        before = after;
      }
    }
  }
  expect(changes).toBeGreaterThan(40);
  expect(cascades).toBeGreaterThan(0);
});

it('tells of every state that a payment goes through, with all fields', async () => {
  const client = await startForTest({ seed: 'demo' });
  const receiver = await new WebhookReceiver().listen();
  client.sandbox.subscribe({ callbackUrl: receiver.url, types: ['authorisation.updated', 'transaction.updated'] });
  const cards = (await client.call('GET', '/cards')).list.filter(({ status }) => status === 'active');
  const [first, second] = cards;
  const pay = async (cardId: string | undefined, capture: boolean) =>
    (
      await client.call('POST', `/simulator/cards/${cardId}/authorisation`, {
        body: { amount: '12.50', currency: 'EUR', capture },
      })
    ).json.id;
  const captured = await pay(first?.id, true);
  await client.admin('POST', `/transactions/${captured}/reverse`);
  const released = await pay(second?.id, false);
  await client.call('PATCH', `/simulator/authorisations/${released}/release`);
  await client.sandbox.webhooksIdle();
  const statesOf = (type: string, id: string) =>
    receiver.received.filter((event) => event.webhookType === type && event.id === id).map(({ status }) => status);
  expect(statesOf('authorisation.updated', captured)).toEqual(['pending', 'capturing', 'captured']);
  expect(statesOf('transaction.updated', captured)).toEqual(['processing', 'processed', 'reversing', 'reversed']);
  expect(statesOf('authorisation.updated', released)).toEqual(['pending', 'releasing', 'released']);
  for (const [type, path] of [
    ['authorisation.updated', `/authorisations/${captured}`],
    ['transaction.updated', `/transactions/${captured}`],
  ] as const) {
    const { webhookType, eventId, ...entity } =
      receiver.received.findLast((event) => event.webhookType === type && event.id === captured) ?? {};
    expect({ webhookType, eventId }).toEqual({ webhookType: type, eventId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(entity).toEqual((await client.call('GET', path)).json);
  }
});
