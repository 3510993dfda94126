import { bulkProgramme } from '../../test/support/demo-programme.js';
import type { History, Read, State, Write } from './history.js';
import { FailedRequest, LARGEST_PAGE, type Observation, type WorkloadClient } from './operations.js';

export type ReadKind = 'cards' | 'accounts' | 'list' | 'active-list';

/** Reads and writes random registers, and keeps what it sent, saw and when. Registers are the cards of a bulk programme. */
export interface Recorder {
  /** One request; rejects with `FailedRequest`, having recorded nothing. */
  read(client: WorkloadClient, read?: { kind?: ReadKind; including?: string }): Promise<Observation>;
  /**
   * Turns a card that nobody else is turning at the moment; returns its ID. Rejects with `FailedRequest`: the card is then
   * left alone, since nobody knows in which state it is.
   */
  write(client: WorkloadClient): Promise<string>;
  /** What was recorded since the start or the last `forget`. */
  history(): History;
  /** Begins a new history with the states as they are now. To be called while no write is under way. */
  forget(): void;
}

const KINDS: readonly ReadKind[] = [
  'cards',
  'cards',
  'cards',
  'cards',
  'cards',
  'accounts',
  'accounts',
  'list',
  'active-list',
];

export function createRecorder(settings: { cards: number; batchSize: number; random?: () => number }): Recorder {
  const { cards: size, batchSize, random = Math.random } = settings;
  if (size > LARGEST_PAGE)
    throw new Error(`a list read has to show every card, so there can be ${LARGEST_PAGE} at most`);
  const { cards, accounts } = bulkProgramme(size);
  const cardIds = cards.map(({ id }) => id);
  const accountIds = accounts.map(({ id }) => id);
  const present = new Map<string, State>(
    cards.map(({ id, status, updatedAt }) => [id, { status: status.toUpperCase(), version: updatedAt }]),
  );
  const untouched = new Set(cardIds);
  let initial = new Map(present);
  let writes: Write[] = [];
  let reads: Read[] = [];

  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  /** So many different ones; aliases of the same one would be read once. */
  function someOf(items: readonly string[], count: number, including?: string): string[] {
    const chosen = new Set(including === undefined ? [] : [including]);
    while (chosen.size < Math.min(count, items.length)) chosen.add(oneOf(items));
    return [...chosen];
  }

  function send(client: WorkloadClient, kind: ReadKind, including: string | undefined): Promise<Observation> {
    if (kind === 'cards') return client.readCards(someOf(cardIds, batchSize, including));
    if (kind === 'accounts') return client.readAccounts(someOf(accountIds, Math.ceil(batchSize / 2)));
    return client.readList(kind === 'active-list' ? cardIds : undefined);
  }

  return {
    async read(client, { kind = oneOf(KINDS), including } = {}) {
      const beganAt = performance.now();
      const observation = await send(client, kind, including);
      const answeredAt = performance.now();
      for (const { register, saw, via } of observation.seen) {
        reads.push({ register, saw, via: `${via} of ${client.gateway}`, beganAt, answeredAt });
      }
      return observation;
    },

    async write(client) {
      if (untouched.size === 0) throw new FailedRequest('every card is being written, or left alone after a failure');
      const register = oneOf([...untouched]);
      untouched.delete(register);
      const status = present.get(register)?.status === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE';
      const write: Write = { register, beganAt: performance.now(), answeredAt: null, state: null };
      writes.push(write);
      const state = await client.writeCard(register, status);
      write.answeredAt = performance.now();
      write.state = state;
      present.set(register, state);
      untouched.add(register);
      return register;
    },

    history: () => ({ initial, writes, reads }),

    forget() {
      const unanswered = writes.filter(({ answeredAt }) => answeredAt === null);
      initial = new Map(present);
      writes = unanswered;
      reads = [];
    },
  };
}
