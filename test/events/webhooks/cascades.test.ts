import { type Cascades, createCascades } from '../../../src/events/webhooks/cascades.js';
import { createLogger } from '../../../src/observability/logger.js';
import { eventually } from '../../support/live-client.js';
import { closeAfterAll } from '../../support/teardown.js';

const entity = (id: string) => ({ id, status: 'INACTIVE' });

/** A customer `c` with accounts `a` and `b`, of which `a` has two cards. */
function setUp() {
  const journal: string[] = [];
  const away = { failures: 0, unacknowledged: 0 };
  const cascades: Cascades = createCascades({
    cache: {
      async invalidate(tags) {
        journal.push(`invalidate ${tags.join(' ')}`);
        return away.unacknowledged-- <= 0;
      },
    },
    reads: {
      async list({ kind, accountId, customerId }) {
        journal.push(`list ${kind}s of ${customerId ?? accountId}`);
        if (away.failures-- > 0) throw new Error('the API is away');
        if (kind === 'account') return customerId === 'c' ? [entity('a'), entity('b')] : [];
        return accountId === 'a' ? [entity('1'), entity('2')] : [];
      },
    },
    onChanges: (changes) => {
      if (changes !== 'everything') journal.push(`tell ${changes.map(({ kind, id }) => `${kind}:${id}`).join(' ')}`);
    },
    logger: createLogger({ level: 'silent' }),
    retryDelaysMs: [1, 1],
  });
  closeAfterAll(async () => cascades.close());
  return { cascades, journal, away };
}

const CARDS_OF_A = ['list cards of a', 'invalidate cards card:1 card:2', 'tell card:1 card:2'];

describe('what changes along', () => {
  it('with an account are its cards', async () => {
    const { cascades, journal } = setUp();
    cascades.follow({ kind: 'account', id: 'a' });
    await eventually(() => journal.length === 3);
    expect(journal).toEqual(CARDS_OF_A);
  });

  it('with a customer are its accounts, and their cards', async () => {
    const { cascades, journal } = setUp();
    cascades.follow({ kind: 'customer', id: 'c' });
    await eventually(() => journal.includes('tell card:1 card:2') && journal.includes('list cards of b'));
    expect(journal.slice(0, 3)).toEqual([
      'list accounts of c',
      'invalidate accounts account:a:cards account:b:cards account:a account:b',
      'tell account:a account:b',
    ]);
  });

  it('costs one read for an account that nobody knows, and nothing for a card', async () => {
    const { cascades, journal } = setUp();
    cascades.follow({ kind: 'card', id: '1' });
    cascades.follow({ kind: 'account', id: 'invented' });
    await eventually(() => journal.length > 0);
    expect(journal).toEqual(['list cards of invented']);
  });

  it('is read again when that has failed, and invalidated again when that was not acknowledged', async () => {
    const { cascades, journal, away } = setUp();
    away.failures = 1;
    cascades.follow({ kind: 'account', id: 'a' });
    await eventually(() => journal.length === 4);
    expect(journal).toEqual(['list cards of a', ...CARDS_OF_A]);
    journal.length = 0;
    away.unacknowledged = 1;
    cascades.follow({ kind: 'account', id: 'a' });
    await eventually(() => journal.length === 6);
    expect(journal).toEqual([...CARDS_OF_A, ...CARDS_OF_A]);
  });
});
