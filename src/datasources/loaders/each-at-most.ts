/**
 * Runs `run` for each item, at most `limit` at a time. One promise for each, in the order of the items, so that what is done
 * need not wait for the rest. `run` must not reject.
 */
export function startEach<I, R>(limit: number, items: readonly I[], run: (item: I) => Promise<R>): Promise<R>[] {
  const settle: ((result: R) => void)[] = [];
  const results = items.map(() => new Promise<R>((resolve) => settle.push(resolve)));
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) settle[index]?.(await run(items[index] as I));
  }
  for (let workers = Math.min(limit, items.length); workers > 0; workers -= 1) void work();
  return results;
}
