import type { EntityKind } from '../../../src/datasources/cache/changed-entities.js';
import type { LiveEntity } from '../../../src/events/live/live-entity.js';
import { judge, LiveNews, stateOf } from '../../../src/events/live/live-news.js';

const at = (fraction: string) => `2026-11-21T12:00:00.${fraction}Z`;
const card = (status: string, updatedAt: string | null = at('000001'), rest = {}): LiveEntity => ({
  id: 'c1',
  status,
  updatedAt,
  ...rest,
});

describe('judge', () => {
  it.each<[string, EntityKind, LiveEntity | null, LiveEntity, string]>([
    ['the first', 'card', null, card('ACTIVE'), 'news'],
    ['the same again', 'card', card('ACTIVE'), card('ACTIVE'), 'unchanged'],
    ['a newer one', 'card', card('ACTIVE'), card('INACTIVE', at('000002')), 'news'],
    ['an older one', 'card', card('ACTIVE', at('000002')), card('INACTIVE'), 'stale'],
    ['an older one, told by microseconds', 'card', card('A', at('123456')), card('B', at('1234554')), 'stale'],
    ['one of the same microsecond', 'card', card('ACTIVE', at('1234567')), card('INACTIVE', at('123456')), 'news'],
    ['another content of the same instant', 'card', card('ACTIVE'), card('ACTIVE', at('000001'), { last: 1 }), 'news'],
    ['another end of the same instant', 'card', card('TERMINATED'), card('ACTIVE'), 'stale'],
    ['content that an ended card gets', 'card', card('TERMINATED'), card('TERMINATED', at('000001'), { x: 1 }), 'news'],
    ['older than an end', 'card', card('TERMINATED', at('000002')), card('ACTIVE'), 'stale'],
    ['newer than an end, should the API say so', 'card', card('BLOCKED'), card('ACTIVE', at('000002')), 'news'],
    ['an end of another kind', 'account', card('CLOSED'), card('ACTIVE'), 'stale'],
    ['what is no end there', 'customer', card('CLOSED'), card('ACTIVE'), 'news'],
    ['without an instant', 'transaction', card('PROCESSING', null), card('PROCESSED', null), 'news'],
  ])('%s', (_name, kind, known, next, verdict) => {
    expect(judge(kind, known ? stateOf(known) : undefined, stateOf(next))).toBe(verdict);
  });
});

describe('what subscribers were sent last', () => {
  it('is kept by kind and ID, whatever its case', () => {
    const news = new LiveNews();
    expect(news.take('card', card('ACTIVE'))).toBe('news');
    expect(news.take('card', { ...card('ACTIVE'), id: 'C1' })).toBe('news');
    expect(news.take('account', card('ACTIVE'))).toBe('news');
    expect([news.isKnown({ kind: 'card', id: 'C1' }), news.isKnown({ kind: 'card', id: 'c2' })]).toEqual([true, false]);
    expect(news.idsOf('card')).toEqual(['c1']);
  });

  it('is not replaced by what is stale', () => {
    const news = new LiveNews();
    news.take('card', card('TERMINATED', at('000005')));
    expect(news.take('card', card('ACTIVE', at('000004')))).toBe('stale');
    expect(news.take('card', card('TERMINATED', at('000005')))).toBe('unchanged');
  });
});
