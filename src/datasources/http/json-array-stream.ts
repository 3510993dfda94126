import { type EventLoopPacer, eventLoopPacer } from './event-loop-pacer.js';
import { type JsonArrayBounds, JsonArrayScanner } from './json-array-scanner.js';

export interface JsonArrayStreamOptions extends Partial<JsonArrayBounds> {
  /** Default: the one of the process. */
  pacer?: EventLoopPacer;
}

const DEFAULT_BOUNDS: JsonArrayBounds = {
  maxBytes: 128 * 1024 * 1024,
  maxElementBytes: 1024 * 1024,
  maxDepth: 64,
  groupBytes: 32 * 1024,
};

/** The most that is scanned in one step. */
const SLICE_BYTES = 64 * 1024;

/**
 * The elements of a JSON array in UTF-8, in order, in groups, parsed while the bytes arrive: neither the text nor its
 * values are ever held as a whole. Accepts what `JSON.parse` accepts, within the bounds; otherwise throws
 * `JsonArrayError`, possibly after some groups, which are then worth nothing. What `body` throws is passed on. Lets others
 * have the event loop between two groups. To be iterated once; leaving early ends `body`.
 */
export class JsonArrayStream implements AsyncIterable<unknown[]> {
  readonly #body: AsyncIterable<Uint8Array>;
  readonly #scanner: JsonArrayScanner;
  readonly #pacer: EventLoopPacer;

  constructor(body: AsyncIterable<Uint8Array>, options: JsonArrayStreamOptions = {}) {
    const { pacer = eventLoopPacer, ...bounds } = options;
    this.#body = body;
    this.#scanner = new JsonArrayScanner({ ...DEFAULT_BOUNDS, ...bounds });
    this.#pacer = pacer;
  }

  /** Bytes read so far; after the iteration, those of the whole text. */
  get bytes(): number {
    return this.#scanner.bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown[], void> {
    for await (const chunk of this.#body) {
      for (let from = 0; from < chunk.length; from += SLICE_BYTES) {
        if (this.#pacer.isTurnOver()) await this.#pacer.nextTurn();
        for (const elements of this.#scanner.push(chunk.subarray(from, from + SLICE_BYTES))) {
          yield elements;
          if (this.#pacer.isTurnOver()) await this.#pacer.nextTurn();
        }
      }
    }
    this.#scanner.finish();
  }
}
