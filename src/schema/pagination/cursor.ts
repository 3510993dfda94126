const VERSION_PREFIX = '1:';
const SORT_KEY = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6} [\x21-\x7e]{1,128}$/;

/** Longer than any cursor that `encodeCursor` makes of an ID of up to 128 characters. */
const MAX_CURSOR_LENGTH = 256;

/**
 * The cursor of a sort key: base64url of a version and the key. It is a place in the order and not an index, so it stays
 * good while entities come and go, its own included, and serves both directions of a list.
 */
export function encodeCursor(sortKey: string): string {
  return Buffer.from(VERSION_PREFIX + sortKey).toString('base64url');
}

/** The sort key inside a cursor; null for anything that `encodeCursor` did not write, whatever it is. */
export function decodeCursor(cursor: string): string | null {
  if (cursor.length > MAX_CURSOR_LENGTH) return null;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith(VERSION_PREFIX)) return null;
  const sortKey = text.slice(VERSION_PREFIX.length);
  // Decoding base64url is forgiving; encoding again is what tells a cursor of ours from something like it.
  return SORT_KEY.test(sortKey) && encodeCursor(sortKey) === cursor ? sortKey : null;
}
