const closers: (() => Promise<void>)[] = [];

/** Has something closed when the tests of this file are over, the last one first. To be called where it is created. */
export function closeAfterAll(close: () => Promise<void>): void {
  closers.push(close);
}

afterAll(async () => {
  const errors: unknown[] = [];
  for (const close of closers.splice(0).reverse()) await close().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors, errors.join('\n'));
});
