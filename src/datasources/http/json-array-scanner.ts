import { isAscii } from 'node:buffer';
import { JsonArrayError } from './json-array-error.js';

export interface JsonArrayBounds {
  /** Bytes of the whole text. */
  maxBytes: number;
  /** Bytes of one element with the whitespace around it: the most that is kept, and parsed in one go, beside a group. */
  maxElementBytes: number;
  /** Brackets and braces around a value, those of the array included. */
  maxDepth: number;
  /** Elements are parsed together until they have so many bytes: every call of `JSON.parse` has its price. */
  groupBytes: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** The only bit in which `{` differs from `[`, and `}` from `]`. */
const BRACE_BIT = 0x20;
const OPEN_BRACE = OPEN_BRACKET | BRACE_BIT;
const CLOSE_BRACE = CLOSE_BRACKET | BRACE_BIT;

function isWhitespace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * Cuts the text of a JSON array at commas between its elements, as the bytes come, and parses what lies between in groups.
 * Cuts are found by counting brackets outside strings; all else is left to `JSON.parse`. So a text within the bounds is
 * accepted exactly if `JSON.parse` makes an array of it: lists of values joined by commas are a list of values, and in
 * valid JSON nothing else looks like a cut. All bytes that matter are ASCII, which never occurs inside a UTF-8 sequence,
 * so a chunk may end anywhere.
 */
export class JsonArrayScanner {
  readonly #bounds: JsonArrayBounds;
  #place: 'before' | 'inside' | 'after' = 'before';
  #bytes = 0;
  #depth = 0;
  #isInString = false;
  /** The last byte of the last chunk was a backslash in a string. */
  #isEscaped = false;
  /** Bytes so far of the element that is being scanned. */
  #elementBytes = 0;
  #hasCut = false;
  /** `[` and the bytes of the group so far. */
  #group = Buffer.of(OPEN_BRACKET);
  #groupEnd = 1;

  constructor(bounds: JsonArrayBounds) {
    this.#bounds = bounds;
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The groups of elements that `chunk` completes, each parsed when it is asked for; to be run to the end before the next
   * chunk. The chunk is not needed afterwards. Throws `JsonArrayError`.
   */
  *push(chunk: Uint8Array): Generator<unknown[], void> {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#bounds.maxBytes) throw new JsonArrayError('too-long');
    let at = this.#place === 'before' ? this.#findStart(chunk) : 0;
    while (this.#place === 'inside' && at < chunk.length) {
      const cut = this.#findCut(chunk, at);
      this.#keep(chunk.subarray(at, cut));
      if (cut === chunk.length) return;
      at = cut + 1;
      if (chunk[cut] === CLOSE_BRACKET) this.#place = 'after';
      const elements = this.#parseGroup();
      const mayBeEmpty = this.#place === 'after' && !this.#hasCut;
      if (elements.length > 0) yield elements;
      else if (!mayBeEmpty) throw new JsonArrayError('malformed');
      this.#hasCut = true;
    }
    for (; at < chunk.length; at += 1) {
      if (!isWhitespace(chunk[at] as number)) throw new JsonArrayError('trailing');
    }
  }

  /** To be called when there are no more bytes. Throws `JsonArrayError` unless the array is complete. */
  finish(): void {
    if (this.#place === 'before') throw new JsonArrayError('empty');
    if (this.#place === 'inside') throw new JsonArrayError('truncated');
  }

  /** The offset behind the bracket that opens the array; the chunk's end if there is only whitespace. */
  #findStart(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (isWhitespace(byte)) continue;
      if (byte !== OPEN_BRACKET) throw new JsonArrayError('not-an-array');
      this.#place = 'inside';
      this.#depth = 1;
      return at + 1;
    }
    return chunk.length;
  }

  /** The offset of the comma or bracket that ends the group; the chunk's end if neither is in it. */
  #findCut(chunk: Uint8Array, start: number): number {
    const { groupBytes, maxElementBytes, maxDepth } = this.#bounds;
    const groupStart = start - this.#groupEnd;
    let elementStart = start - this.#elementBytes;
    let depth = this.#depth;
    let at = this.#isInString ? this.#skipString(chunk, start) : start;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte === QUOTE) {
        at = this.#skipString(chunk, at + 1) - 1;
      } else if (byte === COMMA) {
        if (depth > 1) continue;
        if (at - elementStart > maxElementBytes) throw new JsonArrayError('element-too-long');
        elementStart = at + 1;
        if (at - groupStart >= groupBytes) break;
      } else if ((byte | BRACE_BIT) === OPEN_BRACE) {
        depth += 1;
        if (depth > maxDepth) throw new JsonArrayError('too-deep');
      } else if ((byte | BRACE_BIT) === CLOSE_BRACE) {
        depth -= 1;
        if (depth > 0) continue;
        if (byte !== CLOSE_BRACKET) throw new JsonArrayError('malformed');
        break;
      }
    }
    this.#depth = depth;
    this.#elementBytes = Math.max(0, at - elementStart);
    if (this.#elementBytes > maxElementBytes) throw new JsonArrayError('element-too-long');
    return at;
  }

  /** The offset behind the quote that ends the string; the chunk's end if it is not in it. */
  #skipString(chunk: Uint8Array, start: number): number {
    let at = this.#isEscaped ? start + 1 : start;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) {
        this.#isInString = false;
        this.#isEscaped = false;
        return at + 1;
      }
    }
    this.#isInString = true;
    this.#isEscaped = at > chunk.length;
    return chunk.length;
  }

  #keep(bytes: Uint8Array): void {
    const end = this.#groupEnd + bytes.length;
    // One more for the bracket that closes the group.
    if (end + 1 > this.#group.length) {
      const larger = Buffer.allocUnsafe(Math.max(end + 1, 2 * this.#group.length));
      this.#group.copy(larger, 0, 0, this.#groupEnd);
      this.#group = larger;
    }
    this.#group.set(bytes, this.#groupEnd);
    this.#groupEnd = end;
  }

  #parseGroup(): unknown[] {
    this.#group[this.#groupEnd] = CLOSE_BRACKET;
    const bytes = this.#group.subarray(0, this.#groupEnd + 1);
    this.#groupEnd = 1;
    try {
      return JSON.parse(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')) as unknown[];
    } catch {
      throw new JsonArrayError('malformed');
    }
  }
}
