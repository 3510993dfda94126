import { Pool } from 'undici';
import type { State } from './history.js';

/** What came back from one read: how many fields of the query's root were asked for, and every register that was seen. */
export interface Observation {
  rootFields: number;
  seen: readonly { register: string; saw: State; via: string }[];
}

/** An answer that is not what a client may expect while the API is well. */
export class FailedRequest extends Error {}

/** The operations of the workload, sent to one gateway over HTTP. Each throws `FailedRequest` for any answer with an error. */
export interface WorkloadClient {
  readonly gateway: string;
  /** `card(id)` for each ID, in one request. */
  readCards(ids: readonly string[]): Promise<Observation>;
  /** `account(id) { cards }` for each ID, in one request. */
  readAccounts(ids: readonly string[]): Promise<Observation>;
  /** One page of `cards`; with `among`, only those that are ACTIVE are asked for, so that the others are known as INACTIVE. */
  readList(among?: readonly string[]): Promise<Observation>;
  /** Activates or deactivates; returns the state after it. */
  writeCard(id: string, status: 'ACTIVE' | 'INACTIVE'): Promise<State>;
  metrics(): Promise<string>;
  close(): Promise<void>;
}

interface CardData {
  id: string;
  status: string;
  updatedAt: string;
}

export const LARGEST_PAGE = 100;
const REQUEST_TIMEOUT_MS = 20_000;
const CARD = '{ id status updatedAt }';
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const arguments_ = (count: number) => range(count).map((index) => `$id${index}: ID!`);
const variablesOf = (ids: readonly string[]) => Object.fromEntries(ids.map((id, index) => [`id${index}`, id]));

function cardsQuery(count: number): string {
  return `query Cards(${arguments_(count)}) { ${range(count).map((index) => `c${index}: card(id: $id${index}) ${CARD}`)} }`;
}

function accountsQuery(count: number): string {
  const fields = range(count).map((index) => `a${index}: account(id: $id${index}) { id cards ${CARD} }`);
  return `query Accounts(${arguments_(count)}) { ${fields} }`;
}

const LIST_QUERY = `query List { cards(first: ${LARGEST_PAGE}) { nodes ${CARD} } }`;
const ACTIVE_QUERY = `query Active { cards(first: ${LARGEST_PAGE}, filter: { status: [ACTIVE] }) { nodes ${CARD} } }`;
const writeMutation = (field: string) =>
  `mutation Write($id: ID!) { write: ${field}(input: { cardId: $id }) { card ${CARD} userErrors { code } } }`;
const MUTATIONS = { ACTIVE: writeMutation('activateCard'), INACTIVE: writeMutation('deactivateCard') } as const;

export const stateOf = ({ status, updatedAt }: CardData): State => ({ status, version: updatedAt });

export function createWorkloadClient({ url, token }: { url: string; token: string }): WorkloadClient {
  const pool = new Pool(url, {
    connections: 64,
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
  });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };

  async function post<T>(query: string, variables: object): Promise<T> {
    const { statusCode, body } = await pool
      .request({ method: 'POST', path: '/graphql', headers, body: JSON.stringify({ query, variables }) })
      .catch((cause: unknown) => {
        throw new FailedRequest(`no answer: ${(cause as Error).message}`, { cause });
      });
    const text = await body.text();
    const answer = statusCode === 200 ? (JSON.parse(text) as { data?: T; errors?: unknown }) : {};
    if (!answer.data || answer.errors) throw new FailedRequest(`${statusCode} ${text.slice(0, 500)}`);
    return answer.data;
  }

  function seenIn(cards: readonly (CardData | null)[], via: string) {
    return cards.map((card) => {
      if (!card) throw new FailedRequest(`a card is missing (${via})`);
      return { register: card.id, saw: stateOf(card), via };
    });
  }

  return {
    gateway: url,
    async readCards(ids) {
      const data = await post<Record<string, CardData | null>>(cardsQuery(ids.length), variablesOf(ids));
      return { rootFields: ids.length, seen: seenIn(Object.values(data), 'card') };
    },
    async readAccounts(ids) {
      const data = await post<Record<string, { cards: CardData[] | null } | null>>(
        accountsQuery(ids.length),
        variablesOf(ids),
      );
      const cards = Object.values(data).flatMap((account) => account?.cards ?? [null]);
      return { rootFields: ids.length, seen: seenIn(cards, 'account') };
    },
    async readList(among) {
      const query = among ? ACTIVE_QUERY : LIST_QUERY;
      const { cards } = await post<{ cards: { nodes: CardData[] } }>(query, {});
      const seen = seenIn(cards.nodes, among ? 'cards(ACTIVE)' : 'cards');
      const present = new Set(cards.nodes.map(({ id }) => id));
      const absent = (among ?? []).filter((id) => !present.has(id));
      const left = absent.map((register) => ({ register, saw: { status: 'INACTIVE' }, via: 'cards(ACTIVE), absent' }));
      return { rootFields: 1, seen: [...seen, ...left] };
    },
    async writeCard(id, status) {
      const { write } = await post<{ write: { card: CardData | null; userErrors: { code: string }[] } }>(
        MUTATIONS[status],
        { id },
      );
      if (!write.card || write.userErrors.length > 0) {
        throw new FailedRequest(`write refused: ${write.userErrors.map(({ code }) => code)}`);
      }
      return stateOf(write.card);
    },
    async metrics() {
      const { body } = await pool.request({ method: 'GET', path: '/metrics' });
      return body.text();
    },
    close: () => pool.close(),
  };
}
