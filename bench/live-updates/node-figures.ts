import { request } from 'undici';

/** What one gateway tells of itself at `/metrics`. */
export interface NodeFigures {
  heapBytes: number;
  residentBytes: number;
  subscribers: number;
  connections: number;
}

async function read(url: string): Promise<NodeFigures> {
  const { body } = await request(`${url}/metrics`);
  const text = await body.text();
  const sum = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
      (all, [, one]) => all + Number(one),
      0,
    );
  return {
    heapBytes: sum('nodejs_heap_size_used_bytes'),
    residentBytes: sum('process_resident_memory_bytes'),
    subscribers: sum('gateway_live_subscribers'),
    connections: sum('gateway_live_connections'),
  };
}

/** Least of many looks: a heap shows what is held just after a collection, and at no other time. */
export async function figuresOf(url: string, looks = 40): Promise<NodeFigures> {
  let least = await read(url);
  for (let look = 1; look < looks; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = await read(url);
    least = {
      ...now,
      heapBytes: Math.min(least.heapBytes, now.heapBytes),
      residentBytes: Math.min(least.residentBytes, now.residentBytes),
    };
  }
  return least;
}

export async function untilSubscribers(url: string, count: number): Promise<void> {
  while ((await read(url)).subscribers !== count) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Whether it came to so many connections before the deadline, on the clock of `performance.now()`. */
export async function untilConnections(url: string, count: number, deadline: number): Promise<boolean> {
  while ((await read(url)).connections !== count) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return true;
}
