import {
  type BusMessage,
  decodeBusMessage,
  encodeBusMessage,
  MessageCounts,
} from '../../../src/events/bus/bus-message.js';

describe('a message between nodes', () => {
  it.each<BusMessage>([
    { nodeId: 'a', sent: 0, changes: null },
    { nodeId: 'a', sent: 3, changes: 'everything' },
    {
      nodeId: 'a',
      sent: 4,
      changes: [
        { kind: 'card', id: '1' },
        { kind: 'account', id: '2' },
      ],
    },
  ])('arrives as it was sent: %j', (message) => {
    expect(decodeBusMessage(encodeBusMessage(message))).toEqual(message);
  });

  it('holds kinds and IDs, and nothing of an entity', () => {
    const card = { kind: 'card' as const, id: '1', status: 'ACTIVE', maskedPan: '4242' };
    expect(encodeBusMessage({ nodeId: 'a', sent: 1, changes: [card] })).toBe('["a",1,[["card","1"]]]');
  });

  it('of very many changes tells to look at everything', () => {
    const changes = Array.from({ length: 1_001 }, (_, index) => ({ kind: 'card' as const, id: String(index) }));
    expect(decodeBusMessage(encodeBusMessage({ nodeId: 'a', sent: 1, changes }))?.changes).toBe('everything');
  });

  it('leaves out kinds that a later version may know', () => {
    expect(decodeBusMessage('["a",1,[["dispute","1"],["card","2"],["card",3],"card"]]')?.changes).toEqual([
      { kind: 'card', id: '2' },
    ]);
  });

  it.each(['', 'x', '{}', '[]', '[1,2]', '["a","1"]', '["a",1.5]', '["a",1,7]', 'null'])('is not %j', (text) => {
    expect(decodeBusMessage(text)).toBeNull();
  });
});

describe('the numbers of messages', () => {
  const changes = [{ kind: 'card' as const, id: '1' }];
  const said = (sent: number) => ({ nodeId: 'a', sent, changes });
  const alive = (sent: number) => ({ nodeId: 'a', sent, changes: null });

  it('tell nothing where none is missing', () => {
    const counts = new MessageCounts(0);
    for (const message of [alive(0), said(1), alive(1), alive(1), said(2), said(3), alive(3)])
      expect(counts.note(message, 1)).toBeNull();
  });

  it('tell of a message that is missing with the next one, or with the next sign of life', () => {
    const counts = new MessageCounts(0);
    counts.note(said(1), 10);
    expect(counts.note(said(3), 20)).toEqual({ sinceMs: 10 });
    expect(counts.note(alive(3), 30)).toBeNull();
    expect(counts.note(alive(4), 40)).toEqual({ sinceMs: 30 });
    expect(counts.note(alive(4), 50)).toBeNull();
  });

  it('tell of what a node had said before it was first heard', () => {
    expect(new MessageCounts(5).note(alive(7), 10)).toEqual({ sinceMs: 5 });
  });

  it('are those of each node by itself', () => {
    const counts = new MessageCounts(0);
    counts.note(said(1), 10);
    expect(counts.note({ ...said(1), nodeId: 'b' }, 11)).toBeNull();
    expect(counts.note({ ...said(3), nodeId: 'b' }, 12)).toEqual({ sinceMs: 11 });
  });

  it('take an old message that comes late for what it is', () => {
    const counts = new MessageCounts(0);
    counts.note(said(1), 10);
    counts.note(said(3), 20);
    expect(counts.note(said(2), 30)).toBeNull();
    expect(counts.note(said(4), 40)).toBeNull();
  });
});
