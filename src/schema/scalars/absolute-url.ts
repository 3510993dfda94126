/**
 * Parses an absolute URL by the WHATWG URL standard; null for anything else. Not `URL.canParse`: once V8 has optimised its
 * callers, that of Node 20 refuses most texts with letters such as `ü`, which the constructor takes.
 */
export function parseAbsoluteUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
