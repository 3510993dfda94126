/** Runs `run` for each item, at most `limit` at a time; results in the order of the items. `run` must not reject. */
export async function eachAtMost<I, R>(limit: number, items: readonly I[], run: (item: I) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) results[index] = await run(items[index] as I);
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
