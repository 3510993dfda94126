import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { CardEvent } from './subscribers.js';

export const SECRET = 'secret-of-the-live-updates-bench';

export interface CardRef {
  id: string;
  accountId: string;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Sends deliveries on schedule, whether or not earlier ones were answered. Milliseconds from when each was due to its answer. */
export async function sendDeliveries(options: {
  url: string;
  cards: readonly CardRef[];
  count: number;
  perSecond: number;
}): Promise<{ waits: number[]; refused: number }> {
  const { url, cards, count, perSecond } = options;
  const pool = new Pool(url, { connections: 16 });
  const waits: number[] = [];
  let refused = 0;
  const startedAt = performance.now();
  const running = Array.from({ length: count }, async (_, index) => {
    const dueAt = startedAt + (index * 1_000) / perSecond;
    await pause(dueAt - performance.now());
    if ((await deliver(pool, cards[index % cards.length] as CardRef)) !== 204) refused += 1;
    waits.push(performance.now() - dueAt);
  });
  await Promise.all(running);
  await pool.close();
  return { waits, refused };
}

async function deliver(pool: Pool, { id, accountId }: CardRef): Promise<number> {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: `/webhooks/offblocks/${SECRET}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ webhookType: 'card.updated', eventId: randomUUID(), id, accountId }),
  });
  await body.dump();
  return statusCode;
}

/**
 * A card changes at the API, one gateway gets the webhook: milliseconds from sending that until a query through another
 * gateway shows the change, and until a subscriber there is told.
 */
export async function measureArrival(options: {
  receiver: string;
  reader: string;
  adminUrl: string;
  token: string;
  card: CardRef;
  rounds: number;
  events: CardEvent[];
}): Promise<{ toQuery: number[]; toSubscriber: number[] }> {
  const { receiver, reader, adminUrl, token, card, rounds, events } = options;
  const [to, from, admin] = [receiver, reader, adminUrl].map((url) => new Pool(new URL(url).origin)) as [
    Pool,
    Pool,
    Pool,
  ];
  const toQuery: number[] = [];
  const toSubscriber: number[] = [];

  async function statusThere(): Promise<string> {
    const { body } = await from.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: 'query ($id: ID!) { card(id: $id) { status } }', variables: { id: card.id } }),
    });
    return ((await body.json()) as { data: { card: { status: string } } }).data.card.status;
  }

  for (let round = 0; round < rounds; round += 1) {
    const [act, status] = round % 2 === 0 ? ['suspend', 'SUSPENDED'] : ['lift', 'ACTIVE'];
    await statusThere();
    const { statusCode, body } = await admin.request({
      method: 'POST',
      path: `${new URL(adminUrl).pathname.replace(/\/$/, '')}/cards/${card.id}/${act}`,
    });
    await body.dump();
    if (statusCode >= 300) throw new Error(`the sandbox answered ${statusCode}`);
    const sentAt = performance.now();
    const delivered = deliver(to, card);
    while ((await statusThere()) !== status) await pause(1);
    toQuery.push(performance.now() - sentAt);
    await delivered;
    while (events.at(-1)?.status !== status) await pause(1);
    toSubscriber.push((events.at(-1)?.at ?? 0) - sentAt);
  }
  await Promise.all([to.close(), from.close(), admin.close()]);
  return { toQuery, toSubscriber };
}
