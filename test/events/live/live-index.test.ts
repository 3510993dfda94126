import type { LiveEntity, Selection } from '../../../src/events/live/live-entity.js';
import { LiveIndex } from '../../../src/events/live/live-index.js';
import { fc } from '../../support/fast-check.js';

const aCard = { id: 'c1', status: 'ACTIVE', accountId: 'a1' };

function fill(...selections: Selection[]) {
  const index = new LiveIndex();
  const watchers = selections.map((selection) => ({ selection }));
  for (const watcher of watchers) index.add(watcher);
  return { index, watchers };
}

describe('the index of those who watch', () => {
  it.each<[Omit<Selection, 'kind'>, boolean]>([
    [{}, true],
    [{ id: 'c1' }, true],
    [{ id: 'c2' }, false],
    [{ accountId: 'a1' }, true],
    [{ accountId: 'a2' }, false],
    [{ customerId: 'k1' }, true],
    [{ customerId: 'k2' }, false],
    [{ id: 'c1', accountId: 'a1' }, true],
    [{ id: 'c1', accountId: 'a2' }, false],
    [{ id: 'c2', accountId: 'a1' }, false],
    [{ accountId: 'a1', customerId: 'k2' }, false],
    [{ cardId: 'c1' }, false],
  ])('finds %j for a card of an account of a customer: %p', (conditions, expected) => {
    const { index, watchers } = fill({ kind: 'card', ...conditions });
    expect([...index.matching('card', aCard, 'k1')]).toEqual(expected ? watchers : []);
    expect([...index.matching('account', aCard, 'k1')]).toEqual([]);
  });

  it('compares IDs without regard to case', () => {
    const { index } = fill({ kind: 'card', accountId: 'ab' });
    expect([...index.matching('card', { ...aCard, accountId: 'AB' }, null)]).toHaveLength(1);
  });

  it('tells beforehand whether an entity has to be read at all, and whether its owner has', () => {
    const { index } = fill({ kind: 'card', id: 'c1' });
    expect(['c1', 'c2'].map((id) => index.mayWant('card', id))).toEqual([true, false]);
    expect([index.mayWant('account', 'c1'), index.asksForOwner('card')]).toEqual([false, false]);
    const { index: owners, watchers } = fill({ kind: 'card', customerId: 'k1' });
    expect([owners.mayWant('card', 'any'), owners.asksForOwner('card'), owners.asksForOwner('account')]).toEqual([
      true,
      true,
      false,
    ]);
    for (const watcher of watchers) owners.remove(watcher);
    expect([owners.mayWant('card', 'any'), owners.asksForOwner('card'), owners.size]).toEqual([false, false, 0]);
  });

  it('does not count twice what is removed twice', () => {
    const { index, watchers } = fill({ kind: 'card', id: 'c1' }, { kind: 'card', id: 'c1' });
    for (const watcher of [watchers[0], watchers[0]]) if (watcher) index.remove(watcher);
    expect([index.size, index.mayWant('card', 'c1'), [...index.watchers()].length]).toEqual([1, true, 1]);
  });

  it('finds whom asking each one would find', () => {
    const id = fc.constantFrom('1', '2', '3');
    const maybe = fc.option(id, { nil: undefined });
    const selection = fc.record({ kind: fc.constant('card' as const), id: maybe, accountId: maybe, customerId: maybe });
    const entity = fc.record({ id, accountId: id, status: fc.constant('ACTIVE') });
    fc.assert(
      fc.property(fc.array(selection, { maxLength: 30 }), entity, id, (selections, card: LiveEntity, owner) => {
        const { index, watchers } = fill(...selections);
        const fits = ({ selection: wanted }: { selection: Selection }) =>
          (wanted.id ?? card.id) === card.id &&
          (wanted.accountId ?? card.accountId) === card.accountId &&
          (wanted.customerId ?? owner) === owner;
        const found = [...index.matching('card', card, owner)];
        expect(new Set(found)).toEqual(new Set(watchers.filter(fits)));
        expect(found).toHaveLength(new Set(found).size);
      }),
    );
  });

  it('costs an event as much as there are watchers that it concerns: a thousand others are not looked at', () => {
    let looks = 0;
    const index = new LiveIndex();
    for (let number = 0; number < 1_000; number += 1) {
      const kind = 'card' as const;
      const accountId = `other-${number}`;
      index.add({
        get selection() {
          looks += 1;
          return { kind, accountId };
        },
      });
    }
    index.add({ selection: { kind: 'card', accountId: 'a1' } });
    looks = 0;
    expect([...index.matching('card', aCard, 'k1')]).toHaveLength(1);
    expect(looks).toBe(0);
  });
});
