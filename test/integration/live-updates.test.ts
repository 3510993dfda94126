import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import * as op from '../operations/generated.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { createLiveClient, eventually, subscribeSse } from '../support/live-client.js';
import { launchWithStreamLimits } from '../support/stream-gateway.js';
import { startTokenIssuer, type TestTokenIssuer } from '../support/token-issuer.js';

const CARDS = `subscription ($cardId: ID, $accountId: ID) {
  cardUpdated(cardId: $cardId, accountId: $accountId) { id status account { id customer { id } } }
}`;
const CARD = 'subscription ($cardId: ID) { cardUpdated(cardId: $cardId) { id status } }';
const ACCOUNTS =
  'subscription ($accountId: ID, $customerId: ID) { accountUpdated(accountId: $accountId, customerId: $customerId) { id status } }';
const CUSTOMERS = 'subscription ($customerId: ID) { customerUpdated(customerId: $customerId) { id status } }';
const PAYMENTS = `subscription ($cardId: ID) { authorisationUpdated(cardId: $cardId) { id status amount { amount } } }`;
const TRANSACTIONS = `subscription ($cardId: ID, $accountId: ID) { transactionUpdated(cardId: $cardId, accountId: $accountId) { id status } }`;

interface CardEvent {
  cardUpdated: { id: string; status: string };
}

const demo = demoProgramme();
const amelia = demo.of('amelia-hart');
const jonas = demo.of('jonas-weber');
const active = (owner: typeof amelia) => firstOf(owner.cards, ({ status }) => status === 'active');

