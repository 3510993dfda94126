import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { startRedisServer } from '../../test/support/redis.js';
import { type Cluster, startCluster } from '../consistency/cluster.js';
import { percentile } from '../redis-faults/latency.js';
import { type CardRef, measureArrival, SECRET, sendDeliveries } from './deliveries.js';
import { figuresOf, untilConnections, untilSubscribers } from './node-figures.js';
import { type CardEvent, subscribe, subscribeAndStopReading } from './subscribers.js';

const USAGE = `Usage: node bench/live-updates/main.js [options]

Two gateways on one Redis. How fast a webhook is acknowledged, how fast its change shows through the other gateway, to queries and
to a subscriber, and what subscribers cost: memory of each, growth over many events, and one that never reads.

  --deliveries N      webhooks for the time to acknowledge (10000)
  --per-second N      of them (200)
  --rounds N          changes for the time to arrive (300)
  --subscribers N     on one gateway, each with a connection of its own (1000)
  --events N          changes while they watch (10000)
`;

const say = (line: string) => process.stdout.write(`${line}\n`);
const inMs = (values: readonly number[]) =>
  [0.5, 0.99, 1].map((share) => (percentile(values, share) ?? Number.NaN).toFixed(1)).join(' / ');
const inKb = (bytes: number) => (bytes / 1_024).toFixed(1);

async function cardsOf({ gateways, token }: Cluster): Promise<CardRef[]> {
  const pool = new Pool(gateways[0]?.url ?? '');
  const query = '{ cards(first: 100, filter: { status: [ACTIVE] }) { nodes { id account { id } } } }';
  const { body } = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  type Answer = { data: { cards: { nodes: { id: string; account: { id: string } }[] } } };
  const { data } = (await body.json()) as Answer;
  await pool.close();
  return data.cards.nodes.map(({ id, account }) => ({ id, accountId: account.id }));
}

/** Changes cards through a gateway, some at a time, each back and forth. */
async function changeCards(options: { url: string; token: string; cards: readonly CardRef[]; count: number }) {
  const { url, token, cards, count } = options;
  const pool = new Pool(url, { connections: 8 });
  let left = count;
  const change = async (card: CardRef) => {
    for (let turn = 0; left > 0; turn += 1) {
      left -= 1;
      const field = turn % 2 === 0 ? 'deactivateCard' : 'activateCard';
      const query = `mutation ($input: CardActionInput!) { ${field}(input: $input) { userErrors { code } } }`;
      const { body } = await pool.request({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables: { input: { cardId: card.id } } }),
      });
      await body.dump();
    }
  };
  await Promise.all(cards.slice(0, 8).map(change));
  await pool.close();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      deliveries: { type: 'string', default: '10000' },
      'per-second': { type: 'string', default: '200' },
      rounds: { type: 'string', default: '300' },
      subscribers: { type: 'string', default: '1000' },
      events: { type: 'string', default: '10000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const [deliveries, perSecond, rounds, subscribers, events] = [
    Number(values.deliveries),
    Number(values['per-second']),
    Number(values.rounds),
    Number(values.subscribers),
    Number(values.events),
  ] as const;
  const redis = await startRedisServer();
  const env = { WEBHOOK_SECRET: SECRET, WEBHOOK_RATE_LIMIT: '100000' };
  const cluster = await startCluster({ cards: 1_000, redisPort: redis.port, env });
  try {
    const [here, there] = cluster.gateways.map(({ url }) => url) as [string, string];
    // Until both trust their Redis.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const cards = await cardsOf(cluster);

    const { waits, refused } = await sendDeliveries({ url: here, cards, count: deliveries, perSecond });
    say(
      `acknowledged, ms (p50 / p99 / max): ${inMs(waits)}  ${deliveries} deliveries, ${perSecond}/s, ${refused} refused`,
    );

    const card = cards[0] as CardRef;
    const seen: CardEvent[] = [];
    const own = await subscribe({
      url: there,
      token: cluster.token,
      cardId: card.id,
      onEvent: (one) => seen.push(one),
    });
    await untilSubscribers(there, 1);
    const common = { receiver: here, reader: there, adminUrl: cluster.adminUrl, token: cluster.token };
    const { toQuery, toSubscriber } = await measureArrival({ ...common, card, rounds, events: seen });
    say(`webhook to fresh read on the other gateway, ms: ${inMs(toQuery)}  ${rounds} changes`);
    say(`webhook to subscriber on the other gateway, ms: ${inMs(toSubscriber)}`);
    await own.dispose();
    await untilSubscribers(there, 0);

    const before = await figuresOf(there);
    let received = 0;
    const clients = [];
    for (let number = 0; number < subscribers; number += 1) {
      const token = await cluster.issueToken(`subscriber-${number % 100}`);
      const cardId = (cards[number % cards.length] as CardRef).id;
      clients.push(await subscribe({ url: there, token, cardId, onEvent: () => (received += 1) }));
    }
    await untilSubscribers(there, subscribers);
    const with1 = await figuresOf(there);
    say(
      `memory of a subscriber, kB (heap / resident): ${inKb((with1.heapBytes - before.heapBytes) / subscribers)} / ` +
        `${inKb((with1.residentBytes - before.residentBytes) / subscribers)}  ${subscribers} connections`,
    );

    const deaf = await subscribeAndStopReading({ url: there, token: cluster.token });
    await untilSubscribers(there, subscribers + 1);
    await changeCards({ url: here, token: cluster.token, cards, count: Math.ceil(events / 2) });
    const half = await figuresOf(there);
    await changeCards({ url: here, token: cluster.token, cards, count: Math.floor(events / 2) });
    const after = await figuresOf(there);
    say(
      `heap, kB, before / after ${Math.ceil(events / 2)} / after ${events} events: ${inKb(with1.heapBytes)} / ` +
        `${inKb(half.heapBytes)} / ${inKb(after.heapBytes)}  ${received} sent`,
    );
    // Two signs of life that it does not answer, at most.
    const deadline = performance.now() + 45_000;
    const isGone = await untilConnections(there, subscribers, deadline);
    say(`a subscriber that never reads: ${isGone ? 'disconnected' : 'STILL CONNECTED'}`);
    deaf.terminate();
    await Promise.all(clients.map((client) => client.dispose()));
    if (refused > 0 || !isGone) process.exitCode = 1;
  } finally {
    await cluster.close();
    await redis.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});
