import { randomUUID } from 'node:crypto';
import { request } from 'undici';

/** What one request to create a card came to: the card, the code of its user error or error, or that nothing came back. */
export type CardAnswer =
  | { kind: 'card'; id: string; accountId: string; isReplayed: boolean }
  | { kind: 'refused'; code: string }
  | { kind: 'open'; code: string };

export interface CardOrder {
  accountId: string;
  key: string;
  city?: string;
}

/** A caller of gateways, as an app would be one. */
export interface Client {
  createCard(gateway: { url: string }, order: CardOrder): Promise<CardAnswer>;
  /** As an app should: the same again, on each of the gateways in turn, until the answer is final. */
  createCardForSure(gateways: readonly { url: string }[], order: CardOrder): Promise<CardAnswer>;
  mutationOutcome(gateway: { url: string }, key: string): Promise<{ state: string; entityId: string | null } | null>;
  cardsOf(gateway: { url: string }, accountId: string): Promise<string[]>;
  /** An account that is ACTIVE, without cards. */
  openAccount(gateway: { url: string }): Promise<string>;
}

/** Codes that leave it open whether it was done, or ask to try again: the same key again is what helps. */
const OPEN_CODES = new Set([
  'OUTCOME_UNKNOWN',
  'IDEMPOTENCY_KEY_IN_FLIGHT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
]);
const MOST_ATTEMPTS = 40;
const PAUSE_MS = 150;
const REQUEST_TIMEOUT_MS = 30_000;

const CREATE_CARD = `mutation CreateCard($input: CreateCardInput!) {
  createCard(input: $input) { card { id accountId } userErrors { code } idempotency { replayed } }
}`;
const OUTCOME = 'query Outcome($key: UUID!) { mutationOutcome(idempotencyKey: $key) { state entityId } }';
const CARDS = 'query Cards($id: ID!) { account(id: $id) { cards { id } } }';
const OWNER = '{ customers(first: 1, filter: { status: [ACTIVE] }) { nodes { id chainId } } }';
const CREATE_ACCOUNT = `mutation CreateAccount($input: CreateAccountInput!) {
  createAccount(input: $input) { account { id } challenge { value } userErrors { code } }
}`;
const SIGN = `mutation Sign($input: SignAccountChallengeInput!) {
  signAccountChallenge(input: $input) { account { id status } userErrors { code } }
}`;
const WALLET_SIGNATURE = `0x${'5a'.repeat(65)}`;

interface Body<T> {
  data?: T | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

interface CreateCardData {
  createCard: {
    card: { id: string; accountId: string } | null;
    userErrors: { code: string }[];
    idempotency: { replayed: boolean };
  };
}
interface CreateAccountData {
  createAccount: { account: { id: string } | null; challenge: { value: string } | null };
}
interface SignData {
  signAccountChallenge: { account: { status: string } | null };
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function createClient(token: string): Client {
  async function post<T>({ url }: { url: string }, query: string, variables: object): Promise<Body<T>> {
    const { body } = await request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
      headersTimeout: REQUEST_TIMEOUT_MS,
      bodyTimeout: REQUEST_TIMEOUT_MS,
    });
    return (await body.json()) as Body<T>;
  }

  async function createCard(gateway: { url: string }, order: CardOrder): Promise<CardAnswer> {
    const { accountId, key, city = 'Paris' } = order;
    const billingAddress = { firstLine: '12 Rue de la Paix', city, country: 'FR', postCode: '75002' };
    let answer: Body<CreateCardData>;
    try {
      answer = await post(gateway, CREATE_CARD, {
        input: { accountId, type: 'VIRTUAL', billingAddress, idempotencyKey: key },
      });
    } catch (error) {
      return { kind: 'open', code: (error as { code?: string }).code ?? 'no answer' };
    }
    const payload = answer.data?.createCard;
    if (payload?.card) return { kind: 'card', ...payload.card, isReplayed: payload.idempotency.replayed };
    const code = payload?.userErrors[0]?.code ?? answer.errors?.[0]?.extensions?.code ?? 'card could not be read';
    return OPEN_CODES.has(code) ? { kind: 'open', code } : { kind: 'refused', code };
  }

  /** Without faults; throws for anything but success. */
  async function need<T>(gateway: { url: string }, query: string, variables: object): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const { data, errors } = await post<T>(gateway, query, variables);
      if (data && !errors) return data;
      if (attempt === MOST_ATTEMPTS) throw new Error(`set-up failed: ${errors?.[0]?.message}`);
      await sleep(PAUSE_MS);
    }
  }

  return {
    createCard,
    async createCardForSure(gateways, order) {
      for (let attempt = 0; ; attempt += 1) {
        const answer = await createCard(gateways[attempt % gateways.length] as { url: string }, order);
        if (answer.kind !== 'open' || attempt === MOST_ATTEMPTS) return answer;
        await sleep(PAUSE_MS);
      }
    },
    async mutationOutcome(gateway, key) {
      type Outcome = { mutationOutcome: { state: string; entityId: string | null } | null };
      return (await need<Outcome>(gateway, OUTCOME, { key })).mutationOutcome;
    },
    async cardsOf(gateway, id) {
      const { account } = await need<{ account: { cards: { id: string }[] } }>(gateway, CARDS, { id });
      return account.cards.map((card) => card.id);
    },
    async openAccount(gateway) {
      type Owners = { customers: { nodes: { id: string; chainId: string }[] } };
      const [owner] = (await need<Owners>(gateway, OWNER, {})).customers.nodes;
      if (!owner) throw new Error('the sandbox has no active customer');
      const account = { customerId: owner.id, type: 'CARD_ACCOUNT', currencies: ['EUR'], idempotencyKey: randomUUID() };
      const { createAccount } = await need<CreateAccountData>(gateway, CREATE_ACCOUNT, { input: account });
      const accountId = createAccount.account?.id ?? '';
      const proof = { accountId, ownerId: owner.chainId, signature: WALLET_SIGNATURE };
      const input = { ...proof, challenge: createAccount.challenge?.value, idempotencyKey: randomUUID() };
      const { signAccountChallenge } = await need<SignData>(gateway, SIGN, { input });
      if (signAccountChallenge.account?.status !== 'ACTIVE') throw new Error('the account did not become ACTIVE');
      return accountId;
    },
  };
}
