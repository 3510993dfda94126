import type { ConnectionArgs } from '../../../src/schema/pagination/connection.args.js';
import { type Page, paginate } from '../../../src/schema/pagination/paginate.js';
import { SortDirection } from '../../../src/schema/pagination/sort-direction.enum.js';
import { sortBySortKey, sortKeyOf } from '../../../src/schema/pagination/sort-key.js';
import { fc } from '../../support/fast-check.js';

interface Item {
  id: string;
  createdAt: string | null;
}
const { ASC, DESC } = SortDirection;

/** `letters('abc')`: three items whose order is that of the alphabet. */
const letters = (ids: string): Item[] =>
  [...ids].map((id) => ({ id, createdAt: `2024-01-12T15:05:46.${String(id.charCodeAt(0)).padStart(9, '0')}Z` }));
const ids = ({ nodes }: Page<Item>) => nodes.map(({ id }) => id).join('');
const cursorOf = (id: string) => paginate({ items: letters(id), args: {} }).pageInfo.endCursor;
const flags = ({ pageInfo }: Page<Item>) =>
  `${pageInfo.hasPreviousPage ? '<' : '|'}${pageInfo.hasNextPage ? '>' : '|'}`;

describe('paginate', () => {
  // Of the list a to g: what the page holds, and whether there is more before (<) and behind (>).
  it.each<[string, ConnectionArgs, string, string]>([
    ['all, when it fits the default size', {}, 'abcdefg', '||'],
    ['the first', { first: 2 }, 'ab', '|>'],
    ['the first, all of them', { first: 7 }, 'abcdefg', '||'],
    ['the first, more than there are', { first: 8 }, 'abcdefg', '||'],
    ['none of the first', { first: 0 }, '', '|>'],
    ['the last', { last: 2 }, 'fg', '<|'],
    ['the last, all of them', { last: 7 }, 'abcdefg', '||'],
    ['none of the last', { last: 0 }, '', '<|'],
    ['what follows', { first: 2, after: cursorOf('b') }, 'cd', '<>'],
    ['what follows, to the end', { first: 5, after: cursorOf('b') }, 'cdefg', '<|'],
    ['what follows the end', { first: 5, after: cursorOf('g') }, '', '<|'],
    ['what comes before', { last: 2, before: cursorOf('f') }, 'de', '<>'],
    ['what comes before, to the start', { last: 5, before: cursorOf('f') }, 'abcde', '|>'],
    ['what comes before the start', { last: 5, before: cursorOf('a') }, '', '|>'],
    ['what comes before, without a size', { before: cursorOf('c') }, 'ab', '|>'],
    ['the first before a cursor', { first: 2, before: cursorOf('f') }, 'ab', '|>'],
    ['the last after a cursor', { last: 2, after: cursorOf('b') }, 'fg', '<|'],
    ['the first between two', { first: 2, after: cursorOf('b'), before: cursorOf('f') }, 'cd', '<>'],
    ['the last between two', { last: 2, after: cursorOf('b'), before: cursorOf('f') }, 'de', '<>'],
    ['all between two', { after: cursorOf('b'), before: cursorOf('f') }, 'cde', '<>'],
    ['nothing between a cursor and itself', { first: 9, after: cursorOf('c'), before: cursorOf('c') }, '', '<>'],
    ['nothing between two in the wrong order', { last: 9, after: cursorOf('e'), before: cursorOf('b') }, '', '<>'],
    ['nothing between the end and an earlier one', { first: 9, after: cursorOf('g'), before: cursorOf('b') }, '', '<|'],
    ['what follows one that is gone', { first: 2, after: cursorOf('Z') }, 'ab', '|>'],
    ['what comes before one that is gone', { last: 2, before: cursorOf('z') }, 'fg', '<|'],
  ])('takes %s', (_, args, wanted, wantedFlags) => {
    const page = paginate({ items: letters('abcdefg'), args });
    expect([ids(page), flags(page)]).toEqual([wanted, wantedFlags]);
    expect(page.totalCount).toBe(7);
  });

  it.each<[string, ConnectionArgs, string, string]>([
    ['the newest', { first: 2 }, 'gf', '|>'],
    ['the oldest, in the asked order', { last: 2 }, 'ba', '<|'],
    ['what follows', { first: 2, after: cursorOf('f') }, 'ed', '<>'],
    ['what comes before', { last: 2, before: cursorOf('b') }, 'dc', '<>'],
    ['what comes before, without a size', { before: cursorOf('e') }, 'gf', '|>'],
    ['the last between two', { last: 2, after: cursorOf('f'), before: cursorOf('b') }, 'dc', '<>'],
    ['nothing between two in the wrong order', { first: 9, after: cursorOf('b'), before: cursorOf('e') }, '', '<>'],
    ['none of the first', { first: 0 }, '', '|>'],
    ['none of the last', { last: 0 }, '', '<|'],
  ])('takes %s, newest first', (_, args, wanted, wantedFlags) => {
    const page = paginate({ items: letters('abcdefg'), args, direction: DESC });
    expect([ids(page), flags(page)]).toEqual([wanted, wantedFlags]);
  });

  it('answers an empty list with an empty page and null cursors', () => {
    expect(paginate({ items: [], args: { last: 3 } })).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      totalCount: 0,
    });
  });

  it('gives every edge its cursor, the first and the last of them once more in pageInfo', () => {
    const { edges, nodes, pageInfo } = paginate({ items: letters('abc'), args: {} });
    expect(edges.map(({ node }) => node)).toEqual(nodes);
    expect(edges.map(({ cursor }) => cursor)).toEqual([cursorOf('a'), cursorOf('b'), cursorOf('c')]);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([cursorOf('a'), cursorOf('c')]);
  });

  it('counts what the filter leaves, and takes its pages from that', () => {
    const filter = ({ id }: Item) => 'bdf'.includes(id);
    const page = paginate({ items: letters('abcdefg'), args: { first: 1, after: cursorOf('c') }, filter });
    expect([ids(page), flags(page), page.totalCount]).toEqual(['d', '<>', 3]);
  });

  it('takes null for the direction as oldest first', () => {
    expect(ids(paginate({ items: letters('abc'), args: { first: 1 }, direction: null }))).toBe('a');
  });

  it('has 20 on a page by default and refuses more than 500, unless told otherwise', () => {
    const items = sortBySortKey(Array.from({ length: 600 }, (_, index) => ({ id: `${index}`, createdAt: null })));
    expect(paginate({ items, args: {} }).nodes).toHaveLength(20);
    expect(paginate({ items, args: { first: 500 } }).nodes).toHaveLength(500);
    expect(() => paginate({ items, args: { first: 501 } })).toThrow('"first" has to be a whole number from 0 to 500.');
    expect(paginate({ items, args: {}, defaultPageSize: 3 }).nodes).toHaveLength(3);
    expect(() => paginate({ items, args: { last: 11 }, maxPageSize: 10 })).toThrow(/from 0 to 10\.$/);
  });

  it('looks at the page and at few other items of a long list without a filter', () => {
    let looks = 0;
    const items = Array.from({ length: 100_000 }, (_, index) => ({
      id: String(index).padStart(6, '0'),
      get createdAt() {
        looks += 1;
        return '2024-01-12T15:05:46Z';
      },
    }));
    const middle = paginate({ items: items.slice(49_999, 50_000), args: {} }).pageInfo.endCursor;
    looks = 0;
    const page = paginate({ items, args: { first: 50, after: middle } });
    expect(page.nodes[0]?.id).toBe('050000');
    expect(looks).toBeLessThan(50 + 20);
  });
});

