import { isDeepStrictEqual } from 'node:util';
import { EventLoopPacer } from '../../../src/datasources/http/event-loop-pacer.js';
import { JsonArrayError } from '../../../src/datasources/http/json-array-error.js';
import { JsonArrayStream, type JsonArrayStreamOptions } from '../../../src/datasources/http/json-array-stream.js';
import { fc } from '../../support/fast-check.js';

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    // A copy that is spoilt when the next one is asked for: nobody may hold on to a chunk.
    const chunk = Uint8Array.from(bytes.subarray(at, at + size));
    yield chunk;
    chunk.fill(0x58);
    at += size;
  }
}

interface Reading extends JsonArrayStreamOptions {
  sizes?: readonly number[];
}

async function readAll(text: string | Uint8Array, { sizes = [1 << 20], ...options }: Reading = {}): Promise<unknown[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const stream = new JsonArrayStream(chunksOf(bytes, sizes), options);
  const all: unknown[] = [];
  for await (const elements of stream) {
    expect(elements.length).toBeGreaterThan(0);
    all.push(...elements);
  }
  expect(stream.bytes).toBe(bytes.length);
  return all;
}

/** The array, or the problem why there is none. */
async function outcomeOf(text: string | Uint8Array, reading?: Reading): Promise<unknown> {
  try {
    return await readAll(text, reading);
  } catch (error) {
    if (error instanceof JsonArrayError) return error.problem;
    throw error;
  }
}

/** What `JSON.parse` of the whole says: the array, or null. */
function parsedArrayOf(bytes: Buffer): unknown[] | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

const reading = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
  groupBytes: fc.constantFrom(1, 7, 64, 65_536),
});

async function expectAgreement(bytes: Buffer, how: Reading): Promise<void> {
  const expected = parsedArrayOf(bytes);
  const outcome = await outcomeOf(bytes, how);
  const agrees = expected ? isDeepStrictEqual(outcome, expected) : typeof outcome === 'string';
  if (!agrees) throw new Error(`JSON.parse: ${JSON.stringify(expected)}, stream: ${JSON.stringify(outcome)}`);
}

