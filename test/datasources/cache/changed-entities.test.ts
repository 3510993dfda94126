import { tag } from '../../../src/datasources/cache/cache-tags.js';
import { changesOfTags } from '../../../src/datasources/cache/changed-entities.js';
import { EVERYTHING } from '../../../src/datasources/cache/entity-cache.js';

describe('changesOfTags', () => {
  it('names the entities among the tags of a mutation, cascades included, and no lists', () => {
    const tags = [
      tag.cards,
      tag.accounts,
      tag.customerAccounts('k'),
      tag.accountCards('a'),
      tag.account('a'),
      tag.card('c1'),
      tag.card('c2'),
      tag.webhookSubscription('w'),
    ];
    expect(changesOfTags(tags)).toEqual([
      { kind: 'account', id: 'a' },
      { kind: 'card', id: 'c1' },
      { kind: 'card', id: 'c2' },
    ]);
  });

  it.each([
    [tag.customer('1'), 'customer'],
    [tag.account('1'), 'account'],
    [tag.card('1'), 'card'],
    [tag.authorisation('1'), 'authorisation'],
    [tag.transaction('1'), 'transaction'],
  ])('knows %s', (name, kind) => {
    expect(changesOfTags([name])).toEqual([{ kind, id: '1' }]);
  });

  it('cannot tell where the whole cache was dropped', () => {
    expect(changesOfTags([tag.card('1'), EVERYTHING])).toBe('everything');
  });
});