describe('paginate, for all lists', () => {
  // Few instants for many items, so that ties are common; fractions of every length.
  const instants = fc.oneof(
    fc.constantFrom(null, '2024-01-12T15:05:46Z', '2024-01-12T15:05:46.1Z', '2024-01-12T15:05:46.1000001Z'),
    fc.integer({ min: 0, max: 999 }).map((fraction) => `2024-01-12T15:05:46.${fraction}Z`),
  );
  const lists = fc
    .uniqueArray(fc.record({ id: fc.uuid(), createdAt: instants }), { selector: ({ id }) => id, maxLength: 40 })
    .map((items) => sortBySortKey(items));
  const directions = fc.constantFrom(ASC, DESC);
  const pageSizes = fc.integer({ min: 1, max: 7 });

  function walk(items: readonly Item[], direction: SortDirection, size: number, way: 'forwards' | 'backwards') {
    const pages: Item[][] = [];
    let cursor: string | null = null;
    while (pages.length <= items.length) {
      const args: ConnectionArgs = way === 'forwards' ? { first: size, after: cursor } : { last: size, before: cursor };
      const page: Page<Item> = paginate({ items, args, direction });
      pages.push(page.nodes);
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
      if (!(way === 'forwards' ? hasNextPage : hasPreviousPage)) return pages;
      cursor = way === 'forwards' ? endCursor : startCursor;
    }
    throw new Error('There were more pages than items');
  }

  it('walks the whole list, each item once and in order, the same forwards as backwards', () => {
    fc.assert(
      fc.property(lists, directions, pageSizes, (items, direction, size) => {
        const wanted = direction === DESC ? [...items].reverse() : items;
        expect(walk(items, direction, size, 'forwards').flat()).toEqual(wanted);
        expect(walk(items, direction, size, 'backwards').reverse().flat()).toEqual(wanted);
      }),
    );
  });

  it('says truly whether there is more on either side', () => {
    const sized = fc.record({ first: fc.option(fc.nat({ max: 9 })), last: fc.option(fc.nat({ max: 9 })) });
    fc.assert(
      fc.property(lists, directions, sized, fc.nat(), fc.nat(), (items, direction, size, low, high) => {
        fc.pre(items.length > 0 && (size.first === null || size.last === null));
        const view = direction === DESC ? [...items].reverse() : items;
        const cursorAt = (index: number) =>
          paginate({ items: view.slice(index % view.length).slice(0, 1), args: {} }).pageInfo.endCursor;
        const args = { ...size, after: cursorAt(low), before: cursorAt(high) };
        const { nodes, pageInfo } = paginate({ items, args, direction });
        fc.pre(nodes.length > 0);
        const [first, last] = [nodes[0], nodes.at(-1)] as [Item, Item];
        expect(pageInfo.hasPreviousPage).toBe(view.indexOf(first) > 0);
        expect(pageInfo.hasNextPage).toBe(view.indexOf(last) < view.length - 1);
      }),
    );
  });

  it('neither skips nor repeats an item that stays while others come and go between two pages', () => {
    const changes = fc.array(fc.record({ come: lists, go: fc.array(fc.nat(), { maxLength: 5 }) }), { maxLength: 8 });
    fc.assert(
      fc.property(lists, directions, pageSizes, changes, fc.boolean(), (start, direction, size, steps, forwards) => {
        let items = start;
        const present = new Set(start.map(sortKeyOf));
        const stayed = new Set(present);
        const seen: string[] = [];
        let cursor: string | null = null;
        for (let step = 0; ; step += 1) {
          if (step > 1_000) throw new Error('There was no last page');
          const args: ConnectionArgs = forwards ? { first: size, after: cursor } : { last: size, before: cursor };
          const page: Page<Item> = paginate({ items, args, direction });
          const keys = page.nodes.map(sortKeyOf);
          seen.push(...(forwards ? keys : keys.reverse()));
          cursor = (forwards ? page.pageInfo.endCursor : page.pageInfo.startCursor) ?? cursor;
          const change = steps[step];
          if (change) {
            const gone = new Set(change.go.map((index) => items[index % Math.max(1, items.length)]));
            for (const item of gone) if (item) stayed.delete(sortKeyOf(item));
            const arrived = change.come.filter((item) => !present.has(sortKeyOf(item)));
            items = sortBySortKey([...items.filter((item) => !gone.has(item)), ...arrived]);
          } else if (!(forwards ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) break;
        }
        const descends = (direction === DESC) === forwards;
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => (a < b === descends ? 1 : -1)));
        expect([...stayed].filter((key) => !seen.includes(key))).toEqual([]);
      }),
    );
  });
});