describe('JsonArrayStream', () => {
  it('returns what JSON.parse returns, however the bytes are cut and the elements grouped', async () => {
    const value = fc.oneof(
      fc.jsonValue({ stringUnit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', '\\', '[', 'ß', '🂡') }),
    );
    const indent = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 20 }), indent, reading, async (array, space, how) => {
        const padded = space.slice(0, 2);
        const text = padded + JSON.stringify(array, null, space) + padded;
        await expectAgreement(Buffer.from(text), how);
      }),
      { numRuns: 500 },
    );
  });

  it('accepts exactly what JSON.parse accepts of arrays with bytes put in, left out or changed', async () => {
    const damage = fc.record({
      at: fc.nat(),
      drop: fc.nat({ max: 2 }),
      insert: fc.string({ unit: fc.constantFrom(...'[]{}",:\\ 1ntue\n\u0000ß'), maxLength: 2 }),
    });
    const value = fc.jsonValue({ maxDepth: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { maxLength: 6 }),
        fc.array(damage, { maxLength: 2 }),
        reading,
        async (array, damages, how) => {
          let bytes = Buffer.from(JSON.stringify(array));
          for (const { at, drop, insert } of damages) {
            const place = at % (bytes.length + 1);
            bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(insert), bytes.subarray(place + drop)]);
          }
          await expectAgreement(bytes, how);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('accepts exactly what JSON.parse accepts of random sequences of JSON tokens', async () => {
    const token = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '"a"',
      '"\\',
      '1',
      '-',
      'null',
      ' ',
      '[]',
      '{"a":1}',
      ',1',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 9 }), reading, async (tokens, how) => {
        await expectAgreement(Buffer.from(`[${tokens.join('')}]`), how);
      }),
      { numRuns: 3_000 },
    );
  });

  it('replaces bytes that are not UTF-8 as JSON.parse of the decoded whole would', async () => {
    const piece = fc.constantFrom(
      [0x61],
      [0xc3],
      [0xc3, 0x9f],
      [0xe2, 0x82],
      [0xff],
      [0xf0, 0x9f, 0x82],
      [0x80],
      [0x22, 0x2c, 0x22],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), reading, async (pieces, how) => {
        await expectAgreement(Buffer.from([0x5b, 0x22, ...pieces.flat(), 0x22, 0x5d]), how);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['{}', 'not-an-array'],
    ['null', 'not-an-array'],
    ['"[]"', 'not-an-array'],
    ['\ufeff[]', 'not-an-array'],
    ['\v[]', 'not-an-array'],
    ['[', 'truncated'],
    ['[{"a":1}', 'truncated'],
    ['[1,', 'truncated'],
    ['["a', 'truncated'],
    ['["a\\', 'truncated'],
    ['["a\\"]', 'truncated'],
    ['[[1]', 'truncated'],
    ['[] []', 'trailing'],
    ['[1],', 'trailing'],
    ['[]]', 'trailing'],
    ['[1]\u0000', 'trailing'],
    ['[1}', 'malformed'],
    ['[1,]', 'malformed'],
    ['[,1]', 'malformed'],
    ['[,]', 'malformed'],
    ['[1,,2]', 'malformed'],
    ['[1 2]', 'malformed'],
    ['[{"a":1]]', 'malformed'],
    ['[{"a"}]', 'malformed'],
    ['["\n"]', 'malformed'],
    ['["\\x"]', 'malformed'],
    ['[01]', 'malformed'],
    ['[NaN]', 'malformed'],
    ["['a']", 'malformed'],
    ['[1/**/]', 'malformed'],
  ])('refuses %j as %s, with any chunks and groups', async (text, problem) => {
    for (const size of [1, 2, 3, 1_000]) {
      for (const groupBytes of [1, 65_536]) {
        expect(await outcomeOf(text, { sizes: [size], groupBytes })).toBe(problem);
      }
    }
  });

  it('accepts as many bytes as the bound and not one more', async () => {
    expect(await outcomeOf('[1,2,3]', { maxBytes: 7 })).toEqual([1, 2, 3]);
    expect(await outcomeOf('[1,2,3]', { maxBytes: 6, sizes: [1] })).toBe('too-long');
  });

  it('accepts elements as long as the bound and not longer, first, last or in between, even if they never end', async () => {
    for (const size of [1, 3, 1_000]) {
      const how = { maxElementBytes: 5, sizes: [size], groupBytes: 8 };
      expect(await outcomeOf('["abc","def",[1,2]]', how)).toEqual(['abc', 'def', [1, 2]]);
      for (const text of ['["abcd",1,2]', '[1,"abcd",2]', '[1,2,"abcd"]', '[1,2,[1,23]]', '[1,"abcde', '[1,      ]']) {
        expect(await outcomeOf(text, how)).toBe('element-too-long');
      }
    }
  });

  it('accepts values as deep as the bound and not deeper', async () => {
    expect(await outcomeOf('[[{"a":[]}],[[[]]]]', { maxDepth: 4 })).toEqual([[{ a: [] }], [[[]]]]);
    expect(await outcomeOf('[[{"a":[{}]}]]', { maxDepth: 4, sizes: [1] })).toBe('too-deep');
    expect(await outcomeOf('['.repeat(100_000), {})).toBe('too-deep');
    expect(await outcomeOf(`["${'['.repeat(1_000)}"]`, { maxDepth: 2 })).toEqual(['['.repeat(1_000)]);
  });

  it('names the problem and nothing of the text', async () => {
    const error = await readAll('[{"token": "s3cret" oops}]').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JsonArrayError);
    expect(error).toMatchObject({ message: 'JSON array is malformed', problem: 'malformed' });
    expect((error as Error).cause).toBeUndefined();
  });

  it('hands over elements before the rest of the text has come', async () => {
    const asked: number[] = [];
    async function* body() {
      for (const [index, text] of ['[1,2,', '3,4,', '5]'].entries()) {
        asked.push(index);
        yield Buffer.from(text);
      }
    }
    const seen: unknown[] = [];
    for await (const elements of new JsonArrayStream(body(), { groupBytes: 3 })) seen.push([asked.length, ...elements]);
    expect(seen).toEqual([
      [1, 1, 2],
      [2, 3, 4],
      [3, 5],
    ]);
  });

  it('ends the body when the text is refused, and when its reader leaves early', async () => {
    let ended = 0;
    async function* body(text: string) {
      try {
        for (;;) yield Buffer.from(text);
      } finally {
        ended += 1;
      }
    }
    await expect(new JsonArrayStream(body('}'))[Symbol.asyncIterator]().next()).rejects.toThrow(JsonArrayError);
    expect(ended).toBe(1);
    for await (const _ of new JsonArrayStream(body('[1,1,1'), { groupBytes: 1 })) break;
    expect(ended).toBe(2);
  });

  it('passes on what the body fails with', async () => {
    async function* body() {
      yield Buffer.from('[1,');
      throw new Error('connection lost');
    }
    await expect(new JsonArrayStream(body())[Symbol.asyncIterator]().next()).rejects.toThrow('connection lost');
  });

  it('leaves the event loop to others whenever its turn is over, within one long chunk too', async () => {
    let passes = 0;
    let isRunning = true;
    const count = () => {
      passes += 1;
      if (isRunning) setImmediate(count);
    };
    setImmediate(count);
    const seen: number[] = [];
    const stream = new JsonArrayStream(chunksOf(Buffer.from('[1,2,3,4,5,6]'), [1_000]), {
      groupBytes: 1,
      pacer: new EventLoopPacer({ turnMs: 0 }),
    });
    for await (const _ of stream) seen.push(passes);
    isRunning = false;
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen).toHaveLength(6);
  });
});
