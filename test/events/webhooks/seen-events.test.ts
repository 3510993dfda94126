import { createLocalSeenEvents, createSharedSeenEvents } from '../../../src/events/webhooks/seen-events.js';

const HOUR_MS = 3_600_000;

describe('events that this node has seen', () => {
  it('are remembered for an hour', async () => {
    let now = 0;
    const seen = createLocalSeenEvents({ now: () => now });
    expect(await seen.has('event-1')).toBe(false);
    await seen.add('event-1');
    now = HOUR_MS - 1;
    expect([await seen.has('event-1'), await seen.has('event-2')]).toEqual([true, false]);
    now = HOUR_MS;
    expect(await seen.has('event-1')).toBe(false);
  });

  it('take a bounded amount of memory: the oldest are forgotten', async () => {
    const seen = createLocalSeenEvents();
    for (let index = 0; index < 100_001; index += 1) await seen.add(`event-${index}`);
    expect([await seen.has('event-0'), await seen.has('event-1'), await seen.has('event-100000')]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('events that several nodes have seen', () => {
  function setUp() {
    const data = new Map<string, string>();
    const commands: (readonly string[])[] = [];
    const redis = {
      isAway: false,
      keyOf: (namespace: string, name: string) => `${namespace}:${name}`,
      async command(args: readonly string[]): Promise<unknown> {
        if (redis.isAway) throw new Error('away');
        commands.push(args);
        const [verb, key = '', value = ''] = args;
        if (verb === 'SET') data.set(key, value);
        return verb === 'EXISTS' ? Number(data.has(key)) : 'OK';
      },
    };
    return { redis, commands, createNode: () => createSharedSeenEvents(redis) };
  }

  it('are known to all of them, for an hour', async () => {
    const { commands, createNode } = setUp();
    const [one, other] = [createNode(), createNode()];
    await one.add('event-1');
    expect([await other.has('event-1'), await other.has('event-2')]).toEqual([true, false]);
    expect(commands[0]).toEqual(['SET', 'delivery:event-1', '1', 'PX', String(HOUR_MS)]);
  });

  it('are known to the node itself while Redis is away, and new to the others: dealt with twice is harmless', async () => {
    const { redis, createNode } = setUp();
    const [one, other] = [createNode(), createNode()];
    redis.isAway = true;
    await one.add('event-1');
    expect([await one.has('event-1'), await other.has('event-1')]).toEqual([true, false]);
  });
});
