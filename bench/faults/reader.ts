import { Pool } from 'undici';

/** What became of one operation. `refused`: HTTP 503. `failed`: any other answer with an error. `dropped`: none at all. */
export type Outcome = 'ok' | 'failed' | 'refused' | 'dropped';

/** Asks one gateway for cards, as many at a time as there are. */
export interface Reader {
  readonly url: string;
  /** One card, the next each time. */
  read(): Promise<Outcome>;
  /** A page of a hundred cards. */
  list(): Promise<Outcome>;
  /** Activates or deactivates a card. An outcome that nobody knows is a good answer: it is true. */
  act(): Promise<Outcome>;
  isReady(): Promise<boolean>;
  /** The sum of the series of a metric whose labels contain `labels` and not `except`. */
  metric(name: string, labels?: string, except?: string): Promise<number>;
  close(): Promise<void>;
}

/** Thrown by `read` where nobody listens: the one case in which a load balancer goes elsewhere. */
export class RefusedConnection extends Error {}

const CARD = '{ id status type name maskedPan createdAt updatedAt billingAddress { firstLine city country postCode } }';
const ACT = 'mutation ($input: CardActionInput!) { deactivateCard(input: $input) { userErrors { code } } }';

/** So many clients; what exceeds them waits in this program. */
const CONNECTIONS = 1_500;

export function createReader({
  url,
  token,
  cardIds,
}: {
  url: string;
  token: string;
  cardIds: readonly string[];
}): Reader {
  const pool = new Pool(url, {
    connections: CONNECTIONS,
    connectTimeout: 60_000,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const reads = cardIds.map((id) => JSON.stringify({ query: `{ card(id: "${id}") { id status maskedPan } }` }));
  const page = JSON.stringify({ query: `{ cards(first: 100) { totalCount nodes ${CARD} } }` });
  const acts = cardIds.map((id) => JSON.stringify({ query: ACT, variables: { input: { cardId: id } } }));
  let turn = 0;
  const next = (bodies: readonly string[]) => bodies[turn++ % bodies.length] ?? '';

  async function ask(body: string): Promise<Outcome> {
    try {
      const answer = await pool.request({ method: 'POST', path: '/graphql', headers, body });
      const text = await answer.body.text();
      if (answer.statusCode === 503) return 'refused';
      return answer.statusCode === 200 && !text.includes('"errors"') ? 'ok' : 'failed';
    } catch (error) {
      if ((error as { code?: string }).code === 'ECONNREFUSED') throw new RefusedConnection();
      return 'dropped';
    }
  }

  return {
    url,
    read: () => ask(next(reads)),
    list: () => ask(page),
    act: () => ask(next(acts)),
    async isReady() {
      try {
        const { statusCode, body } = await pool.request({ method: 'GET', path: '/health/ready' });
        await body.dump();
        return statusCode === 200;
      } catch {
        return false;
      }
    },
    async metric(name, labels = '', except = '\n') {
      const { body } = await pool.request({ method: 'GET', path: '/metrics' });
      return (await body.text())
        .split('\n')
        .filter((line) => line.startsWith(name) && line.includes(labels) && !line.includes(except))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    close: () => pool.destroy(),
  };
}
