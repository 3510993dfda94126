import { Programme } from '../../sandbox/programme/programme.js';
import type { Account, Authorisation, Card, Customer, Transaction } from '../../sandbox/programme/records.js';
import { seedBulk } from '../../sandbox/seed/bulk.js';
import { seedDemo } from '../../sandbox/seed/demo.js';

/** What a seed holds: the same entities with the same IDs as in a sandbox that was started with it. */
export interface SeededProgramme {
  customers: Customer[];
  accounts: Account[];
  cards: Card[];
  authorisations: Authorisation[];
  transactions: Transaction[];
  /** The customer with this external ID and all that is below, in the order of creation. */
  of(externalId: string): { customer: Customer; accounts: Account[]; cards: Card[] };
}

function emptyProgramme(): Programme {
  return new Programme({ clock: () => new Date(), createId: () => '', settleDelayMs: 0, announce: () => {} });
}

function read(programme: Programme): SeededProgramme {
  const entitiesOf = <E>(table: { rows(): Iterable<{ entity: E }> }) => [...table.rows()].map(({ entity }) => entity);
  const customers = entitiesOf(programme.customers);
  const accounts = entitiesOf(programme.accounts);
  const cards = entitiesOf(programme.cards);
  return {
    customers,
    accounts,
    cards,
    authorisations: entitiesOf(programme.authorisations),
    transactions: entitiesOf(programme.transactions),
    of(externalId) {
      const customer = customers.find((candidate) => candidate.externalId === externalId);
      if (!customer) throw new Error(`the seed has no customer ${externalId}`);
      const own = accounts.filter(({ customerId }) => customerId === customer.id);
      return {
        customer,
        accounts: own,
        cards: cards.filter(({ accountId }) => own.some(({ id }) => id === accountId)),
      };
    },
  };
}

/** The demo seed, read without asking a sandbox, so that no cache is warm and no call counted. */
export function demoProgramme(): SeededProgramme {
  const programme = emptyProgramme();
  seedDemo(programme);
  return read(programme);
}

/** As `demoProgramme`, for a seed of so many cards. */
export function bulkProgramme(cards: number): SeededProgramme {
  const programme = emptyProgramme();
  seedBulk(programme, cards);
  return read(programme);
}

/** The first of a list that must not be empty; with a condition, the first that meets it. */
export function firstOf<T>(items: readonly T[], condition: (item: T) => boolean = () => true): T {
  const found = items.find(condition);
  if (found === undefined) throw new Error('there is none');
  return found;
}