describe('live updates', () => {
  let gateway: TestGateway;
  let issuer: TestTokenIssuer;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
    gateway = await startTestGateway({
      env: { ...issuer.env, CORS_ORIGINS: 'https://app.example.com' },
      areWebhooksDelivered: true,
    });
  });
  const staff = () => issuer.issue({});
  const subscribers = () => gateway.metricValue('gateway_live_subscribers');
  /** Until so many subscriptions run in the gateway. */
  const running = (count: number) => eventually(async () => (await subscribers()) === count, `${count} subscriptions`);
  const asStaff = async () => ({ token: await staff() });
  const sandboxAct = (path: string) => fetch(`${gateway.sandbox.adminUrl}${path}`, { method: 'POST' });
  const reset = () => running(0);

  async function openSocket(token: string | null = null) {
    const socket = createLiveClient({ url: gateway.url, token: token ?? (await staff()) });
    return socket;
  }

  it('open no stream for a HEAD, which nobody could read', async () => {
    const headers = { authorization: `Bearer ${await staff()}`, accept: 'text/event-stream' };
    const url = `${gateway.url}/graphql/stream?${new URLSearchParams({ query: CARD })}`;
    expect((await fetch(url, { method: 'HEAD', headers })).status).toBe(405);
  });

  it('show a mutation over WebSocket and over server-sent events, each caller what it may select', async () => {
    const card = active(amelia);
    const client = await openSocket();
    const socket = client.subscribe<CardEvent>(CARDS, { cardId: card.id });
    const token = await issuer.issue({ customerId: amelia.customer.id, scopes: ['cards:read'] });
    const stream = subscribeSse<CardEvent>({ url: gateway.url, token, query: CARDS });
    await running(2);
    await gateway.mutate(op.DeactivateCardDocument, { cardId: card.id }, await asStaff());
    await Promise.all([socket.until(1), stream.until(1)]);
    const account = { id: card.accountId, customer: { id: amelia.customer.id } };
    expect(socket.received).toEqual([{ data: { cardUpdated: { id: card.id, status: 'INACTIVE', account } } }]);
    // The scope of the reference is missing: the rest of the event stands.
    expect(stream.received).toMatchObject([
      {
        data: { cardUpdated: { id: card.id, status: 'INACTIVE', account: null } },
        errors: [
          { path: ['cardUpdated', 'account'], extensions: { code: 'FORBIDDEN', requestId: expect.any(String) } },
        ],
      },
    ]);
    await gateway.sandbox.webhooksIdle();
    await gateway.mutate(op.ActivateCardDocument, { cardId: card.id }, await asStaff());
    await Promise.all([socket.until(2), stream.until(2)]);
    expect(socket.received[1]?.data?.cardUpdated.status).toBe('ACTIVE');
    await gateway.sandbox.webhooksIdle();
    // The webhooks told of the same two states: nobody was sent anything twice.
    expect([socket.received.length, stream.received.length]).toEqual([2, 2]);
    socket.unsubscribe();
    stream.unsubscribe();
    await reset();
  });

  it('show what OffBlocks does by itself, as its webhooks tell', async () => {
    const card = active(jonas);
    const client = await openSocket();
    const events = client.subscribe<CardEvent>(CARD, { cardId: card.id });
    await running(1);
    for (const [act, status] of [
      ['suspend', 'SUSPENDED'],
      ['lift', 'ACTIVE'],
    ]) {
      expect((await sandboxAct(`/cards/${card.id}/${act}`)).ok).toBe(true);
      await eventually(() => events.received.at(-1)?.data?.cardUpdated.status === status);
    }
    events.unsubscribe();
    await reset();
  });

  it('show what follows from a mutation: the cards of an account that was deactivated', async () => {
    const card = active(amelia);
    const client = await openSocket();
    const cards = client.subscribe<CardEvent>(CARD);
    const accounts = client.subscribe(ACCOUNTS, { customerId: amelia.customer.id });
    await running(2);
    await gateway.mutate(op.DeactivateAccountDocument, { accountId: card.accountId }, await asStaff());
    await eventually(() => cards.received.some(({ data }) => data?.cardUpdated.id === card.id));
    await accounts.until(1);
    expect(cards.received.map(({ data }) => data?.cardUpdated)).toContainEqual({ id: card.id, status: 'INACTIVE' });
    expect(accounts.received[0]).toEqual({ data: { accountUpdated: { id: card.accountId, status: 'INACTIVE' } } });
    await gateway.mutate(op.ActivateAccountDocument, { accountId: card.accountId }, await asStaff());
    await gateway.mutate(op.ActivateCardDocument, { cardId: card.id }, await asStaff());
    await eventually(() => cards.received.at(-1)?.data?.cardUpdated.status === 'ACTIVE');
    await client.close();
    await reset();
  });

  it('show new entities and every kind of them', async () => {
    const card = active(jonas);
    const client = await openSocket();
    const authorisations = client.subscribe<{ authorisationUpdated: { id: string; status: string } }>(PAYMENTS, {
      cardId: card.id,
    });
    const transactions = client.subscribe<{ transactionUpdated: { id: string; status: string } }>(TRANSACTIONS, {
      accountId: card.accountId,
    });
    const customers = client.subscribe(CUSTOMERS, { customerId: jonas.customer.id });
    await running(3);
    const caller = await asStaff();
    const payment = { cardId: card.id, amount: '12.50', currency: 'EUR', capture: true };
    const { authorisation } = await gateway.mutate(op.SimulateCardAuthorisationDocument, payment, caller);
    await eventually(
      () =>
        authorisations.received.at(-1)?.data?.authorisationUpdated.status === 'CAPTURED' &&
        transactions.received.at(-1)?.data?.transactionUpdated.status === 'PROCESSED',
    );
    expect(transactions.received.at(-1)?.data?.transactionUpdated.id).toBe(authorisation?.id);
    await gateway.mutate(op.DeactivateCustomerDocument, { customerId: jonas.customer.id }, caller);
    await customers.until(1);
    expect(customers.received[0]).toEqual({ data: { customerUpdated: { id: jonas.customer.id, status: 'INACTIVE' } } });
    await gateway.mutate(op.ActivateCustomerDocument, { customerId: jonas.customer.id }, caller);
    await client.close();
    await reset();
  });

  it('show a limited caller its own only: foreign IDs are as silent as those that do not exist', async () => {
    const card = active(amelia);
    const own = await issuer.issue({ customerId: amelia.customer.id });
    const other = await issuer.issue({ customerId: jonas.customer.id });
    const ours = createLiveClient({ url: gateway.url, token: own });
    const theirs = createLiveClient({ url: gateway.url, token: other });
    const mine = [
      ours.subscribe<CardEvent>(CARD),
      ours.subscribe<CardEvent>(CARDS, { accountId: card.accountId }),
      ours.subscribe<CardEvent>(CARD, { cardId: card.id }),
    ];
    const foreign = [
      theirs.subscribe(CARD),
      theirs.subscribe(CARD, { cardId: card.id }),
      theirs.subscribe(CARDS, { accountId: card.accountId }),
      theirs.subscribe(ACCOUNTS),
      theirs.subscribe(ACCOUNTS, { customerId: amelia.customer.id }),
      theirs.subscribe(ACCOUNTS, { accountId: card.accountId }),
      theirs.subscribe(CUSTOMERS),
      theirs.subscribe(CUSTOMERS, { customerId: amelia.customer.id }),
      theirs.subscribe(CARD, { cardId: randomUUID() }),
    ];
    await running(mine.length + foreign.length);
    const caller = await asStaff();
    await gateway.mutate(op.DeactivateAccountDocument, { accountId: card.accountId }, caller);
    await gateway.mutate(op.DeactivateCustomerDocument, { customerId: amelia.customer.id }, caller);
    await gateway.mutate(op.ActivateCustomerDocument, { customerId: amelia.customer.id }, caller);
    await gateway.mutate(op.ActivateAccountDocument, { accountId: card.accountId }, caller);
    await gateway.mutate(op.ActivateCardDocument, { cardId: card.id }, caller);
    await Promise.all(mine.map((one) => eventually(() => one.received.at(-1)?.data?.cardUpdated.status === 'ACTIVE')));
    await gateway.sandbox.webhooksIdle();
    // A sign from a later event of their own: what came before it would have been here.
    const sign = theirs.subscribe<CardEvent>(CARD, { cardId: active(jonas).id });
    await running(mine.length + foreign.length + 1);
    await gateway.mutate(op.DeactivateCardDocument, { cardId: active(jonas).id }, caller);
    await sign.until(1);
    await gateway.mutate(op.ActivateCardDocument, { cardId: active(jonas).id }, caller);
    await sign.until(2);
    const [all, ...rest] = foreign;
    expect(all?.received.map(({ data }) => (data as CardEvent).cardUpdated.id)).toEqual([
      active(jonas).id,
      active(jonas).id,
    ]);
    expect(rest.map(({ received, ended }) => [received, ended])).toEqual(rest.map(() => [[], []]));
    await Promise.all([ours.close(), theirs.close()]);
    await reset();
  });

  it('cost the API one read for an event, however many watch, and none while nobody does', async () => {
    const card = active(jonas);
    const caller = await asStaff();
    await gateway.sandbox.webhooksIdle();
    const clients = await Promise.all(Array.from({ length: 10 }, () => openSocket()));
    const many = clients.flatMap((client) => Array.from({ length: 20 }, () => client.subscribe<CardEvent>(CARD)));
    await running(200);
    const calls = await gateway.callsOf(async () => {
      await gateway.mutate(op.DeactivateCardDocument, { cardId: card.id }, caller);
      await Promise.all(many.map((one) => one.until(1)));
      await gateway.sandbox.webhooksIdle();
    });
    // One for the mutation's own event, one for that of the webhook, which is no news.
    expect(calls['GET /cards/{cardId}'] ?? 0).toBeLessThanOrEqual(2);
    await Promise.all(clients.map((client) => client.close()));
    await reset();
    const quiet = await gateway.callsOf(async () => {
      await gateway.mutate(op.ActivateCardDocument, { cardId: card.id }, caller);
      await gateway.sandbox.webhooksIdle();
    });
    expect(quiet).toEqual({ 'PATCH /cards/{cardId}/activate': 1 });
  });

  describe('refuse', () => {
    /** The errors of a subscription that does not begin. */
    async function refusalOf(query: string, variables: object = {}, token?: string) {
      const client = await openSocket(token ?? null);
      const one = client.subscribe(query, variables as Record<string, unknown>);
      await eventually(() => one.ended.length > 0 || one.received.length > 0);
      await client.close();
      return one.ended.length > 0 ? one.ended[0] : one.received[0]?.errors;
    }

    it.each<[string, string, object, string, RegExp]>([
      ['a query', '{ viewer { subject } }', {}, 'OPERATION_RESOLUTION_FAILURE', /query has to be sent to \/graphql/],
      [
        'a mutation',
        'mutation ($input: CardActionInput!) { terminateCard(input: $input) { card { id } } }',
        { input: { cardId: randomUUID() } },
        'OPERATION_RESOLUTION_FAILURE',
        /mutation has to be sent/,
      ],
      ['what does not parse', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
      ['an unknown field', 'subscription { cardUpdated { pin } }', {}, 'GRAPHQL_VALIDATION_FAILED', /pin/],
      [
        'two fields at once',
        'subscription { cardUpdated { id } accountUpdated { id } }',
        {},
        'GRAPHQL_VALIDATION_FAILED',
        /only one/,
      ],
      [
        'what is nested too deep',
        `subscription { cardUpdated { ${'account { cards { '.repeat(9)} id ${'} }'.repeat(9)} } }`,
        {},
        'OPERATION_TOO_COMPLEX',
        /fields below each other than the 16 allowed/,
      ],
      ['an argument that is no ID', CARD, { cardId: 'card-1' }, 'BAD_USER_INPUT', /"cardId" has to be a UUID/],
      [
        'a variable of another type',
        CARD,
        { cardId: { a: '4242424242424242' } },
        'BAD_USER_INPUT',
        /it is not a valid ID/,
      ],
    ])('%s', async (_what, query, variables, code, message) => {
      const errors = await refusalOf(query, variables);
      expect(errors).toEqual([
        expect.objectContaining({
          message: expect.stringMatching(message),
          extensions: expect.objectContaining({ code, requestId: expect.any(String) }),
        }),
      ]);
      expect(JSON.stringify(errors)).not.toContain('4242424242424242');
    });

    it('a subscription without its scope', async () => {
      const token = await issuer.issue({ scopes: ['programme', 'accounts:read'] });
      expect(await refusalOf(CARD, {}, token)).toMatchObject([
        { message: 'This needs the scope "cards:read".', extensions: { code: 'FORBIDDEN' } },
      ]);
    });

    it.each([
      ['no token', null],
      ['a token that is none', 'nonsense'],
    ])('a connection with %s', async (_what, token) => {
      const closed: unknown[] = [];
      const client = createLiveClient({ url: gateway.url, token, onClosed: (event) => closed.push(event) });
      client.subscribe(CARD);
      await eventually(() => closed.length > 0);
      expect(closed[0]).toMatchObject({ code: 4403 });
      const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
      const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      const body = JSON.stringify({ query: CARD });
      const response = await fetch(`${gateway.url}/graphql/stream`, {
        method: 'POST',
        headers: { ...headers, ...authorization },
        body,
      });
      expect([response.status, response.headers.get('www-authenticate')?.startsWith('Bearer')]).toEqual([401, true]);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    });

    it('a connection for a reason that is longer than a close frame', async () => {
      const claim = `https://example.com/${'wallet-'.repeat(9)}/offblocks_customer_id`;
      const strict = await startTestGateway({ env: { ...issuer.env, AUTH_CUSTOMER_CLAIM: claim } });
      const closed: { code: number; reason: string }[] = [];
      const token = await issuer.issue({ scopes: ['cards:read'] });
      const onClosed = (event: unknown) => closed.push(event as (typeof closed)[number]);
      createLiveClient({ url: strict.url, token, onClosed }).subscribe(CARD);
      await eventually(() => closed.length > 0);
      expect(closed[0]?.code).toBe(4403);
      expect(closed[0]?.reason).toMatch(/^The access token needs a customer ID in the claim https:/);
    });

    it('pages of other origins, and no others', async () => {
      const open = async (origin: string | undefined) => {
        const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
          ...(origin && { headers: { origin } }),
        });
        const result = await Promise.race([
          once(socket, 'open').then(() => 'open'),
          once(socket, 'unexpected-response').then(([, response]) => response.statusCode),
        ]);
        socket.on('error', () => {});
        socket.terminate();
        return result;
      };
      expect(await open(undefined)).toBe('open');
      expect(await open(gateway.url)).toBe('open');
      expect(await open('https://app.example.com')).toBe('open');
      for (const origin of ['https://evil.example', 'null', 'https://app.example.com.evil.example'])
        expect([origin, await open(origin)]).toEqual([origin, 403]);
      const response = await fetch(`${gateway.url}/graphql/stream`, {
        headers: { origin: 'https://evil.example', accept: 'text/event-stream' },
      });
      expect(response.status).toBe(403);
    });

    it('other paths, other subprotocols, and what is no message', async () => {
      const base = gateway.url.replace('http', 'ws');
      const closeCode = async (path: string, protocol: string, say?: string) => {
        const socket = new WebSocket(`${base}${path}`, protocol);
        socket.on('error', () => {});
        if (say !== undefined) socket.once('open', () => socket.send(say));
        return new Promise<unknown>((resolve) => {
          socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
          socket.once('close', (code) => resolve(code));
        });
      };
      expect(await closeCode('/graphql/other', 'graphql-transport-ws')).toBe(404);
      expect(await closeCode('/graphql', 'graphql-transport-ws', 'nonsense')).toBe(4400);
      expect(
        await closeCode('/graphql', 'graphql-transport-ws', `{"type":"ping","payload":{"x":"${'x'.repeat(100_001)}"}}`),
      ).toBe(1009);
      const early = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: CARD } });
      expect(await closeCode('/graphql', 'graphql-transport-ws', early)).toBe(4401);
    });

    it('server-sent events that nobody asked for, and operations that cannot run there', async () => {
      const authorization = `Bearer ${await staff()}`;
      const post = (body: unknown, headers: Record<string, string> = {}) =>
        fetch(`${gateway.url}/graphql/stream`, {
          method: 'POST',
          headers: { authorization, accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        });
      expect((await post({ query: CARD }, { accept: 'application/json' })).status).toBe(406);
      const refused = await post({ query: '{ viewer { subject } }' });
      expect([refused.status, await refused.json()]).toMatchObject([
        400,
        { errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }] },
      ]);
      for (const body of [{}, [], [{ query: CARD }], { query: CARD, variables: 'x' }]) {
        const answer = await post(body);
        const requestId = answer.headers.get('x-request-id');
        const { errors } = (await answer.json()) as { errors: unknown[] };
        expect([answer.status, errors]).toMatchObject([400, [{ extensions: { code: 'BAD_REQUEST', requestId } }]]);
      }
      expect((await fetch(`${gateway.url}/graphql/stream`, { method: 'PUT', headers: { authorization } })).status).toBe(
        405,
      );
    });
  });

  it('carry the ID of their request in what they refuse, before the stream begins and in it', async () => {
    const headers = {
      authorization: `Bearer ${await staff()}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    };
    for (const query of ['subscription { nonsense }', 'subscription { cardUpdated(cardId: "x") { id } }']) {
      const body = JSON.stringify({ query });
      const answer = await fetch(`${gateway.url}/graphql/stream`, { method: 'POST', headers, body });
      expect(await answer.text()).toContain(`"requestId":"${answer.headers.get('x-request-id')}"`);
    }
  });

  it('end with the access token, in a way that clients come back with another', async () => {
    const card = active(amelia);
    const short = () => issuer.issue({ lifetimeSeconds: 4 });
    const closed: unknown[] = [];
    let token = await short();
    let connections = 0;
    const client = createLiveClient({
      url: gateway.url,
      token: () => token,
      retryAttempts: 5,
      onClosed: (event) => closed.push(event),
      onConnected: () => {
        connections += 1;
      },
    });
    const events = client.subscribe<CardEvent>(CARD, { cardId: card.id });
    const stream = await fetch(
      `${gateway.url}/graphql/stream?query=${encodeURIComponent('subscription { cardUpdated { id } }')}`,
      {
        headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
      },
    );
    const ended = stream.text();
    await eventually(() => connections === 1);
    token = await staff();
    await eventually(() => connections === 2);
    expect(closed[0]).toMatchObject({ code: 4403, reason: 'The access token has expired.' });
    expect(await ended).not.toContain('complete');
    await running(1);
    await gateway.mutate(op.DeactivateCardDocument, { cardId: card.id }, await asStaff());
    await events.until(1);
    await gateway.mutate(op.ActivateCardDocument, { cardId: card.id }, await asStaff());
    await events.until(2);
    await client.close();
    await reset();
  });

  it('tell in metrics who is connected and what was sent, and in no log a token or an entity', async () => {
    const client = await openSocket();
    client.subscribe(CARD);
    await running(1);
    expect(await gateway.metricValue('gateway_live_connections', { transport: 'websocket' })).toBe(1);
    expect(await gateway.metricValue('gateway_live_deliveries_total', { result: 'sent' })).toBeGreaterThan(200);
    expect(await gateway.metricValue('gateway_live_events_total', { result: 'unchanged' })).toBeGreaterThan(0);
    await client.close();
    await eventually(async () => (await gateway.metricValue('gateway_live_connections')) === 0);
    expect(gateway.logs.join('\n')).not.toMatch(/eyJ|billingAddress|maskedPan/);
    await reset();
  });
});

describe('the bounds of live connections', () => {
  it('are of one caller, of one connection, and of those who have not shown a token', async () => {
    const gateway = await launchWithStreamLimits({
      connectionsPerPrincipal: 2,
      subscriptionsPerConnection: 2,
    });
    const token = await gateway.token();
    const closed: unknown[] = [];
    const open = () => createLiveClient({ url: gateway.url, token, onClosed: (event) => closed.push(event) });
    const [first, second, third] = [open(), open(), open()];
    const begun = [first.subscribe(CARD), first.subscribe(CARD), second.subscribe(CARD)];
    await eventually(async () => (await gateway.subscribers()) === 3);
    const tooMany = first.subscribe(CARD);
    await eventually(() => tooMany.ended.length > 0);
    expect(tooMany.ended[0]).toMatchObject([{ message: 'A connection can have 2 subscriptions.' }]);
    third.subscribe(CARD);
    await eventually(() => closed.length > 0);
    expect(closed[0]).toMatchObject({ code: 1013 });
    const stream = await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: CARD }),
    });
    expect([stream.status, stream.headers.get('retry-after')]).toEqual([429, '5']);
    expect(begun.flatMap(({ ended }) => ended)).toEqual([]);
    await Promise.all([first.close(), second.close(), third.close()]);
  });

  it('give those who have not shown a token a few places for each address, and not for long', async () => {
    const gateway = await launchWithStreamLimits({ connectionsPerAddress: 3, initTimeoutMs: 1_500 });
    const silent = Array.from(
      { length: 4 },
      () => new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'),
    );
    const ends = await Promise.all(
      silent.map(
        (socket) =>
          new Promise((resolve) => {
            socket.on('error', () => {});
            socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
            socket.once('close', (code) => resolve(code));
          }),
      ),
    );
    expect(ends.sort()).toEqual([429, 4408, 4408, 4408]);
  });

  it('cut off a client that does not read: it cannot hold memory, and disturbs nobody', async () => {
    const gateway = await launchWithStreamLimits({ keepAliveMs: 2_000 });
    const token = await gateway.token();
    const deaf = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      autoPong: false,
    });
    await once(deaf, 'open');
    deaf.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    await once(deaf, 'message');
    deaf.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: CARD } }));
    await eventually(async () => (await gateway.subscribers()) === 1);
    deaf.pause();
    deaf.on('error', () => {});
    await eventually(async () => (await gateway.subscribers()) === 0);
    deaf.terminate();
  });
});

describe('a gateway that ends', () => {
  it('sends its clients away with a reason that they come back after, and ends at once', async () => {
    const gateway = await startTestGateway();
    const token = await gateway.token();
    const closed: unknown[] = [];
    const client = createLiveClient({ url: gateway.url, token, onClosed: (event) => closed.push(event) });
    client.subscribe(CARD);
    const stream = await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: CARD }),
    });
    await eventually(async () => (await gateway.metricValue('gateway_live_subscribers')) === 2);
    await gateway.close();
    expect(closed[0]).toMatchObject({ code: 1012, reason: 'The gateway is restarting.' });
    expect(await stream.text()).not.toContain('complete');
  });

  it('does not wait for a client that has turned from a stream and would keep its connection', async () => {
    const gateway = await startTestGateway();
    const headers = {
      authorization: `Bearer ${await gateway.token()}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    };
    const stream = await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: CARD }),
    });
    expect(stream.headers.get('connection')).toBe('close');
    await stream.body?.cancel();
    const startedAt = performance.now();
    await gateway.close();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
